// How a step or a candidate stands, for the eye and for the ear: a shape and a word, then a colour.

import type { Answer, ChoiceAnswer } from "./answer";
import type { ChoiceClaim, Id, Step } from "./claim";
import { fullRanking } from "./submission";

export type Tone = "good" | "bad" | "unsure" | "neutral" | "off" | "open";

export interface State {
  tone: Tone;
  shape: string;
  word: string;
}

const OPEN: State = { tone: "open", shape: "", word: "" };
const STATES = {
  right: { tone: "good", shape: "✓", word: "right" },
  firstError: { tone: "bad", shape: "✗", word: "first error" },
  notAsked: { tone: "off", shape: "‒", word: "not asked" },
  shown: { tone: "open", shape: "·", word: "not judged" },
  good: { tone: "good", shape: "✓", word: "good" },
  neutral: { tone: "neutral", shape: "~", word: "neutral" },
  bad: { tone: "bad", shape: "✗", word: "bad" },
  unsure: { tone: "unsure", shape: "?", word: "unsure" },
  preferred: { tone: "good", shape: "✓", word: "preferred" },
  tied: { tone: "good", shape: "=", word: "equally good" },
  behind: { tone: "off", shape: "‒", word: "not preferred" },
  unacceptable: { tone: "bad", shape: "✗", word: "not acceptable" },
} satisfies Record<string, State>;

/** `index` is 0-based. */
export function stepState(answer: Answer, step: Step, index: number): State {
  if (answer.mode === "every_step") {
    const value = answer.values[index];
    if (!step.judged) return STATES.shown;
    return value ? STATES[value] : OPEN;
  }
  if (answer.mode === "choice") return OPEN;
  const { firstError } = answer;
  if (typeof firstError === "number" && index > firstError) return STATES.notAsked;
  if (!step.judged) return STATES.shown;
  if (firstError === undefined) return OPEN;
  return index === firstError ? STATES.firstError : STATES.right;
}

export function candidateState(claim: ChoiceClaim, answer: ChoiceAnswer, id: Id): State {
  if (answer.noneAcceptable) return STATES.unacceptable;
  if (!answer.groups.length) return OPEN;
  const ranking = fullRanking(claim, answer);
  const place = ranking.findIndex((group) => group.includes(id));
  if (place > 0) return ranking.length > 2 ? { ...STATES.behind, word: `place ${place + 1}` } : STATES.behind;
  return (ranking[0]?.length ?? 0) > 1 ? STATES.tied : STATES.preferred;
}
