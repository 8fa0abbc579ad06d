// What a submit says beyond the verdict, and what of it is still missing.

import { type DeskKey, t } from "../i18n/desk";
import { noteOn, type TraceAnswer } from "./answer";
import type { TraceClaim } from "./claim";
import { extrasSaid, type Mark, type Replies, repliesSaid } from "./extras";
import type { Axis, FullSchema, Question } from "./schema";

/** The indexes of the steps that are asked: what follows a first error is not. */
export function askedSteps(claim: TraceClaim, answer: TraceAnswer): number[] {
  const last = answer.mode === "first_error" && answer.firstError != null ? answer.firstError : Infinity;
  return claim.steps.flatMap((step, index) => (step.judged && index <= last ? [index] : []));
}

/** The fields for a submit's body, and in words what they hold. `wrong`: the step whose error types the body names. */
export function extrasBody(
  claim: TraceClaim,
  answer: TraceAnswer,
  schema: FullSchema,
  wrong: number | undefined,
): { body: Record<string, unknown>; says: string[] } {
  const body: Record<string, unknown> = {};
  const steps: Record<string, unknown>[] = askedSteps(claim, answer).flatMap((step) => {
    const said = stepSaid(answer, step, schema);
    const types = answer.mode === "every_step" && step !== wrong ? noteOn(answer, step).errorTypes : [];
    const bad = answer.mode === "every_step" && answer.means[answer.values[step] ?? ""] === "bad";
    const known = schema.error_types.map(({ key }) => key).filter((key) => types.includes(key));
    if (bad && known.length) said.error_types = known;
    return Object.keys(said).length ? [{ step, ...said }] : [];
  });
  if (steps.length) body.steps = steps;
  const rubric = only(answer.rubric, schema.rubric, ["trace"]);
  const answers = only(answer.answers, schema.questions, ["trace", "problem"]);
  const spans = onlyMarks(answer.problemSpans, schema);
  if (Object.keys(rubric).length) body.rubric = rubric;
  if (Object.keys(answers).length) body.answers = answers;
  if (spans.length) body.problem_spans = spans;

  const count = (field: string) =>
    steps.reduce((sum, said) => sum + Object.keys(said[field] ?? {}).length, 0);
  const replies =
    count("rubric") + count("answers") + Object.keys(rubric).length + Object.keys(answers).length;
  const comments = steps.filter((said) => "comment" in said).length;
  const says = [
    counted("submission-extras.tags", count("tags")),
    counted("submission-extras.premises", steps.filter((said) => "premises" in said).length),
    counted("submission-extras.marks", count("spans") + spans.length),
    counted("submission-extras.answers", replies),
    counted("submission-extras.comments", comments),
  ];
  return { body, says: says.filter(Boolean) };
}

/** Only what the schema in force asks: a draft may be older. */
function stepSaid(answer: TraceAnswer, step: number, schema: FullSchema): Record<string, unknown> {
  const note = noteOn(answer, step);
  const tags = schema.tags.map(({ key }) => key).filter((key) => note.tags.includes(key));
  return extrasSaid({
    tags,
    premises: schema.premises ? note.premises : [],
    spans: onlyMarks(note.spans, schema),
    rubric: only(note.rubric, schema.rubric, ["step"]),
    answers: only(note.answers, schema.questions, ["step"]),
    comment: note.comment,
  });
}

function only(replies: Replies, asked: readonly (Axis | Question)[], scopes: readonly string[]): Replies {
  const keys = asked.filter(({ scope }) => scopes.includes(scope)).map(({ key }) => key);
  const said = repliesSaid(replies);
  return Object.fromEntries(keys.flatMap((key) => (key in said ? [[key, said[key] ?? ""]] : [])));
}

function onlyMarks(marks: readonly Mark[], schema: FullSchema): Mark[] {
  return marks.filter(({ label }) => schema.spans.some(({ key }) => key === label));
}

/** The first thing that must be answered and is not, in words; "" when nothing is missing. */
export function missing(claim: TraceClaim, answer: TraceAnswer, schema: FullSchema): string {
  const lacks = (kind: "rubric" | "answers", key: string, at: number | null) =>
    !(key in repliesSaid(at === null ? answer[kind] : noteOn(answer, at)[kind]));
  const asked = [
    ...schema.rubric.map((one) => ({ ...one, kind: "rubric" as const })),
    ...schema.questions.map((one) => ({ ...one, kind: "answers" as const })),
  ].filter(({ required }) => required);
  for (const { kind, key, name, scope } of asked) {
    if (scope !== "step" && lacks(kind, key, null)) return t("submission-extras.not-answered-yet", { name });
  }
  for (const step of askedSteps(claim, answer)) {
    const open = asked.find(({ kind, key, scope }) => scope === "step" && lacks(kind, key, step));
    if (open) return t("submission-extras.not-answered-yet-step", { n: step + 1, name: open.name });
  }
  return "";
}

function counted(what: DeskKey, n: number): string {
  return n ? t(what, { n }) : "";
}
