const CHARACTERS = 75;
const LINE_REM = 1.75;
const DISPLAYED_REM = 4.5;
const AROUND_REM = 2;

/**
 * About how high a step's text will be, in rem: what is reserved for it until it is laid out, so that the scroll bar
 * tells the truth. Not a promise.
 */
export function tall(text: string): number {
  const displayed = text.match(/\$\$[^$]*\$\$|\\\[|\\begin\{/g) ?? [];
  const words = text.replace(/\$\$[^$]*\$\$/g, "\n").replace(/\\[A-Za-z]+|[{}$^_\\]/g, "");
  const lines = words.split("\n").reduce((sum, line) => sum + Math.ceil(line.length / CHARACTERS), 0);
  // Long texts are folded.
  return AROUND_REM + Math.min(40, Math.max(1, lines) * LINE_REM + displayed.length * DISPLAYED_REM);
}
