// What a person has said about one task so far, and its two forms on the wire: the draft and the submit.
//
// A draft is a submit that need not be complete, plus `notes` on steps that are not (or no longer) the first error.
// So a draft that the server made out of an earlier judgement is read like any other.

import type { Claim, Id, TraceMode } from "./claim";

export type StepValue = "good" | "neutral" | "bad" | "unsure";
export const STEP_VALUES: readonly StepValue[] = ["good", "neutral", "bad", "unsure"];

/** Belongs to a step, and waits there when the first error is moved elsewhere and back. */
export interface StepNote {
  errorTypes: readonly string[];
  /** A better step in its place; "" is none. */
  rewrite: string;
}

interface TraceAnswerBase {
  comment: string;
  /** 1 (a guess) to 5 (certain); null: not said. */
  confidence: number | null;
  /** By step index. */
  notes: Readonly<Record<number, StepNote>>;
}

export interface FirstErrorAnswer extends TraceAnswerBase {
  mode: "first_error";
  /** Step index; null: no error; undefined: not decided yet. */
  firstError: number | null | undefined;
}

export interface EveryStepAnswer extends TraceAnswerBase {
  mode: "every_step";
  /** By step index. */
  values: Readonly<Record<number, StepValue>>;
}

export interface ChoiceAnswer {
  mode: "choice";
  /** Best first; the members of a group are equally good. Candidates in no group come last, together. */
  groups: readonly (readonly Id[])[];
  noneAcceptable: boolean;
  /** How much better: 1 slightly to 3 much; null: not said. */
  strength: number | null;
  /** A better step than any of the candidates; "" is none. */
  rewrite: string;
  comment: string;
}

export type Answer = FirstErrorAnswer | EveryStepAnswer | ChoiceAnswer;

export const NO_NOTE: StepNote = { errorTypes: [], rewrite: "" };

export function blankAnswer(claim: Claim, mode: TraceMode): Answer {
  if (claim.kind === "choice") {
    return { mode: "choice", groups: [], noneAcceptable: false, strength: null, rewrite: "", comment: "" };
  }
  const base = { comment: "", confidence: null, notes: {} };
  return mode === "every_step"
    ? { mode, values: {}, ...base }
    : { mode: "first_error", firstError: undefined, ...base };
}

/** The step that error types and a rewrite are about: the first wrong one. Undefined while there is none. */
export function wrongStep(answer: Answer): number | undefined {
  if (answer.mode === "first_error") return answer.firstError ?? undefined;
  if (answer.mode === "every_step") {
    const bad = Object.keys(answer.values).map(Number);
    return bad.filter((index) => answer.values[index] === "bad").sort((a, b) => a - b)[0];
  }
  return undefined;
}

export function noteOn(answer: Answer, index: number | undefined): StepNote {
  if (answer.mode === "choice" || index === undefined) return NO_NOTE;
  return answer.notes[index] ?? NO_NOTE;
}

/** The draft to store: whatever was said, complete or not. */
export function toDraft(answer: Answer): Record<string, unknown> {
  if (answer.mode === "choice") {
    return {
      ...(answer.groups.length ? { ranking: answer.groups } : {}),
      ...(answer.noneAcceptable ? { none_acceptable: true } : {}),
      strength: answer.strength,
      rewrite: answer.rewrite,
      comment: answer.comment,
    };
  }
  const note = noteOn(answer, wrongStep(answer));
  return {
    ...(answer.mode === "every_step"
      ? { labels: labelsOf(answer) }
      : answer.firstError === undefined
        ? {}
        : { first_error: answer.firstError }),
    error_types: note.errorTypes,
    rewrite: note.rewrite,
    comment: answer.comment,
    confidence: answer.confidence,
    notes: Object.fromEntries(
      Object.entries(answer.notes).map(([index, n]) => [
        index,
        { error_types: n.errorTypes, rewrite: n.rewrite },
      ]),
    ),
  };
}

export function labelsOf(answer: EveryStepAnswer): { step: number; value: StepValue }[] {
  return Object.entries(answer.values)
    .map(([step, value]) => ({ step: Number(step), value }))
    .sort((a, b) => a.step - b.step);
}

/** Reads a draft. What does not fit the task (it is free JSON, perhaps from an older page) is left out. */
export function fromDraft(claim: Claim, mode: TraceMode, draft: Record<string, unknown> | null): Answer {
  const blank = blankAnswer(claim, mode);
  if (!draft) return blank;
  if (blank.mode === "choice")
    return claim.kind === "choice" ? choiceFromDraft(claim.candidates, blank, draft) : blank;
  if (claim.kind !== "trace") return blank;
  const judged = (value: unknown): value is number =>
    typeof value === "number" && claim.steps[value]?.judged === true;
  const shared = {
    comment: text(draft.comment),
    confidence: scale(draft.confidence, 5),
    notes: notesFrom(draft.notes),
  };
  let answer: FirstErrorAnswer | EveryStepAnswer;
  if (blank.mode === "every_step") {
    const values: Record<number, StepValue> = {};
    for (const label of list(draft.labels)) {
      const { step, value } = record(label);
      if (judged(step) && STEP_VALUES.includes(value as StepValue)) values[step] = value as StepValue;
    }
    answer = { ...blank, ...shared, values };
  } else {
    const said = draft.first_error;
    answer = { ...blank, ...shared, firstError: said === null || judged(said) ? said : undefined };
  }
  const wrong = wrongStep(answer);
  const note = { errorTypes: strings(draft.error_types), rewrite: text(draft.rewrite) };
  if (wrong === undefined || (!note.errorTypes.length && !note.rewrite)) return answer;
  return { ...answer, notes: { ...answer.notes, [wrong]: note } };
}

function choiceFromDraft(
  candidates: readonly { id: Id }[],
  blank: ChoiceAnswer,
  draft: Record<string, unknown>,
): ChoiceAnswer {
  const known = new Map(candidates.map(({ id }) => [String(id), id]));
  const said = draft.preferred === undefined ? list(draft.ranking) : [[draft.preferred]];
  const groups = said
    .map((group) => list(group).flatMap((id) => known.get(String(id)) ?? []))
    .filter((group) => group.length > 0);
  return {
    ...blank,
    groups,
    noneAcceptable: groups.length === 0 && draft.none_acceptable === true,
    strength: scale(draft.strength, 3),
    rewrite: text(draft.rewrite),
    comment: text(draft.comment),
  };
}

function notesFrom(value: unknown): Record<number, StepNote> {
  const notes: Record<number, StepNote> = {};
  for (const [index, said] of Object.entries(record(value))) {
    const { error_types, rewrite } = record(said);
    const note = { errorTypes: strings(error_types), rewrite: text(rewrite) };
    if (/^\d+$/.test(index) && (note.errorTypes.length || note.rewrite)) notes[Number(index)] = note;
  }
  return notes;
}

const text = (value: unknown): string => (typeof value === "string" ? value : "");
const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
const strings = (value: unknown): string[] =>
  list(value).filter((item): item is string => typeof item === "string");
const record = (value: unknown): Record<string, unknown> =>
  typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
const scale = (value: unknown, top: number): number | null =>
  typeof value === "number" && Number.isInteger(value) && value >= 1 && value <= top ? value : null;
