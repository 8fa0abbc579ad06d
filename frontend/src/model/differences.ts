// Where several texts differ from what they have in common: by words, a formula being one word. Pure.

import { cutMath } from "../render/math";

export interface Stretch {
  /** In UTF-16 units of the text, the end not included. Never within a code point. */
  start: number;
  end: number;
}

interface Token extends Stretch {
  text: string;
}

/** Words and numbers whole, everything else by code point. */
const WORD = /[\p{L}\p{M}\p{N}]+(?:[.,'’][\p{L}\p{M}\p{N}]+)*|[^\s]/gu;
/** Texts of more tokens than this are not compared: they would be read side by side by nobody. */
const MOST_TOKENS = 1_500;

/** For each text, the stretches that not all of the others have. All empty for texts that are alike, or too long. */
export function differences(texts: readonly string[]): Stretch[][] {
  const all = texts.map(tokens);
  const none = texts.map((): Stretch[] => []);
  if (texts.length < 2 || all.some((one) => one.length > MOST_TOKENS)) return none;
  const [first = [], ...others] = all.map((one) => one.map(({ text }) => text));
  const common = others.reduce(
    (shared, other) => matched(shared, other).map(([at]) => shared[at] ?? ""),
    first,
  );
  return all.map((one) => {
    const shared = new Set(
      matched(
        common,
        one.map(({ text }) => text),
      ).map(([, at]) => at),
    );
    return joined(one, (index) => !shared.has(index));
  });
}

function tokens(text: string): Token[] {
  const found: Token[] = [];
  let from = 0;
  for (const piece of cutMath(text)) {
    const source = typeof piece === "string" ? piece : piece.source;
    if (typeof piece === "string") {
      for (const { 0: word, index } of source.matchAll(WORD)) {
        found.push({ text: word, start: from + index, end: from + index + word.length });
      }
    } else {
      // Formulas that differ by space alone are alike.
      found.push({ text: source.replace(/\s+/g, ""), start: from, end: from + source.length });
    }
    from += source.length;
  }
  return found;
}

/** A longest common subsequence: pairs of indexes, in order. */
function matched(a: readonly string[], b: readonly string[]): [number, number][] {
  const width = b.length + 1;
  const longest = new Uint16Array((a.length + 1) * width);
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      longest[i * width + j] =
        a[i] === b[j]
          ? (longest[(i + 1) * width + j + 1] ?? 0) + 1
          : Math.max(longest[(i + 1) * width + j] ?? 0, longest[i * width + j + 1] ?? 0);
    }
  }
  const pairs: [number, number][] = [];
  for (let i = 0, j = 0; i < a.length && j < b.length; ) {
    if (a[i] === b[j]) pairs.push([i++, j++]);
    else if ((longest[(i + 1) * width + j] ?? 0) >= (longest[i * width + j + 1] ?? 0)) i++;
    else j++;
  }
  return pairs;
}

/** Neighbours become one stretch. */
function joined(all: readonly Token[], wanted: (index: number) => boolean): Stretch[] {
  const stretches: Stretch[] = [];
  let open: Stretch | undefined;
  all.forEach(({ start, end }, index) => {
    if (!wanted(index)) open = undefined;
    else if (open) open.end = end;
    else {
      open = { start, end };
      stretches.push(open);
    }
  });
  return stretches;
}
