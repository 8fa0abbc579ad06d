// Everything that can be done to one task. Pure: the same work and action give the same result.

import { t } from "../i18n/desk";
import { type Answer, lastWrong, noteOn, ofTrace, wrongStep } from "./answer";
import { updateChoice } from "./choice";
import { markFirstError, updateTrace } from "./trace";
import { openInWalk, updateWalk, writeWalk } from "./walk";
import {
  changeTyped,
  clamp,
  type Field,
  noted,
  type Outcome,
  type Panel,
  quiet,
  type Work,
  type WorkAction,
} from "./work";

export function updateWork(work: Work, action: WorkAction): Outcome {
  switch (action.type) {
    case "focus":
      return quiet({ ...leftBehind(work), focus: clamp(action.at, work) });
    case "move":
      return quiet({ ...leftBehind(work), focus: clamp(work.focus + action.by, work) });
    case "open":
      return open(work, action.panel);
    case "write":
      return quiet(write(work, action.field, action.text));
    case "undo":
      return undo(work);
    case "spent":
      return quiet({ ...work, activeMs: work.activeMs + action.ms });
  }
  if (work.claim.kind === "trace")
    return updateTrace(action.type === "next-unjudged" ? leftBehind(work) : work, work.claim, action);
  if (work.claim.kind === "walk") return updateWalk(work, work.claim, action);
  return updateChoice(work, work.claim, action);
}

/** Error types are one step's: whoever goes on to another has said what is wrong with it. */
const leftBehind = (work: Work): Work => (work.panel === "error-types" ? { ...work, panel: null } : work);

function open(work: Work, panel: Panel | null): Outcome {
  const { answer, claim } = work;
  if (panel === null) return quiet({ ...work, panel, typing: null });
  if (answer.mode === "walk") return quiet(openInWalk(work, panel));
  if (!ofTrace(answer) || claim.kind !== "trace") return quiet({ ...work, panel });
  if (panel === "suggest") return quiet({ ...work, panel, focus: wrongStep(answer) ?? work.focus });
  if (panel === "error-types") {
    const at = lastWrong(answer, work.focus);
    if (at === undefined) return { work, says: t("trace.mark-wrong-step-first") };
    return quiet({ ...work, panel, focus: at, typing: null });
  }
  if (panel !== "comment" && panel !== "rewrite") return quiet({ ...work, panel, typing: null });
  if (panel === "comment") {
    const at = wrongStep(answer) ?? (answer.comment ? work.commentAt : work.focus);
    return quiet({ ...work, panel, commentAt: at, focus: at });
  }
  let [marked, says] = [work, ""];
  if (answer.mode === "first_error" && answer.firstError === undefined) {
    ({ work: marked, says } = markFirstError(work, claim, work.focus));
  }
  const wrong = wrongStep(marked.answer);
  if (wrong === undefined) return { work, says: says || t("update.only-wrong-step-rewritten") };
  // The step's own words are the best start for a better one; unchanged they are no rewrite (see `rewriteOf`).
  const text = noteOn(marked.answer, wrong).rewrite || (claim.steps[wrong]?.text ?? "");
  return {
    work: { ...marked, answer: noted(marked.answer, wrong, { rewrite: text }), focus: wrong, panel },
    says,
  };
}

function write(work: Work, field: Field, text: string): Work {
  const { answer } = work;
  let next: Answer;
  if (field === "comment") next = { ...answer, comment: text };
  else if (answer.mode === "walk") next = writeWalk(answer, field, text);
  else if (answer.mode === "choice") next = { ...answer, rewrite: text };
  else if (field === "step-comment") next = noted(answer, work.focus, { comment: text });
  else {
    const wrong = wrongStep(answer);
    if (wrong === undefined) return work;
    next = noted(answer, wrong, { rewrite: text });
  }
  return changeTyped(work, next, field);
}

function undo(work: Work): Outcome {
  const last = work.past.at(-1);
  if (!last) return { work, says: t("update.nothing-undo") };
  return {
    work: {
      ...work,
      ...last,
      past: work.past.slice(0, -1),
      panel: null,
      typing: null,
      rev: work.rev + 1,
    },
    says: t("update.undone"),
  };
}
