// What a submit would record, in words and as a request body; or why there is nothing to submit yet.

import { t } from "../i18n/desk";
import { type Answer, type ChoiceAnswer, labelsOf, noteOn, ofTrace, wrongStep } from "./answer";
import type { ChoiceClaim, Claim, Id, TraceClaim } from "./claim";
import { type FullSchema, fullSchema, type LabelSchema } from "./schema";
import { extrasBody, missing } from "./submissionExtras";
import { walkSubmission } from "./walk";

export type Submission =
  | { complete: true; body: Record<string, unknown>; says: string }
  | { complete: false; why: string };

export const STRENGTH_WORDS: Record<number, string> = {
  1: t("submission.slightly-better"),
  2: t("submission.clearly-better"),
  3: t("submission.much-better"),
};
export const CONFIDENCE_WORDS: Record<number, string> = {
  1: t("submission.guess"),
  2: t("submission.unsure"),
  3: t("submission.fairly-sure"),
  4: t("submission.sure"),
  5: t("submission.certain"),
};

export function submission(claim: Claim, answer: Answer, schema: LabelSchema): Submission {
  if (claim.kind === "choice") {
    return answer.mode === "choice" ? choiceSubmission(claim, answer) : { complete: false, why: "" };
  }
  if (claim.kind === "walk") {
    return answer.mode === "walk" ? walkSubmission(claim, answer) : { complete: false, why: "" };
  }
  return traceSubmission(claim, answer, fullSchema(schema));
}

function traceSubmission(claim: TraceClaim, answer: Answer, schema: FullSchema): Submission {
  if (!ofTrace(answer)) return { complete: false, why: "" };
  const verdict =
    answer.mode === "first_error" ? firstError(claim, answer.firstError) : everyStep(claim, answer, schema);
  if (!verdict.complete) return verdict;
  const why = missing(claim, answer, schema);
  if (why) return { complete: false, why };

  const body: Record<string, unknown> = { ...verdict.body };
  const says = [verdict.says];
  const wrong = wrongStep(answer);
  const note = noteOn(answer, wrong);
  const rewrite = rewriteOf(note.rewrite, wrong === undefined ? undefined : claim.steps[wrong]?.text);
  const chosen = schema.error_types.filter(({ key }) => note.errorTypes.includes(key));
  if (chosen.length) {
    body.error_types = chosen.map(({ key }) => key);
    says.push(chosen.map(({ name }) => name.toLowerCase()).join(", "));
  }
  if (rewrite) {
    body.rewrite = rewrite;
    says.push(t("said.rewritten"));
  }
  const more = extrasBody(claim, answer, schema, wrong);
  Object.assign(body, more.body);
  says.push(...more.says);
  if (answer.confidence !== null && schema.confidence) {
    body.confidence = answer.confidence;
    says.push(CONFIDENCE_WORDS[answer.confidence] ?? "");
  }
  addComment(answer, body, says);
  return { complete: true, body, says: says.join(" · ") };
}

function firstError(claim: TraceClaim, index: number | null | undefined): Submission {
  if (index === undefined) return { complete: false, why: t("submission.mark-first-wrong-step") };
  const judged = claim.steps.filter((step) => step.judged).length;
  if (index === null) {
    return {
      complete: true,
      body: { first_error: null },
      says: t("submission.no-error-steps", { n: judged }),
    };
  }
  return {
    complete: true,
    body: { first_error: index },
    says: t("submission.first-error-step", { n: index + 1 }),
  };
}

function everyStep(
  claim: TraceClaim,
  answer: Extract<Answer, { mode: "every_step" }>,
  schema: FullSchema,
): Submission {
  const missing = claim.steps.flatMap((step, index) =>
    step.judged && !answer.values[index] ? [index + 1] : [],
  );
  if (missing.length) {
    const [steps, n] = [missing.slice(0, 3).join(", "), missing.length];
    const why =
      n > 3
        ? t("submission.many-not-rated-yet", { steps, more: n - 3 })
        : t("submission.not-rated-yet", { steps, n });
    return { complete: false, why };
  }
  const labels = labelsOf(answer);
  const counts = [...schema.values, { key: "unsure", name: t("submission.unsure") }].flatMap(
    ({ key, name }) => {
      const n = labels.filter((label) => label.value === key).length;
      return n ? `${n} ${name.toLowerCase()}` : [];
    },
  );
  return { complete: true, body: { labels }, says: counts.join(", ") || t("submission.nothing-rate") };
}

function choiceSubmission(claim: ChoiceClaim, answer: ChoiceAnswer): Submission {
  const place = (id: Id) => claim.candidates.findIndex((candidate) => candidate.id === id) + 1;
  const body: Record<string, unknown> = {};
  const says: string[] = [];
  if (answer.noneAcceptable) {
    body.none_acceptable = true;
    says.push(t("submission.none-acceptable"));
  } else if (answer.groups.length) {
    const ranking = fullRanking(claim, answer);
    const [only] = answer.groups;
    if (answer.groups.length === 1 && only?.length === 1 && claim.candidates.length > 1)
      body.preferred = only[0];
    else body.ranking = answer.groups;
    const words = ranking.map((group) => group.map(place).join(" = "));
    if (ranking.length === 1) says.push(t("submission.tie", { candidates: words[0] ?? "" }));
    else if (body.preferred !== undefined) says.push(t("submission.prefer-candidate", { n: words[0] ?? "" }));
    else says.push(words.reduce((better, worse) => t("submission.over", { better, worse })));
    if (answer.strength !== null && ranking.length > 1) {
      body.strength = answer.strength;
      says.push(STRENGTH_WORDS[answer.strength] ?? "");
    }
  } else {
    return { complete: false, why: t("submission.prefer-candidate-call-tie") };
  }
  const rewrite = answer.rewrite.trim();
  if (rewrite) {
    body.rewrite = rewrite;
    says.push(t("submission.better-step"));
  }
  addComment(answer, body, says);
  return { complete: true, body, says: says.join(" · ") };
}

/** All candidates, best group first; those that were not ranked come last, together. */
export function fullRanking(claim: ChoiceClaim, answer: ChoiceAnswer): Id[][] {
  const ranked = new Set(answer.groups.flat());
  const rest = claim.candidates.map(({ id }) => id).filter((id) => !ranked.has(id));
  return [...answer.groups.map((group) => [...group]), ...(rest.length ? [rest] : [])];
}

function addComment({ comment }: Answer, body: Record<string, unknown>, says: string[]): void {
  if (!comment.trim()) return;
  body.comment = comment.trim();
  says.push(t("submission.comment"));
}

/** A rewrite that says the same as the step is none. */
export function rewriteOf(rewrite: string, original: string | undefined): string {
  const text = rewrite.trim();
  return text === original?.trim() ? "" : text;
}
