// How a step or a candidate stands, for the eye and for the ear: a shape and a word, then a colour.

import { t } from "../i18n/desk";
import { type Answer, type ChoiceAnswer, type EveryStepAnswer, meaningOf, noteOn, ofTrace } from "./answer";
import type { ChoiceClaim, Id, Step } from "./claim";
import type { ValueDef } from "./schema";
import { fullRanking } from "./submission";

export type Tone = "good" | "bad" | "unsure" | "neutral" | "off" | "open";

export interface State {
  tone: Tone;
  shape: string;
  word: string;
}

const OPEN: State = { tone: "open", shape: "", word: "" };
const STATES = {
  right: { tone: "good", shape: "✓", word: t("step-state.right") },
  known: { tone: "good", shape: "⤷", word: t("step-state.known-right") },
  firstError: { tone: "bad", shape: "✗", word: t("step-state.first-error") },
  notAsked: { tone: "off", shape: "‒", word: t("step-state.not-asked") },
  shown: { tone: "open", shape: "·", word: t("step-state.not-judged") },
  good: { tone: "good", shape: "✓", word: t("step-state.good") },
  neutral: { tone: "neutral", shape: "~", word: t("step-state.neutral") },
  bad: { tone: "bad", shape: "✗", word: t("step-state.bad") },
  unsure: { tone: "unsure", shape: "?", word: t("step-state.unsure") },
  preferred: { tone: "good", shape: "✓", word: t("step-state.preferred") },
  tied: { tone: "good", shape: "=", word: t("step-state.equally-good") },
  behind: { tone: "off", shape: "‒", word: t("step-state.not-preferred") },
  unacceptable: { tone: "bad", shape: "✗", word: t("step-state.not-acceptable") },
} satisfies Record<string, State>;

const SHAPES = { good: "✓", neutral: "~", bad: "✗", unsure: "?" } as const;

/** `index` is 0-based; `known`: this person judged the step in another trace; `values`: the project's own words. */
export function stepState(
  answer: Answer,
  step: Step,
  index: number,
  known = false,
  values: readonly ValueDef[] = [],
): State {
  if (answer.mode === "every_step") {
    if (!step.judged) return STATES.shown;
    const value = answer.values[index];
    const meaning = meaningOf(answer, value);
    if (value === undefined || meaning === undefined) return OPEN;
    const own = values.find(({ key }) => key === value)?.name;
    const word = own && own.toLowerCase() !== meaning ? own : meaning;
    return { ...STATES[meaning], word: known ? t("step-state.known", { word }) : word };
  }
  if (!ofTrace(answer)) return OPEN;
  const { firstError } = answer;
  if (typeof firstError === "number" && index > firstError) return STATES.notAsked;
  if (!step.judged) return STATES.shown;
  if (firstError !== index && known) return STATES.known;
  if (firstError === undefined) return OPEN;
  return index === firstError ? STATES.firstError : STATES.right;
}

/** A value in words; what a project calls its own values is a word already. */
export const wordOf = (value: string): string =>
  value in SHAPES ? STATES[value as keyof typeof SHAPES].word : value;

/** What is shown for a value on its button. */
export const shapeOf = (meaning: keyof typeof SHAPES): string => SHAPES[meaning];

/** The steps that one rests on, 0-based: as the annotator says, else as the data does. */
export function premisesOf(answer: Answer, steps: readonly Step[], index: number): readonly number[] {
  const { premises } = noteOn(answer, index);
  return premises.length ? premises : (steps[index]?.premises ?? NONE);
}

const NONE: readonly number[] = [];

/** The first wrong step that this one rests on, itself or through others: it is broken, then. 0-based. */
export function brokenBy(answer: Answer, steps: readonly Step[], index: number): number | undefined {
  if (!ofTrace(answer)) return undefined;
  const wrong = (step: number) =>
    answer.mode === "first_error" ? answer.firstError === step : isBad(answer, step);
  const seen = new Set<number>();
  const look = (step: number): number | undefined => {
    for (const premise of premisesOf(answer, steps, step)) {
      if (wrong(premise)) return premise;
      if (seen.has(premise)) continue;
      seen.add(premise);
      const found = look(premise);
      if (found !== undefined) return found;
    }
    return undefined;
  };
  return look(index);
}

const isBad = (answer: EveryStepAnswer, step: number) => meaningOf(answer, answer.values[step]) === "bad";

export function candidateState(claim: ChoiceClaim, answer: ChoiceAnswer, id: Id): State {
  if (answer.noneAcceptable) return STATES.unacceptable;
  if (!answer.groups.length) return OPEN;
  const ranking = fullRanking(claim, answer);
  const place = ranking.findIndex((group) => group.includes(id));
  if (place > 0)
    return ranking.length > 2
      ? { ...STATES.behind, word: t("step-state.place", { n: place + 1 }) }
      : STATES.behind;
  return (ranking[0]?.length ?? 0) > 1 ? STATES.tied : STATES.preferred;
}
