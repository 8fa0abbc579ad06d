/** The ways to cut a solution that comes in one text into steps. "" leaves it to the format. */
export const SEGMENTERS = [
  { value: "", title: "As the format does" },
  { value: "blank-line", title: "At blank lines" },
  { value: "line", title: "At every line" },
  { value: "step", title: "Before each “Step k:”" },
  { value: "sentence", title: "After every sentence" },
  { value: "none", title: "Not at all" },
];

/** Formats whose solutions are one text; recognised ones may be. */
const CUT = new Set(["auto", "text", "gsm8k", "openai-messages"]);

export function canBeCut(format: string): boolean {
  return CUT.has(format);
}
