// The part of `updateWork` for the steps of a trace.

import { t } from "../i18n/desk";
import { meaningOf, noteOn, ofTrace, type StepValue, wrongStep } from "./answer";
import type { TraceClaim } from "./claim";
import { kindName } from "./kinds";
import { wordOf } from "./stepState";
import { updateExtras } from "./traceExtras";
import { change, clamp, isKnown, noted, type Outcome, quiet, type Work, type WorkAction } from "./work";

export function updateTrace(work: Work, claim: TraceClaim, action: WorkAction): Outcome {
  const { answer } = work;
  if (!ofTrace(answer)) return quiet(work);
  switch (action.type) {
    case "mark-first-error":
      return answer.mode === "first_error"
        ? markFirstError(work, claim, action.at ?? work.focus)
        : quiet(work);
    case "mark-no-error": {
      if (answer.mode === "every_step") return rateTheRestGood(work, claim);
      const firstError = answer.firstError === null ? undefined : null;
      const says = firstError === null ? t("trace.no-error") : t("trace.no-error-taken-back");
      return { work: { ...change(work, { ...answer, firstError }), panel: null }, says };
    }
    case "rate":
      return answer.mode === "every_step"
        ? rate(work, claim, action.at ?? work.focus, action.value)
        : quiet(work);
    case "next-unjudged": {
      const open = unjudged(work, claim);
      const next = open.find((index) => index > work.focus) ?? open[0];
      return next === undefined
        ? { work, says: t("trace.every-step-judged") }
        : quiet({ ...work, focus: next });
    }
    case "toggle-error-type": {
      // In every-step projects each wrong step has its own; without one in focus they are the first one's.
      const here = answer.mode === "every_step" && meaningOf(answer, answer.values[work.focus]) === "bad";
      const wrong = action.at ?? (here ? work.focus : wrongStep(answer));
      if (wrong === undefined) return { work, says: t("trace.mark-wrong-step-first") };
      const { errorTypes } = noteOn(answer, wrong);
      const without = errorTypes.filter((key) => key !== action.key);
      const next = without.length === errorTypes.length ? [...errorTypes, action.key] : without;
      return quiet(change(work, noted(answer, wrong, { errorTypes: next })));
    }
    case "toggle-unsure": {
      const confidence = answer.confidence === 2 ? null : 2;
      const says = confidence ? t("trace.marked-as-unsure") : t("trace.no-longer-marked-as");
      return { work: change(work, { ...answer, confidence }), says };
    }
    case "set-confidence":
      return quiet(change(work, { ...answer, confidence: action.value }));
    case "fold": {
      const at = action.at ?? work.focus;
      const toggled = work.toggled.includes(at)
        ? work.toggled.filter((other) => other !== at)
        : [...work.toggled, at];
      return quiet({ ...work, toggled });
    }
    default:
      return updateExtras(work, claim, action);
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
  if (again) return { work: marked, says: t("trace.step-mark-taken-back", { n: at + 1 }) };
  return {
    work: marked,
    says: t(after ? "trace.step-first-error" : "trace.last-step-first-error", { n: at + 1 }),
  };
}

function rate(work: Work, claim: TraceClaim, at: number, value: StepValue): Outcome {
  const { answer } = work;
  if (answer.mode !== "every_step") return quiet(work);
  if (!claim.steps[at]?.judged)
    return { work: { ...work, focus: clamp(at, work) }, says: notJudged(claim, at) };
  const values = { ...answer.values, [at]: value };
  const rated = change({ ...work, panel: null }, { ...answer, values });
  return {
    work: { ...rated, focus: nextJudged(claim, at + 1) ?? at },
    says: t("trace.step", { n: at + 1, value: wordOf(value) }),
  };
}

function rateTheRestGood(work: Work, claim: TraceClaim): Outcome {
  const { answer } = work;
  if (answer.mode !== "every_step") return quiet(work);
  const rest = claim.steps.flatMap((step, index) => (step.judged && !answer.values[index] ? [index] : []));
  if (!rest.length) return { work, says: t("trace.every-step-rated") };
  const good = Object.keys(answer.means).find((key) => answer.means[key] === "good") ?? "good";
  const values = { ...answer.values, ...Object.fromEntries(rest.map((index) => [index, good])) };
  return { work: change(work, { ...answer, values }), says: t("trace.rated-good", { n: rest.length }) };
}

function nextJudged(claim: TraceClaim, from: number): number | undefined {
  const at = claim.steps.findIndex((step, index) => index >= from && step.judged);
  return at < 0 ? undefined : at;
}

/** Steps that are asked and about which nothing was said, here or before. */
function unjudged({ answer }: Work, claim: TraceClaim): number[] {
  return claim.steps.flatMap((step, index) => {
    if (!step.judged || isKnown(claim, index) || !ofTrace(answer)) return [];
    if (answer.mode === "every_step") return answer.values[index] ? [] : [index];
    return answer.firstError === undefined ? [index] : [];
  });
}

function notJudged(claim: TraceClaim, at: number): string {
  const kind = kindName(claim.steps[at]?.kind ?? "");
  return t("trace.step-shown-not-judged", { n: at + 1, kind });
}
