/** Words to reviewers that were begun and not sent yet: kept in this browser, so that nothing is lost on a reload. */
import { user } from "./session";

export interface BegunNote {
  /** The same for every try to send it. */
  key: string;
  text: string;
}

type Kept = BegunNote & { at: number };

const FORGET_AFTER = 30 * 24 * 3600 * 1000;
const PREFIX = "stepmark.note.";
/** For browsers that keep nothing: closing the dialog loses nothing all the same. */
const here = new Map<string, BegunNote>();

// A name holds no slash: nobody's keys begin as another one's do.
const named = (place: string) => `${PREFIX}${user.value?.username ?? ""}/${place}`;

/** `place`: what the words are about, in any form that names it. */
export function begunNote(place: string): BegunNote | null {
  forgetOld();
  return here.get(named(place)) ?? read(named(place));
}

/** No text: it was sent, or taken out again. */
export function keepNote(place: string, { key, text }: BegunNote): void {
  const name = named(place);
  try {
    if (!text) {
      here.delete(name);
      localStorage.removeItem(name);
      return;
    }
    here.set(name, { key, text });
    localStorage.setItem(name, JSON.stringify({ key, text, at: Date.now() } satisfies Kept));
  } catch {
    // Full or forbidden: it stays on this page.
  }
}

function read(name: string): Kept | null {
  try {
    const kept = JSON.parse(localStorage.getItem(name) ?? "null");
    return typeof kept?.key === "string" && typeof kept.text === "string" ? kept : null;
  } catch {
    return null; // Not ours, or cut short: as if it were not there.
  }
}

function forgetOld(): void {
  try {
    for (const name of Object.keys(localStorage))
      if (name.startsWith(PREFIX) && (read(name)?.at ?? 0) < Date.now() - FORGET_AFTER)
        localStorage.removeItem(name);
  } catch {
    // Nothing is kept here at all.
  }
}
