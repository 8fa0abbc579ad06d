/** What a scorer says of a step, as it is shown to people. */
import { t } from "../i18n";

export interface SeenScore {
  scorer: string;
  /** The probability that the step is right. */
  value: number;
  reason: string;
}

/** A shape and a word beside the colour, so that none of them has to be seen. */
export function scoreState(value: number): { shape: string; word: string; tone: "good" | "unsure" | "bad" } {
  if (value >= 0.7) return { shape: "▲", word: t("score.right"), tone: "good" };
  if (value < 0.3) return { shape: "▼", word: t("score.wrong"), tone: "bad" };
  return { shape: "◆", word: t("score.open"), tone: "unsure" };
}
