/** Whether single letters are keys of the desk. Some people need them off: speech input, a keyboard that slips. */
import { computed } from "@preact/signals";
import { changePreferences, preferences } from "../preferences";

export const singleKeys = computed(() => preferences.value.single_keys ?? true);

export function setSingleKeys(on: boolean): void {
  void changePreferences({ single_keys: on });
}
