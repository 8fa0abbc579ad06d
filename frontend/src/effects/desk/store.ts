// What the desk keeps in this browser until the server has it. One person's things are never shown to another.

import { serverNow } from "../../api/client";
import type { Op } from "../../model/desk";

export type Draft = Record<string, unknown> & { at?: number };

export interface DeskStore {
  draft: (assignment: number) => Draft | null;
  putDraft: (assignment: number, draft: Draft) => void;
  dropDraft: (assignment: number) => void;
  /** Ops not yet taken by the server, in the order in which they go out. */
  ops: () => Op[];
  /** False when this browser would not keep it. */
  putOp: (op: Op) => boolean;
  hasOp: (id: string) => boolean;
  dropOp: (id: string) => void;
  /** The assignment that was on the screen last. */
  current: () => number | null;
  setCurrent: (assignment: number | null) => void;
}

const FORGET_DRAFTS_AFTER = 30 * 24 * 3600 * 1000;

export function deskStore(
  username: string,
  slug: string,
  storage: Storage | null = browserStorage(),
): DeskStore {
  // A name may hold dots, and no slash: nobody's keys begin as another one's do.
  const root = `stepmark.desk.${username}/`;
  const currentKey = `${root}current.${slug}`;

  const read = <T>(key: string): T | null => {
    try {
      const text = storage?.getItem(key);
      return text ? (JSON.parse(text) as T) : null;
    } catch {
      return null; // Not ours, or cut short: as if it were not there.
    }
  };
  const write = (key: string, value: unknown): boolean => {
    try {
      storage?.setItem(key, JSON.stringify(value));
      return storage !== null;
    } catch {
      return false; // Full or forbidden. The server's copy still comes.
    }
  };
  const keys = (prefix: string) => Object.keys(storage ?? {}).filter((key) => key.startsWith(root + prefix));

  for (const key of keys("draft.")) {
    if ((read<Draft>(key)?.at ?? 0) < serverNow() - FORGET_DRAFTS_AFTER) storage?.removeItem(key);
  }

  return {
    draft: (assignment) => read<Draft>(`${root}draft.${assignment}`),
    putDraft: (assignment, draft) => void write(`${root}draft.${assignment}`, draft),
    dropDraft: (assignment) => storage?.removeItem(`${root}draft.${assignment}`),
    ops: () =>
      keys("op.")
        .sort()
        .flatMap((key) => read<Op>(key) ?? []),
    // What could be undone in the task is not worth the space.
    putOp: (op) => write(`${root}op.${op.id}`, { ...op, work: { ...op.work, past: [] } }),
    hasOp: (id) => read(`${root}op.${id}`) !== null,
    dropOp: (id) => storage?.removeItem(`${root}op.${id}`),
    current: () => read<number>(currentKey),
    setCurrent: (assignment) => void write(currentKey, assignment),
  };
}

function browserStorage(): Storage | null {
  try {
    return window.localStorage;
  } catch {
    return null;
  }
}
