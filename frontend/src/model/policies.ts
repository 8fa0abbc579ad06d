import type { Mode, Policy } from "../api/types";

export const MODES: { value: Mode; title: string; text: string }[] = [
  {
    value: "first_error",
    title: "The first error",
    text: "The first wrong step, or that there is none. Quick; what follows the first error stays unlabelled.",
  },
  { value: "every_step", title: "Every step", text: "Each step is rated good, neutral, bad or unsure." },
];

export const POLICIES: { value: Policy; title: string; text: string }[] = [
  {
    value: "convincing-wrong-answer",
    title: "Convincing wrong answers",
    text: "Traces whose steps score high although the answer is wrong: where scorers are fooled.",
  },
  { value: "lowest-step", title: "Lowest step", text: "Traces with the most suspicious single step." },
  { value: "uncertainty", title: "Uncertainty", text: "Traces whose scores are closest to a coin toss." },
  { value: "disagreement", title: "Disagreement", text: "Traces on which the scorers differ most." },
  { value: "random", title: "Random", text: "No order: every trace is as likely as any other." },
];
