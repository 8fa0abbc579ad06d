// What is said of a step, a trace or a problem beyond the verdict: its forms here and on the wire.

import type { StepNote } from "./answer";

/** By axis or question: a number, a text, an option's key, or "unsure". */
export type Reply = string | number;
export type Replies = Readonly<Record<string, Reply>>;

/** A stretch of a text, in code points of the text as it was imported; the end is not included. */
export interface Mark {
  start: number;
  end: number;
  label: string;
}
export type Marks = readonly Mark[];

type Extras = Pick<StepNote, "tags" | "premises" | "rubric" | "answers" | "spans" | "comment">;

/** As a submit says it, without what is empty. */
export function extrasSaid(note: Extras): Record<string, unknown> {
  const said: Record<string, unknown> = {};
  if (note.tags.length) said.tags = note.tags;
  if (note.premises.length) said.premises = note.premises;
  if (note.spans.length) said.spans = note.spans;
  for (const name of ["rubric", "answers"] as const) {
    const replies = repliesSaid(note[name]);
    if (Object.keys(replies).length) said[name] = replies;
  }
  if (note.comment.trim()) said.comment = note.comment.trim();
  return said;
}

export function repliesSaid(replies: Replies): Replies {
  return Object.fromEntries(Object.entries(replies).filter(([, reply]) => reply !== ""));
}

/** Reads what may be anybody's JSON; what does not fit is left out. */
export function extrasFrom(said: Record<string, unknown>): Extras {
  return {
    tags: list(said.tags).filter((tag): tag is string => typeof tag === "string"),
    premises: list(said.premises).filter(isIndex),
    rubric: repliesFrom(said.rubric),
    answers: repliesFrom(said.answers),
    spans: marksFrom(said.spans),
    comment: typeof said.comment === "string" ? said.comment : "",
  };
}

export function repliesFrom(value: unknown): Replies {
  const fit = ([, reply]: [string, unknown]) => typeof reply === "string" || typeof reply === "number";
  return Object.fromEntries(Object.entries(record(value)).filter(fit)) as Replies;
}

export function marksFrom(value: unknown): Mark[] {
  return list(value).flatMap((one) => {
    const { start, end, label } = record(one);
    const fits = isIndex(start) && isIndex(end) && start < end && typeof label === "string";
    return fits ? [{ start, end, label }] : [];
  });
}

/** A text by its code points, which is how marks count. */
export const codePoints = (text: string): string[] => Array.from(text);

/** With one mark more, or without it if it was there: the same stretch and label again takes it back. */
export function toggledMark(marks: Marks, mark: Mark): Mark[] {
  const same = (other: Mark) =>
    other.start === mark.start && other.end === mark.end && other.label === mark.label;
  const rest = marks.filter((other) => !same(other));
  if (rest.length < marks.length) return rest;
  return [...rest, mark].sort((a, b) => a.start - b.start || a.end - b.end);
}

const isIndex = (value: unknown): value is number =>
  typeof value === "number" && Number.isInteger(value) && value >= 0;
const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
const record = (value: unknown): Record<string, unknown> =>
  typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
