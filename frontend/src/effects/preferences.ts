/** How the pages behave for this person: kept with the account, so that it is the same on every computer. */
import { effect, signal } from "@preact/signals";
import { api } from "../api/client";
import type { Preferences } from "../api/types";
import { user } from "./session";

export const preferences = signal<Preferences>({});

/** What was changed here and the account doesn't have yet. */
let unsent: Preferences = {};
let sending: Promise<unknown> = Promise.resolve();

effect(() => {
  preferences.value = user.value ? { ...user.value.preferences, ...unsent } : {};
});

/** Holds at once. Resolves to whether the account has it too; if not, the next change brings it there. */
export function changePreferences(changes: Preferences): Promise<boolean> {
  unsent = { ...unsent, ...changes };
  preferences.value = { ...preferences.peek(), ...changes };
  // One after the other, so that the last one stays.
  const sent = sending.then(send);
  sending = sent;
  return sent;
}

async function send(): Promise<boolean> {
  const sent = unsent;
  if (!user.peek()) return false;
  if (Object.keys(sent).length === 0) return true; // it went with another change
  try {
    const kept = await api.patch<Preferences>("session/preferences/", sent);
    if (unsent === sent) unsent = {};
    const me = user.peek();
    if (me) user.value = { ...me, preferences: kept };
    return true;
  } catch {
    return false;
  }
}
