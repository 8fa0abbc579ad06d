// The part of `updateWork` for a walk: step by step through a problem, rating every alternative at each depth.

import { t } from "../i18n/desk";
import type { Alternative, Id, WalkClaim } from "./claim";
import type { State } from "./stepState";
import type { Submission } from "./submission";
import {
  BLANK_STEP,
  type Finish,
  stepOut,
  type WalkAction,
  type WalkAnswer,
  type WalkStep,
  type WalkValue,
} from "./walkAnswer";
import { change, type Field, type Outcome, type Panel, quiet, type Work, type WorkAction } from "./work";

export const FINISH_WORDS: Record<Finish, string> = {
  solved: t("walk.solved"),
  stuck: t("walk.stuck-nothing-acceptable"),
  given_up: t("walk.given-up"),
  bad_problem: t("walk.problem-bad"),
};
const STATES: Record<WalkValue, State> = {
  good: { tone: "good", shape: "✓", word: t("walk.good") },
  neutral: { tone: "neutral", shape: "~", word: t("walk.neutral") },
  bad: { tone: "bad", shape: "✗", word: t("walk.bad") },
  unsure: { tone: "unsure", shape: "?", word: t("walk.unsure") },
};

/** The step that the person is at. */
export const here = (answer: WalkAnswer): WalkStep => answer.steps.at(-1) ?? BLANK_STEP;
export const depthOf = (answer: WalkAnswer): number => answer.steps.length - 1;

/** The key of the step before the current depth: null at the beginning, undefined after a step that has none yet. */
export function parentOf(answer: WalkAnswer): Id | null | undefined {
  const before = answer.steps.at(-2);
  return before ? (before.chosen ?? before.writtenId) : null;
}

export function alternatives(claim: WalkClaim, answer: WalkAnswer): Alternative[] {
  const parent = parentOf(answer);
  return parent === undefined ? [] : claim.tree.steps.filter((step) => step.parent === parent);
}

/** The way so far, without the current depth. */
export function wayOf(claim: WalkClaim, answer: WalkAnswer): { id: Id; text: string; kind: string }[] {
  return answer.steps.slice(0, -1).map(({ chosen, written, writtenId }, index) => {
    const step = claim.tree.steps.find(({ id }) => id === chosen);
    return step ?? { id: writtenId ?? `own-${index}`, text: written, kind: "reasoning" };
  });
}

export function alternativeState(answer: WalkAnswer, id: Id): State {
  const value = here(answer).ratings[id];
  const state = value ? STATES[value] : { tone: "open" as const, shape: "", word: "" };
  return here(answer).chosen === id
    ? { ...state, word: state.word ? t("walk.rated-last-step", { word: state.word }) : t("walk.last-step") }
    : state;
}

/** How many places can be looked at: the alternatives, and the person's own step. */
export function walkPlaces(claim: WalkClaim, answer: WalkAnswer): number {
  return alternatives(claim, answer).length + (here(answer).written.trim() ? 1 : 0);
}

export function updateWalk(work: Work, claim: WalkClaim, action: WorkAction): Outcome {
  const { answer } = work;
  if (answer.mode !== "walk") return quiet(work);
  switch (action.type) {
    case "rate-alternative":
      return rate(work, claim, answer, action.value);
    case "go-on":
      return goOn(work, claim, answer);
    case "go-back":
      return goBack(work, claim, answer);
    case "finish":
      return finish(work, claim, answer, action.finish);
    case "alternatives":
      return quiet(grown(work, claim, answer, action));
    default:
      return quiet(work);
  }
}

function rate(work: Work, claim: WalkClaim, answer: WalkAnswer, value: WalkValue): Outcome {
  const there = alternatives(claim, answer);
  const step = there[work.focus];
  if (!step?.judged) return { work, says: t("walk.there-nothing-rate-here") };
  const at = here(answer);
  const chosen = at.chosen === step.id ? null : at.chosen;
  const next = withHere(answer, { ...at, ratings: { ...at.ratings, [step.id]: value }, chosen });
  // What the model suggested may be left aside, so nobody is led there.
  const unrated = (index: number) => {
    const one = there[index];
    return one?.judged && !one.suggested && !here(next).ratings[one.id];
  };
  const order = [...there.keys()].map((n) => (work.focus + 1 + n) % there.length);
  const focus = order.find(unrated) ?? work.focus;
  return {
    work: { ...change(work, next), focus },
    says: t("walk.alternative", { n: work.focus + 1, value: STATES[value].word }),
  };
}

/** The step to go on with, in place `focus`; or why there is none. */
function taken(work: Work, claim: WalkClaim, answer: WalkAnswer): WalkStep | string {
  const there = alternatives(claim, answer);
  const at = here(answer);
  const missing = unrated(there, at);
  if (missing) return missing;
  const step = there[work.focus];
  if (!step)
    return at.written.trim()
      ? { ...at, chosen: null, written: at.written.trim() }
      : t("walk.write-step-first");
  if (step.judged && !at.ratings[step.id]) return t("walk.rate-first");
  if (at.ratings[step.id] === "bad") return t("walk.rated-bad-go-on");
  return { ...at, chosen: step.id, written: "", writtenId: undefined };
}

function unrated(there: readonly Alternative[], { ratings }: WalkStep): string {
  // What the model suggested may be left aside.
  const at = there.findIndex(({ id, judged, suggested }) => judged && !suggested && !ratings[id]);
  return at < 0 ? "" : t("walk.alternative-not-rated-yet", { n: at + 1 });
}

