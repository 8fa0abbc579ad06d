// Finds the formulas in a text, before Markdown can eat their backslashes and underscores.

export interface Formula {
  /** LaTeX without its delimiters. */
  tex: string;
  display: boolean;
  /** As written, delimiters and all: what is shown when it can't be typeset. */
  source: string;
}

/** A text cut into what is Markdown and what is LaTeX. */
export type Cut = (string | Formula)[];

const ENVIRONMENT =
  /\\begin\{((?:equation|align|alignat|aligned|alignedat|gather|gathered|split|multline|eqnarray|cases|rcases|array|[pbvBV]?matrix|smallmatrix|CD)\*?)\}/y;
/** Longer than any formula between single dollars, or any environment; keeps the search short on hostile texts. */
const INLINE_LIMIT = 2_000;
const ENVIRONMENT_LIMIT = 20_000;

export function cutMath(text: string): Cut {
  const cut: Cut = [];
  /** Where each kind of closing delimiter was last found, so that a text full of openings is not searched over and over. */
  const seen = new Map<string, number>();
  let plainFrom = 0;
  let at = 0;

  const take = (end: number, open: number, close: number, display: boolean) => {
    if (plainFrom < at) cut.push(text.slice(plainFrom, at));
    const source = text.slice(at, end);
    cut.push({ tex: asMeant(source.slice(open, source.length - close)), display, source });
    at = plainFrom = end;
  };
  const find = (closer: string, from: number): number => {
    const last = seen.get(closer);
    if (last !== undefined && (last < 0 || last >= from)) return last;
    const found = findUnescaped(text, closer, from);
    seen.set(closer, found);
    return found;
  };

  while (at < text.length) {
    const next = nextOf(text, at);
    if (next < 0) break;
    at = next;
    const char = text[at];
    if (char === "`" || char === "~") {
      at = afterCode(text, at);
    } else if (char === "$") {
      const pair = text[at + 1] === "$";
      const end = pair ? displayEnd(text, at) : inlineEnd(text, at);
      if (end > 0) take(end, pair ? 2 : 1, pair ? 2 : 1, pair);
      else at += pair ? 2 : 1;
    } else {
      const second = text[at + 1];
      const closer = second === "(" ? "\\)" : second === "[" ? "\\]" : "";
      const end = closer ? find(closer, at + 2) : -1;
      const environment = second === "b" ? environmentEnd(text, at, find) : -1;
      const bare = environment > 0 ? -1 : bareEnd(text, at);
      if (end > 0) take(end + 2, 2, 2, second === "[");
      else if (environment > 0) take(environment, 0, 0, true);
      else if (bare > 0) take(bare, 0, 0, false);
      else at += 2;
    }
  }
  if (plainFrom < text.length) cut.push(text.slice(plainFrom));
  return cut;
}

const TEXT_GROUP = /\\(?:text\w*|mathrm|mathbf|operatorname|mbox)\s*\{[^}]*\}/g;

/**
 * LaTeX with two things said as models mean them: a percent sign is one (TeX would silently drop the rest of the
 * line), and a dollar inside a formula, but for `\text{if $x$}`, is money.
 */
function asMeant(tex: string): string {
  const percents = escaped(tex, "%");
  return hasBare(percents.replace(TEXT_GROUP, ""), "$") ? escaped(percents, "$") : percents;
}

/** The LaTeX with a backslash before each `char` that has none. */
function escaped(tex: string, char: "%" | "$"): string {
  return tex.replace(/\\[\s\S]|[%$]/g, (found) => (found === char ? `\\${char}` : found));
}

function hasBare(tex: string, char: "$"): boolean {
  return tex.replace(/\\[\s\S]/g, "").includes(char);
}

