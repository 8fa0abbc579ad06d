// The part of `updateWork` for what is said of steps, trace and problem beyond the verdict.

import { t } from "../i18n/desk";
import { noteOn, ofTrace } from "./answer";
import type { TraceClaim } from "./claim";
import { type Replies, type Reply, toggledMark } from "./extras";
import { change, changeTyped, noted, type Outcome, quiet, type Work, type WorkAction } from "./work";

export function updateExtras(work: Work, claim: TraceClaim, action: WorkAction): Outcome {
  const { answer } = work;
  if (!ofTrace(answer)) return quiet(work);
  switch (action.type) {
    case "toggle-tag": {
      const { tags } = noteOn(answer, action.at);
      const rest = tags.filter((key) => key !== action.key);
      const next = rest.length === tags.length ? [...tags, action.key] : rest;
      return quiet(change(work, noted(answer, action.at, { tags: next })));
    }
    case "set-premises": {
      const steps = [...new Set(action.steps)].filter((step) => step >= 0 && step < action.at);
      const premises = steps.sort((a, b) => a - b);
      return quiet(changeTyped(work, noted(answer, action.at, { premises }), `premises ${action.at}`));
    }
    case "toggle-premise": {
      if (action.step >= action.at)
        return { work, says: t("trace-extras.step-can-only-rest", { n: action.at + 1 }) };
      const { premises } = noteOn(answer, action.at);
      const rest = premises.filter((step) => step !== action.step);
      const next = rest.length === premises.length ? [...premises, action.step].sort((a, b) => a - b) : rest;
      const says = next.length
        ? t("trace-extras.step-rests-on", { n: action.at + 1, next: next.map((step) => step + 1).join(", ") })
        : t("trace-extras.step-rests-on-no", { n: action.at + 1 });
      return { work: change(work, noted(answer, action.at, { premises: next })), says };
    }
    case "reply": {
      const { about, key, at } = action;
      const before = at === null ? answer[about] : noteOn(answer, at)[about];
      const replies = replied(before, key, action.value);
      const next = at === null ? { ...answer, [about]: replies } : noted(answer, at, { [about]: replies });
      return quiet(changeTyped(work, next, `${about} ${key} ${at}`));
    }
    case "mark": {
      const { at, mark } = action;
      if (at === null) {
        return quiet(change(work, { ...answer, problemSpans: toggledMark(answer.problemSpans, mark) }));
      }
      if (!claim.steps[at]) return quiet(work);
      return quiet(change(work, noted(answer, at, { spans: toggledMark(noteOn(answer, at).spans, mark) })));
    }
    default:
      return quiet(work);
  }
}

function replied(replies: Replies, key: string, value: Reply | null): Replies {
  const { [key]: _, ...rest } = replies;
  return value === null ? rest : { ...rest, [key]: value };
}
