/** Who is signed in, in this tab. */
import { signal } from "@preact/signals";
import { api, onSignedOut } from "../api/client";
import type { Preferences } from "../api/types";

export interface User {
  username: string;
  name: string;
  is_staff: boolean;
  preferences?: Preferences;
}

interface SessionAnswer {
  user: User | null;
}

/** `undefined` until the server was asked, `null` when nobody is signed in. */
export const user = signal<User | null | undefined>(undefined);

/** True after the server forgot a session that this tab had: the person signs in again in place, and loses nothing. */
export const sessionLost = signal(false);

/** Goes up with every sign-in, so that what failed for want of a session can be asked for again. */
export const sessionEpoch = signal(0);

onSignedOut(() => {
  if (user.value) sessionLost.value = true;
  else user.value = null;
});

export async function loadSession(abort?: AbortSignal): Promise<void> {
  user.value = (await api.get<SessionAnswer>("session/", { signal: abort })).user;
}

/** Rejects with ApiError code "bad-credentials" (400) or status 429. */
export async function signIn(username: string, password: string): Promise<void> {
  const before = user.value;
  const answer = await api.post<SessionAnswer>("session/", { username, password });
  // Somebody else's unfinished page must not be shown to (or saved as) this person.
  if (before && answer.user && before.username !== answer.user.username) {
    location.assign("/");
    return;
  }
  user.value = answer.user;
  sessionLost.value = false;
  sessionEpoch.value += 1;
}

export async function signOut(): Promise<void> {
  await api.delete("session/");
  // A fresh page: nothing of this person stays in its memory for whoever signs in next, not even where they were.
  location.assign("/sign-in");
}

export async function changePassword(old: string, fresh: string, revokeTokens: boolean): Promise<void> {
  await api.post("session/password/", { old, new: fresh, revoke_tokens: revokeTokens });
}
