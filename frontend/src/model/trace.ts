// The part of `updateWork` for the steps of a trace.

import { noteOn, type StepValue, wrongStep } from "./answer";
import type { TraceClaim } from "./claim";
import { change, clamp, noted, type Outcome, quiet, type Work, type WorkAction } from "./work";

export function updateTrace(work: Work, claim: TraceClaim, action: WorkAction): Outcome {
  const { answer } = work;
  if (answer.mode === "choice") return quiet(work);
  switch (action.type) {
    case "mark-first-error":
      return answer.mode === "first_error"
        ? markFirstError(work, claim, action.at ?? work.focus)
        : quiet(work);
    case "mark-no-error": {
      if (answer.mode === "every_step") return rateTheRestGood(work, claim);
      const firstError = answer.firstError === null ? undefined : null;
      const says = firstError === null ? "No error." : "“No error” taken back.";
      return { work: { ...change(work, { ...answer, firstError }), panel: null }, says };
    }
    case "rate":
      return answer.mode === "every_step"
        ? rate(work, claim, action.at ?? work.focus, action.value)
        : quiet(work);
    case "next-unjudged": {
      if (answer.mode !== "every_step") return quiet(work);
      const next = nextUnrated(claim, answer.values, work.focus + 1);
      return next === undefined ? { work, says: "Every step is rated." } : quiet({ ...work, focus: next });
    }
    case "toggle-error-type": {
      const wrong = wrongStep(answer);
      if (wrong === undefined)
        return { work, says: "Mark the wrong step first, then say what is wrong with it." };
      const { errorTypes } = noteOn(answer, wrong);
      const without = errorTypes.filter((key) => key !== action.key);
      const next = without.length === errorTypes.length ? [...errorTypes, action.key] : without;
      return quiet(change(work, noted(answer, wrong, { errorTypes: next })));
    }
    case "toggle-unsure": {
      const confidence = answer.confidence === 2 ? null : 2;
      const says = confidence ? "Marked as unsure." : "No longer marked as unsure.";
      return { work: change(work, { ...answer, confidence }), says };
    }
    case "set-confidence":
      return quiet(change(work, { ...answer, confidence: action.value }));
    default:
      return quiet(work);
  }
}

export function markFirstError(work: Work, claim: TraceClaim, at: number): Outcome {
  const { answer } = work;
  if (answer.mode !== "first_error") return quiet(work);
  if (!claim.steps[at]?.judged)
    return { work: { ...work, focus: clamp(at, work) }, says: notJudged(claim, at) };
  const again = answer.firstError === at;
  const marked = change(
    { ...work, focus: at, panel: null },
    { ...answer, firstError: again ? undefined : at },
  );
  const after = claim.steps.length - at - 1;
  if (again) return { work: marked, says: `Step ${at + 1}: mark taken back.` };
  return {
    work: marked,
    says: `Step ${at + 1} is the first error.${after ? " What follows is not asked." : ""}`,
  };
}

function rate(work: Work, claim: TraceClaim, at: number, value: StepValue): Outcome {
  const { answer } = work;
  if (answer.mode !== "every_step") return quiet(work);
  if (!claim.steps[at]?.judged)
    return { work: { ...work, focus: clamp(at, work) }, says: notJudged(claim, at) };
  const values = { ...answer.values, [at]: value };
  const rated = change({ ...work, panel: null }, { ...answer, values });
  return { work: { ...rated, focus: nextJudged(claim, at + 1) ?? at }, says: `Step ${at + 1}: ${value}.` };
}

function rateTheRestGood(work: Work, claim: TraceClaim): Outcome {
  const { answer } = work;
  if (answer.mode !== "every_step") return quiet(work);
  const rest = claim.steps.flatMap((step, index) => (step.judged && !answer.values[index] ? [index] : []));
  if (!rest.length) return { work, says: "Every step is rated." };
  const values = { ...answer.values, ...Object.fromEntries(rest.map((index) => [index, "good" as const])) };
  return { work: change(work, { ...answer, values }), says: `${rest.length} rated good.` };
}

function nextJudged(claim: TraceClaim, from: number): number | undefined {
  const at = claim.steps.findIndex((step, index) => index >= from && step.judged);
  return at < 0 ? undefined : at;
}

/** The next step without a rating, from `from` on and then from the top. */
function nextUnrated(
  claim: TraceClaim,
  values: Readonly<Record<number, StepValue>>,
  from: number,
): number | undefined {
  const open = claim.steps.flatMap((step, index) => (step.judged && !values[index] ? [index] : []));
  return open.find((index) => index >= from) ?? open[0];
}

function notJudged(claim: TraceClaim, at: number): string {
  const kind = claim.steps[at]?.kind.replaceAll("_", " ") ?? "step";
  return `Step ${at + 1} (${kind}) is shown, not judged.`;
}