const INTERESTING = /[$\\`~]/g;

function nextOf(text: string, from: number): number {
  INTERESTING.lastIndex = from;
  return INTERESTING.exec(text)?.index ?? -1;
}

/** Where `closer` stands from `from` on, not itself escaped by a backslash before it; -1 if nowhere. */
function findUnescaped(text: string, closer: string, from: number): number {
  for (let at = from; at < text.length; at++) {
    if (text.startsWith(closer, at)) return at;
    if (text[at] === "\\") at++;
  }
  return -1;
}

/** The end of `$$…$$` that opens at `at`, or -1. A blank line ends the search: the pair was no formula. */
function displayEnd(text: string, at: number): number {
  for (let i = at + 2; i < text.length; i++) {
    if (text[i] === "\\") i++;
    else if (text[i] === "\n" && blankLineAt(text, i)) return -1;
    else if (text[i] === "$" && text[i + 1] === "$") return text.slice(at + 2, i).trim() ? i + 2 : -1;
  }
  return -1;
}

/** The end of `$…$` that opens at `at`, or -1 if that dollar is money or a stray one. */
function inlineEnd(text: string, at: number): number {
  let depth = 0;
  const limit = Math.min(text.length, at + INLINE_LIMIT);
  for (let i = at + 1; i < limit; i++) {
    const char = text[i];
    if (char === "\\") i++;
    else if (char === "{") depth++;
    else if (char === "}") depth--;
    else if (char === "\n" && blankLineAt(text, i)) return -1;
    else if (char === "$" && depth <= 0) return isFormula(text, at, i) ? i + 1 : -1;
  }
  return -1;
}

/** Whether what stands between the dollars at `open` and `close` is a formula, not two prices. */
function isFormula(text: string, open: number, close: number): boolean {
  const inside = text.slice(open + 1, close);
  const after = text[close + 1] ?? "";
  if (!inside.trim() || /\d/.test(after)) return false;
  const [spaceBefore, spaceAfter] = [/^\s/.test(inside), /\s$/.test(inside)];
  // "$ x $" is written by many models; "$5 and $" is two prices, "a$ and b$" too.
  if (spaceBefore !== spaceAfter && !/\\[A-Za-z]/.test(inside)) return false;
  if (spaceBefore || /^\d/.test(inside)) return !isProse(inside);
  return !/^[,.;:!?)]/.test(inside);
}

const FUNCTIONS = "mod|sin|cos|tan|log|exp|max|min|gcd|lcm|det|dim|arg|lim|sup|inf";
const WORD = new RegExp(`(?:^|\\s)(?!(?:${FUNCTIONS})\\b)[A-Za-z]{3,}(?=[\\s,.;:]|$)`);

/** A word by itself, outside of commands and of \text{…}: a formula that begins with a number has none. */
function isProse(tex: string): boolean {
  const bare = tex.replace(TEXT_GROUP, " ").replace(/\\[A-Za-z]+/g, " ");
  return WORD.test(bare);
}

function blankLineAt(text: string, newline: number): boolean {
  for (let i = newline + 1; i < text.length; i++) {
    if (text[i] === "\n") return true;
    if (text[i] !== " " && text[i] !== "\t" && text[i] !== "\r") return false;
  }
  return false;
}

/** The end of the environment that opens at `at`, nested ones of the same name included, or -1. */
function environmentEnd(text: string, at: number, find: (closer: string, from: number) => number): number {
  ENVIRONMENT.lastIndex = at;
  const opening = ENVIRONMENT.exec(text);
  if (!opening) return -1;
  const [begin, name] = [`\\begin{${opening[1]}}`, opening[1]];
  const end = `\\end{${name}}`;
  let [from, depth] = [ENVIRONMENT.lastIndex, 1];
  while (depth > 0) {
    const close = find(end, from);
    if (close < 0 || close - at > ENVIRONMENT_LIMIT) return -1;
    depth += text.slice(from, close).split(begin).length - 2;
    from = close + end.length;
  }
  return from;
}

/** Commands that models write outside of any delimiters, with the number of their arguments. */
const BARE = /\\(boxed|[dt]?frac|sqrt)(?=\{)/y;

/** The end of a command with its arguments that stands at `at` in the middle of prose, or -1. */
function bareEnd(text: string, at: number): number {
  BARE.lastIndex = at;
  const command = BARE.exec(text)?.[1];
  if (!command) return -1;
  const first = groupEnd(text, BARE.lastIndex);
  const end = command.endsWith("frac") && first > 0 ? groupEnd(text, first) : first;
  return end > 0 && isProse(text.slice(BARE.lastIndex + 1, end - 1)) ? -1 : end;
}

/** The end of the `{…}` that opens at `at`, or -1. */
function groupEnd(text: string, at: number): number {
  if (text[at] !== "{") return -1;
  let depth = 0;
  for (let i = at; i < Math.min(text.length, at + INLINE_LIMIT); i++) {
    if (text[i] === "\\") i++;
    else if (text[i] === "{") depth++;
    else if (text[i] === "}" && --depth === 0) return i + 1;
  }
  return -1;
}

/** The end of the code span or fenced block that opens at `at`; just past the marks if nothing closes them. */
function afterCode(text: string, at: number): number {
  const mark = text[at] ?? "";
  let marks = at;
  while (text[marks] === mark) marks++;
  const length = marks - at;
  const lineStart = text.lastIndexOf("\n", at - 1) + 1;
  const fenced = length >= 3 && /^[\s>*+\-\d.)]*$/.test(text.slice(lineStart, at));
  if (fenced) {
    const line = text.indexOf("\n", marks);
    if (line < 0) return text.length;
    // An open fence runs to the end of the text, in Markdown as here.
    const closing = new RegExp(`^[ \\t>]*\\${mark}{${length},}[ \\t]*$`, "gm");
    closing.lastIndex = line + 1;
    return closing.exec(text) ? closing.lastIndex : text.length;
  }
  if (mark === "~") return marks;
  const closing = new RegExp(`(?<!\`)\`{${length}}(?!\`)`, "g");
  closing.lastIndex = marks;
  return closing.exec(text) ? closing.lastIndex : marks;
}
