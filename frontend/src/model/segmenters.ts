/** The ways to cut a solution that comes in one text into steps. "" leaves it to the format. */
import { t } from "../i18n/admin";

export const SEGMENTERS = [
  { value: "", title: t("segmenters.as-format-does") },
  { value: "blank-line", title: t("segmenters.at-blank-lines") },
  { value: "line", title: t("segmenters.at-every-line") },
  { value: "step", title: t("segmenters.before-each-step-k") },
  { value: "sentence", title: t("segmenters.after-every-sentence") },
  { value: "none", title: t("segmenters.not-at-all") },
];

/** Formats whose solutions are one text; recognised ones may be. */
const CUT = new Set(["auto", "text", "gsm8k", "openai-messages"]);

export function canBeCut(format: string): boolean {
  return CUT.has(format);
}
