// What a person has said about one task so far, and its two forms on the wire: the draft and the submit.
//
// A draft is a submit that need not be complete, plus `notes` on steps that are not (or no longer) the first error.
// So a draft that the server made out of an earlier judgement is read like any other.

import type { Claim, Id, KnownStep, TraceMode } from "./claim";
import { extrasFrom, extrasSaid, type Marks, marksFrom, type Replies, repliesFrom } from "./extras";
import { type LabelSchema, type Meaning, meanings } from "./schema";
import { blankWalk, type WalkAnswer, walkDraft, walkFromDraft } from "./walkAnswer";

/** A key of the schema's values, or "unsure". */
export type StepValue = string;

/** Belongs to a step, and waits there when the first error is moved elsewhere and back. */
export interface StepNote {
  errorTypes: readonly string[];
  /** A better step in its place; "" is none. */
  rewrite: string;
  tags: readonly string[];
  /** Indexes of the steps that it rests on. */
  premises: readonly number[];
  rubric: Replies;
  answers: Replies;
  spans: Marks;
  comment: string;
}

interface TraceAnswerBase {
  /** By axis and by question: what was said of the trace and the problem. */
  rubric: Replies;
  answers: Replies;
  problemSpans: Marks;
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
  /** What each value means. */
  means: Readonly<Record<string, Meaning>>;
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

export type TraceAnswer = FirstErrorAnswer | EveryStepAnswer;
export type Answer = TraceAnswer | ChoiceAnswer | WalkAnswer;

export const ofTrace = (answer: Answer): answer is TraceAnswer =>
  answer.mode === "first_error" || answer.mode === "every_step";

export const NO_NOTE: StepNote = {
  errorTypes: [],
  rewrite: "",
  tags: [],
  premises: [],
  rubric: {},
  answers: {},
  spans: [],
  comment: "",
};
const NO_SCHEMA: LabelSchema = { version: 0, error_types: [] };

export function blankAnswer(claim: Claim, mode: TraceMode, schema = NO_SCHEMA): Answer {
  if (claim.kind === "choice") {
    return { mode: "choice", groups: [], noneAcceptable: false, strength: null, rewrite: "", comment: "" };
  }
  if (claim.kind === "walk") return blankWalk;
  const base = { comment: "", confidence: null, notes: {}, rubric: {}, answers: {}, problemSpans: [] };
  return mode === "every_step"
    ? { mode, values: {}, means: meanings(schema), ...base }
    : { mode: "first_error", firstError: undefined, ...base };
}

/** A fresh answer with what this person said of these steps before. A known first error is one here, too. */
export function withKnown(answer: Answer, known: readonly KnownStep[]): Answer {
  if (!ofTrace(answer) || !known.length) return answer;
  const notes = { ...answer.notes };
  for (const { step, said } of known) {
    const note = { ...NO_NOTE, ...extrasFrom(said), errorTypes: strings(said.error_types) };
    if (Object.keys(said).length) notes[step] = note;
  }
  if (answer.mode === "every_step") {
    const values = Object.fromEntries(known.map(({ step, value }) => [step, value]));
    return { ...answer, notes, values: { ...values, ...answer.values } };
  }
  const wrong = known.find(({ value }) => value === "bad")?.step;
  return { ...answer, notes, firstError: answer.firstError ?? wrong };
}

/** What a value of this answer means. */
export function meaningOf(answer: EveryStepAnswer, value: StepValue | undefined): Meaning | undefined {
  return value === undefined ? undefined : answer.means[value];
}

/** The step that error types and a rewrite are about: the first wrong one. Undefined while there is none. */
export function wrongStep(answer: Answer): number | undefined {
  if (answer.mode === "first_error") return answer.firstError ?? undefined;
  if (answer.mode === "every_step") {
    const bad = Object.keys(answer.values).map(Number);
    return bad.filter((index) => meaningOf(answer, answer.values[index]) === "bad").sort((a, b) => a - b)[0];
  }
  return undefined;
}

/** The wrong step at `focus`, or the last one before it: a rating moves on at once. Else the first one there is. */
export function lastWrong(answer: Answer, focus: number): number | undefined {
  if (answer.mode !== "every_step") return wrongStep(answer);
  for (let at = focus; at >= 0; at -= 1) if (meaningOf(answer, answer.values[at]) === "bad") return at;
  return wrongStep(answer);
}

export function noteOn(answer: Answer, index: number | undefined): StepNote {
  if (!ofTrace(answer) || index === undefined) return NO_NOTE;
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
  if (answer.mode === "walk") return walkDraft(answer);
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
    rubric: answer.rubric,
    answers: answer.answers,
    problem_spans: answer.problemSpans,
    notes: Object.fromEntries(
      Object.entries(answer.notes).map(([index, n]) => [
        index,
        { error_types: n.errorTypes, rewrite: n.rewrite, ...extrasSaid(n), comment: n.comment },
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
export function fromDraft(
  claim: Claim,
  mode: TraceMode,
  draft: Record<string, unknown> | null,
  schema?: LabelSchema,
): Answer {
  const blank = blankAnswer(claim, mode, schema);
  if (!draft) return blank;
  if (blank.mode === "choice")
    return claim.kind === "choice" ? choiceFromDraft(claim.candidates, blank, draft) : blank;
  if (blank.mode === "walk") return walkFromDraft(draft);
  if (claim.kind !== "trace") return blank;
  const judged = (value: unknown): value is number =>
    typeof value === "number" && claim.steps[value]?.judged === true;
  const shared = {
    comment: text(draft.comment),
    confidence: scale(draft.confidence, 5),
    notes: notesFrom(draft),
    rubric: repliesFrom(draft.rubric),
    answers: repliesFrom(draft.answers),
    problemSpans: marksFrom(draft.problem_spans),
  };
  let answer: FirstErrorAnswer | EveryStepAnswer;
  if (blank.mode === "every_step") {
    const values: Record<number, StepValue> = {};
    for (const label of list(draft.labels)) {
      const { step, value } = record(label);
      if (judged(step) && typeof value === "string" && value in blank.means) values[step] = value;
    }
    answer = { ...blank, ...shared, values };
  } else {
    const said = draft.first_error;
    answer = { ...blank, ...shared, firstError: said === null || judged(said) ? said : undefined };
  }
  const wrong = wrongStep(answer);
  const note = { errorTypes: strings(draft.error_types), rewrite: text(draft.rewrite) };
  if (wrong === undefined || (!note.errorTypes.length && !note.rewrite)) return answer;
  return { ...answer, notes: { ...answer.notes, [wrong]: { ...NO_NOTE, ...answer.notes[wrong], ...note } } };
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

/** From what a page kept, and from what a submit says of its steps: a server's draft has only that. */
function notesFrom(draft: Record<string, unknown>): Record<number, StepNote> {
  const notes: Record<number, StepNote> = {};
  const said = [
    ...list(draft.steps).map((one) => [String(record(one).step), one] as const),
    ...Object.entries(record(draft.notes)),
  ];
  for (const [index, one] of said) {
    const fields = record(one);
    const note = {
      ...NO_NOTE,
      ...extrasFrom(fields),
      errorTypes: strings(fields.error_types),
      rewrite: text(fields.rewrite),
    };
    const empty = !note.errorTypes.length && !note.rewrite && !Object.keys(extrasSaid(note)).length;
    if (/^\d+$/.test(index) && !empty) notes[Number(index)] = note;
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
