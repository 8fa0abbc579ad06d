/**
 * How the pages behave for this person: kept with the account, so that it is the same on every computer, and in this
 * browser, so that it holds before the server was asked and while it can't be reached.
 */
import { effect, signal } from "@preact/signals";
import { api } from "../api/client";
import type { Preferences } from "../api/types";
import { user } from "./session";

const keyOf = (username: string) => `stepmark.preferences.${username}`;

export const preferences = signal<Preferences>({});

effect(() => {
  const me = user.value;
  if (me === undefined) return;
  preferences.value = me ? (me.preferences ?? stored(me.username)) : {};
});

function stored(username: string): Preferences {
  try {
    return JSON.parse(localStorage.getItem(keyOf(username)) ?? "{}") as Preferences;
  } catch {
    return {};
  }
}

/** Holds at once. Resolves to whether the account has it too; if not, the next change brings it there. */
export async function changePreferences(changes: Preferences): Promise<boolean> {
  const me = user.peek();
  preferences.value = { ...preferences.peek(), ...changes };
  if (!me) return false;
  try {
    localStorage.setItem(keyOf(me.username), JSON.stringify(preferences.peek()));
  } catch {
    // The account has it, or it holds for this page.
  }
  try {
    const kept = await api.patch<Preferences>("session/preferences/", preferences.peek());
    user.value = { ...me, preferences: kept };
    return true;
  } catch {
    return false;
  }
}
