// Flags and questions that could not be sent yet: they wait in this browser and go out by themselves, each once.

import { signal } from "@preact/signals";
import { ApiError } from "../api/client";
import { failure } from "./desk/api";
import { type FreshNote, writeNote } from "./notes";
import { user } from "./session";

export interface WaitingNote {
  slug: string;
  note: FreshNote;
  /** Why the server will not take it; it stays until its writer has seen that. */
  refused?: string;
}

const PREFIX = "stepmark.note-out.";
/** Those of the person at this page. */
export const waitingNotes = signal<readonly WaitingNote[]>([]);
let sending = false;

// A name holds no slash: nobody's keys begin as another one's do.
const root = () => `${PREFIX}${user.peek()?.username ?? ""}/`;

/** "waits": the server can't be reached or wants a sign-in first. Rejects with what the server has against it. */
export async function sendNote(slug: string, note: FreshNote): Promise<"sent" | "waits"> {
  try {
    await writeNote(slug, note);
    return "sent";
  } catch (error) {
    if (failure(error) === "refused") throw error;
    keep({ slug, note });
    return "waits";
  }
}

/** Takes over what an earlier page left behind. */
export function findWaitingNotes(): void {
  const found: WaitingNote[] = [];
  try {
    for (const name of Object.keys(localStorage)) {
      if (!name.startsWith(root())) continue;
      const kept = JSON.parse(localStorage.getItem(name) ?? "null") as WaitingNote | null;
      if (kept?.slug && kept.note?.key) found.push(kept);
    }
  } catch {
    // Nothing is kept here, or not by us.
  }
  const here = new Set(found.map(({ note }) => note.key));
  waitingNotes.value = [...found, ...waitingNotes.value.filter(({ note }) => !here.has(note.key))];
}

/** Tries all once; calls `sent` for each that the server has now. The key of each makes a second try harmless. */
export async function sendWaitingNotes(sent: (note: FreshNote) => void): Promise<void> {
  if (sending) return;
  sending = true;
  try {
    for (const one of waitingNotes.peek()) {
      if (one.refused) continue;
      try {
        await writeNote(one.slug, one.note);
        dropWaitingNote(one.note.key);
        sent(one.note);
      } catch (error) {
        if (failure(error) !== "refused") return;
        keep({ ...one, refused: error instanceof ApiError ? error.detail : String(error) });
      }
    }
  } finally {
    sending = false;
  }
}

export function dropWaitingNote(key: string): void {
  waitingNotes.value = waitingNotes.value.filter(({ note }) => note.key !== key);
  try {
    localStorage.removeItem(root() + key);
  } catch {
    // It was not kept here.
  }
}

function keep(one: WaitingNote): void {
  const others = waitingNotes.value.filter(({ note }) => note.key !== one.note.key);
  waitingNotes.value = [...others, one];
  try {
    localStorage.setItem(root() + one.note.key, JSON.stringify(one));
  } catch {
    // Full or forbidden: it waits on this page.
  }
}