function goOn(work: Work, claim: WalkClaim, answer: WalkAnswer): Outcome {
  const step = taken(work, claim, answer);
  if (typeof step === "string") return { work, says: step };
  const next = { ...answer, finish: null, steps: [...answer.steps.slice(0, -1), step, BLANK_STEP] };
  return {
    work: { ...change(work, next), focus: 0, panel: null },
    says: t("walk.step", { n: next.steps.length }),
  };
}

function goBack(work: Work, claim: WalkClaim, answer: WalkAnswer): Outcome {
  if (answer.finish) return { work: change(work, { ...answer, finish: null }), says: t("walk.walk-goes-on") };
  if (answer.steps.length < 2) return { work, says: t("walk.first-step") };
  const steps = answer.steps.slice(0, -1);
  const next = { ...answer, steps };
  const at = here(next);
  const there = alternatives(claim, next);
  const focus = at.chosen === null ? there.length : there.findIndex(({ id }) => id === at.chosen);
  const open = withHere(next, { ...at, chosen: null });
  return {
    work: { ...change(work, open), focus: Math.max(0, Math.min(focus, walkPlaces(claim, open) - 1)) },
    says: t("walk.back-at-step", { n: steps.length }),
  };
}

function finish(work: Work, claim: WalkClaim, answer: WalkAnswer, how: Finish): Outcome {
  if (answer.finish === how)
    return { work: change(work, { ...answer, finish: null }), says: t("walk.walk-goes-on") };
  const says = `${FINISH_WORDS[how]}.`;
  const at = here(answer);
  if (how === "given_up" || how === "bad_problem") {
    const panel = how === "given_up" ? ("reason" as const) : null;
    return { work: { ...change(work, { ...answer, finish: how }), panel }, says };
  }
  if (how === "stuck") {
    const there = alternatives(claim, answer);
    if (Object.values(at.ratings).includes("good"))
      return { work, says: t("walk.alternative-rated-good-go") };
    if (!there.length && !depthOf(answer)) return { work, says: t("walk.there-nothing-could-acceptable") };
    const rest = there.filter(({ id, judged, suggested }) => judged && !suggested && !at.ratings[id]);
    const ratings = { ...at.ratings, ...Object.fromEntries(rest.map(({ id }) => [id, "bad" as const])) };
    const next = withHere(answer, { ...at, ratings, chosen: null, written: "", writtenId: undefined });
    return { work: change(work, { ...next, finish: how }), says };
  }
  // Nothing was said here yet: the step before was the last one.
  const nothing = !Object.keys(at.ratings).length && !at.written.trim();
  if (nothing && depthOf(answer)) return { work: change(work, { ...answer, finish: how }), says };
  const step = taken(work, claim, answer);
  if (typeof step === "string") return { work, says: step };
  return { work: change(work, { ...withHere(answer, step), finish: how }), says };
}

function grown(
  work: Work,
  claim: WalkClaim,
  answer: WalkAnswer,
  { depth, parent, steps }: Extract<WalkAction, { type: "alternatives" }>,
): Work {
  const known = new Set(claim.tree.steps.map(({ id }) => id));
  const tree = { ...claim.tree, steps: [...claim.tree.steps, ...steps.filter(({ id }) => !known.has(id))] };
  const before = answer.steps[depth - 1];
  if (!before || before.chosen !== null || parent === null || before.writtenId === parent)
    return { ...work, claim: { ...claim, tree } };
  const named = answer.steps.map((step, index) =>
    index === depth - 1 ? { ...step, writtenId: parent } : step,
  );
  return { ...work, claim: { ...claim, tree }, answer: { ...answer, steps: named }, rev: work.rev + 1 };
}

/** What opens: the person's own step is looked at while it is written. */
export function openInWalk(work: Work, panel: Panel): Work {
  const { claim, answer } = work;
  if (claim.kind !== "walk" || answer.mode !== "walk" || panel !== "rewrite") return { ...work, panel };
  return { ...work, panel, focus: alternatives(claim, answer).length };
}

export function writeWalk(answer: WalkAnswer, field: Field, text: string): WalkAnswer {
  if (field === "reason") return { ...answer, reason: text };
  return withHere(answer, { ...here(answer), chosen: null, written: text, writtenId: undefined });
}

function withHere(answer: WalkAnswer, step: WalkStep): WalkAnswer {
  return { ...answer, finish: null, steps: [...answer.steps.slice(0, -1), step] };
}

export function walkSubmission(claim: WalkClaim, answer: WalkAnswer): Submission {
  const { finish: how } = answer;
  if (!how) {
    const missing = unrated(alternatives(claim, answer), here(answer));
    const go = t("walk.go-on-one-them");
    return { complete: false, why: missing || go };
  }
  if (how === "given_up" && !answer.reason.trim())
    return { complete: false, why: t("walk.say-why-you-give") };
  const steps = answer.steps.map((step) => stepOut({ ...step, writtenId: undefined }));
  const last = here(answer);
  const nothing = last.chosen === null && !Object.keys(last.ratings).length && !last.written.trim();
  if (nothing && how !== "stuck") steps.pop();
  const reason = how === "given_up" || how === "bad_problem" ? answer.reason.trim() : "";
  const body: Record<string, unknown> = { walk: { finish: how, ...(reason ? { reason } : {}), steps } };
  if (answer.comment.trim()) body.comment = answer.comment.trim();
  const says = [
    t("walk.steps", { finish: FINISH_WORDS[how], n: steps.length }),
    ...(body.comment ? [t("submission.comment")] : []),
  ];
  return { complete: true, body, says: says.join(" · ") };
}
