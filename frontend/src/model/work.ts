// One task on the desk, and what can be done to it. `update.ts` does it.

import { type Answer, fromDraft, NO_NOTE, type StepNote, type StepValue } from "./answer";
import type { Claim, Id, TraceMode } from "./claim";

export type Panel = "comment" | "rewrite";

export interface Work {
  claim: Claim;
  answer: Answer;
  /** Index of the step or candidate being looked at. */
  focus: number;
  /** The text field that is open, if any. */
  panel: Panel | null;
  /** The step under which the comment stands while no step is marked wrong. */
  commentAt: number;
  /** What can be undone, newest last. */
  past: readonly { answer: Answer; focus: number }[];
  /** The field that the last change was typed into: more typing there is the same change. */
  typing: Panel | null;
  /** Counts changes of the answer; `savedRev` is the one that the server has. */
  rev: number;
  savedRev: number;
  /** Working time so far; counted up from time to time. */
  activeMs: number;
  /** Why the server may not take this answer; null while all is well. */
  trouble: Trouble | null;
}

export interface Trouble {
  /** "lease-expired", "already-submitted", … as the server said it. */
  code: string;
  detail: string;
}

export type WorkAction =
  | { type: "focus"; at: number }
  | { type: "move"; by: 1 | -1 }
  | { type: "next-unjudged" }
  | { type: "mark-first-error"; at?: number }
  | { type: "mark-no-error" }
  | { type: "rate"; value: StepValue; at?: number }
  | { type: "toggle-error-type"; key: string }
  | { type: "toggle-unsure" }
  | { type: "set-confidence"; value: number | null }
  | { type: "prefer"; id: Id }
  | { type: "tie-all" }
  | { type: "tie-with-best"; id: Id }
  | { type: "none-acceptable" }
  | { type: "set-strength"; value: number | null }
  | { type: "open"; panel: Panel | null }
  | { type: "write"; field: Panel; text: string }
  | { type: "undo" }
  | { type: "spent"; ms: number };

/** The work after an action, and what to tell the person about it ("" says nothing). */
export interface Outcome {
  work: Work;
  says: string;
}

const REMEMBERED_CHANGES = 200;

export function startWork(claim: Claim, mode: TraceMode, draft = claim.draft): Work {
  return {
    claim,
    answer: fromDraft(claim, mode, draft),
    focus: restoredFocus(claim, draft),
    panel: null,
    commentAt: 0,
    past: [],
    typing: null,
    rev: 0,
    savedRev: 0,
    activeMs: Math.max(claim.active_ms ?? 0, typeof draft?.active_ms === "number" ? draft.active_ms : 0),
    trouble: null,
  };
}

function restoredFocus(claim: Claim, draft: Record<string, unknown> | null): number {
  const at = draft?.focus;
  return typeof at === "number" && at > 0 && at < places(claim) ? Math.floor(at) : 0;
}

/** How many steps or candidates can be looked at. */
export function places(claim: Claim): number {
  return claim.kind === "trace" ? claim.steps.length : claim.candidates.length;
}

/** Replaces the answer and remembers the one before. */
export function change(work: Work, answer: Answer): Work {
  const past = [...work.past, { answer: work.answer, focus: work.focus }].slice(-REMEMBERED_CHANGES);
  return { ...work, answer, past, typing: null, rev: work.rev + 1 };
}

export function noted(answer: Answer, index: number, note: Partial<StepNote>): Answer {
  if (answer.mode === "choice") return answer;
  const before = answer.notes[index] ?? NO_NOTE;
  return { ...answer, notes: { ...answer.notes, [index]: { ...before, ...note } } };
}

export const clamp = (at: number, { claim }: Work): number => Math.max(0, Math.min(places(claim) - 1, at));

export const quiet = (work: Work): Outcome => ({ work, says: "" });
