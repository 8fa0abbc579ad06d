/** What each export format is for, in a sentence. Formats that we can't describe show their title only. */
import { t } from "../i18n/admin";

export const EXPORT_FORMATS: Record<string, string> = {
  native: t("export-formats.everything-known-stepmarks-own"),
  processbench: t("export-formats.one-json-array-first"),
  prm800k: t("export-formats.rating-every-step-shape"),
  "math-shepherd": t("export-formats.steps-behind-step-tag"),
  rlhflow: t("export-formats.conversation-answers-each-step"),
  "trl-stepwise": t("export-formats.prompt-completions-labels-loads"),
  "trl-preference": t("export-formats.prompt-chosen-rejected-loads"),
  "trl-unpaired": t("export-formats.prompt-completion-label-each"),
  "step-dpo": t("export-formats.pairs-better-worse-next"),
  "trl-preference-conversational": t("export-formats.same-pairs-as-lists"),
  "step-apo": t("export-formats.pairs-advantages-both-steps"),
  "full-step-dpo": t("export-formats.all-solutions-problem-reward"),
  ultrainteract: t("export-formats.pairs-better-worse-next-action"),
  refinement: t("export-formats.wrong-drafts-first-error"),
  "self-correction": t("export-formats.texts-which-wrong-step"),
  "natural-program": t("export-formats.numbered-statements-name-their"),
  "mr-gsm8k": t("export-formats.graded-solutions-first-wrong"),
  "mr-ben": t("export-formats.graded-solutions-reasons-right"),
  "agent-process-bench": t("export-formats.agents-runs-as-chat"),
  atif: t("export-formats.agents-runs-as-harbor"),
  "otel-genai": t("export-formats.agents-runs-as-opentelemetrys"),
  csv: t("export-formats.every-step-verdict-comment"),
};
