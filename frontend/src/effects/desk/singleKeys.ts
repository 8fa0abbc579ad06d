/** Whether single letters are keys of the desk. Some people need them off: speech input, a keyboard that slips. */
import { signal } from "@preact/signals";

const KEY = "stepmark.single-keys";

function stored(): boolean {
  try {
    return localStorage.getItem(KEY) !== "off";
  } catch {
    return true; // Storage can be switched off; then they are on, as for everybody.
  }
}

export const singleKeys = signal(stored());

export function setSingleKeys(on: boolean): void {
  singleKeys.value = on;
  try {
    localStorage.setItem(KEY, on ? "on" : "off");
  } catch {
    // Not kept then; it still holds for this page.
  }
}
