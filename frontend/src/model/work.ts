// One task on the desk, and what can be done to it. `update.ts` does it.

import { type Answer, fromDraft, NO_NOTE, ofTrace, type StepNote, type StepValue, withKnown } from "./answer";
import type { Claim, Id, TraceMode } from "./claim";
import type { Mark, Reply } from "./extras";
import type { LabelSchema } from "./schema";
import { walkPlaces } from "./walk";
import type { WalkAction } from "./walkAnswer";

/** A text that is being written, or a part of the page that has the keyboard. */
export type Panel =
  | "comment"
  | "rewrite"
  | "step-comment"
  | "premises"
  | "asked"
  | "error-types"
  | "whole"
  | "find"
  | "suggest"
  | "reason";
/** Those that are texts. */
export type Field = "comment" | "rewrite" | "step-comment" | "reason";

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
  typing: string | null;
  /** Known or long steps that are open, or shut, against what they would be by themselves. */
  toggled: readonly number[];
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
  | { type: "toggle-error-type"; key: string; at?: number }
  | { type: "toggle-unsure" }
  | { type: "toggle-tag"; key: string; at: number }
  | { type: "set-premises"; steps: readonly number[]; at: number }
  | { type: "toggle-premise"; step: number; at: number }
  | { type: "reply"; about: "rubric" | "answers"; key: string; value: Reply | null; at: number | null }
  | { type: "mark"; mark: Mark; at: number | null }
  | { type: "fold"; at?: number }
  | { type: "set-confidence"; value: number | null }
  | { type: "prefer"; id: Id }
  | { type: "tie-all" }
  | { type: "tie-with-best"; id: Id }
  | { type: "none-acceptable" }
  | { type: "set-strength"; value: number | null }
  | { type: "rank-behind"; id: Id }
  | { type: "tie-with-last"; id: Id }
  | WalkAction
  | { type: "open"; panel: Panel | null }
  | { type: "write"; field: Field; text: string }
  | { type: "undo" }
  | { type: "spent"; ms: number };

/** The work after an action, and what to tell the person about it ("" says nothing). */
export interface Outcome {
  work: Work;
  says: string;
}

const REMEMBERED_CHANGES = 200;

export function startWork(claim: Claim, mode: TraceMode, draft = claim.draft, schema?: LabelSchema): Work {
  const answer = fromDraft(claim, mode, draft, schema);
  return {
    claim,
    answer: draft || claim.kind !== "trace" ? answer : withKnown(answer, claim.known ?? []),
    focus: restoredFocus(claim, draft),
    toggled: [],
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
  if (typeof at === "number" && at > 0 && at < places(claim)) return Math.floor(at);
  if (draft || claim.kind !== "trace" || !claim.known?.length) return 0;
  const fresh = claim.steps.findIndex((step, index) => step.judged && !isKnown(claim, index));
  return Math.max(0, fresh);
}

export const isKnown = (claim: Claim, index: number): boolean =>
  claim.kind === "trace" && (claim.known?.some(({ step }) => step === index) ?? false);

/** How many steps or candidates can be looked at. */
export function places(claim: Claim): number {
  if (claim.kind === "walk") return claim.tree.steps.length + 1;
  return claim.kind === "trace" ? claim.steps.length : claim.candidates.length;
}

/** Replaces the answer and remembers the one before. */
export function change(work: Work, answer: Answer): Work {
  const past = [...work.past, { answer: work.answer, focus: work.focus }].slice(-REMEMBERED_CHANGES);
  return { ...work, answer, past, typing: null, rev: work.rev + 1 };
}

/** The same for what is typed: more of it in the same field is one change. */
export function changeTyped(work: Work, answer: Answer, field: string): Work {
  const more = work.typing === field;
  return { ...(more ? { ...work, answer, rev: work.rev + 1 } : change(work, answer)), typing: field };
}

export function noted(answer: Answer, index: number, note: Partial<StepNote>): Answer {
  if (!ofTrace(answer)) return answer;
  const before = answer.notes[index] ?? NO_NOTE;
  return { ...answer, notes: { ...answer.notes, [index]: { ...before, ...note } } };
}

export const clamp = (at: number, { claim, answer }: Work): number =>
  Math.max(
    0,
    Math.min(
      (answer.mode === "walk" && claim.kind === "walk" ? walkPlaces(claim, answer) : places(claim)) - 1,
      at,
    ),
  );

export const quiet = (work: Work): Outcome => ({ work, says: "" });
