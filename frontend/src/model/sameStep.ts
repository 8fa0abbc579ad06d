// Whether a step of a trace looks as it did: of 200 steps a key changes two.

import { type Answer, noteOn, ofTrace } from "./answer";
import { brokenBy, stepState } from "./stepState";
import { isKnown, type Work } from "./work";

export interface SeenStep {
  /** 0-based. */
  index: number;
  work: Work;
  raw: boolean;
  /** What is said about the error stands under this step. */
  details: boolean;
}

export function sameStep(before: SeenStep, after: SeenStep): boolean {
  const [was, is] = [before.work, after.work];
  if (was === is && before.raw === after.raw && before.details === after.details) return true;
  const { index } = after;
  if (before.index !== index || before.raw !== after.raw || was.claim !== is.claim) return false;
  // The one that is looked at shows most of what is said, and while premises are picked all steps can be clicked.
  const busy = ({ work, details }: SeenStep) => details || work.focus === index || work.panel === "premises";
  if (busy(before) || busy(after)) return false;
  if (was.toggled !== is.toggled && was.toggled.includes(index) !== is.toggled.includes(index)) return false;
  return was.answer === is.answer || sameSaid(was, is, index);
}

function sameSaid(was: Work, is: Work, index: number): boolean {
  const step = is.claim.kind === "trace" ? is.claim.steps[index] : undefined;
  if (!step || is.claim.kind !== "trace") return false;
  const { steps } = is.claim;
  // With the note its premises are the same, too.
  if (noteOn(was.answer, index) !== noteOn(is.answer, index)) return false;
  if (said(was.answer, index) !== said(is.answer, index)) return false;
  // The words of a project's own values change with the project only.
  const [one, other] = [was, is].map(({ answer, claim }) =>
    stepState(answer, step, index, isKnown(claim, index)),
  );
  if (one?.tone !== other?.tone || one?.shape !== other?.shape || one?.word !== other?.word) return false;
  return brokenBy(was.answer, steps, index) === brokenBy(is.answer, steps, index);
}

/** What its buttons show. */
function said(answer: Answer, index: number): unknown {
  if (!ofTrace(answer)) return answer;
  return answer.mode === "every_step" ? (answer.values[index] ?? "") : answer.firstError === index;
}
