// Text lit up on the page without touching its nodes: the browser's own highlights, where it has them.

const SKIPPED = ".katex-mathml, .badge, button, .marked, .step-premises, .details, .step-side, .step-mark";
const MOST_RANGES = 2_000;

interface Registry {
  set: (name: string, highlight: unknown) => void;
  delete: (name: string) => void;
}
const registry = (): Registry | undefined =>
  typeof CSS === "undefined" ? undefined : (CSS as unknown as { highlights?: Registry }).highlights;
const make = (ranges: Range[]): unknown =>
  new (globalThis as unknown as { Highlight: new (...ranges: Range[]) => unknown }).Highlight(...ranges);

/** Shows these ranges under this name, in place of those before; none takes it away. */
export function lightUp(name: "occurrence" | "found" | "marked" | "differs", ranges: readonly Range[]): void {
  const all = registry();
  if (!all) return;
  if (ranges.length) all.set(name, make(ranges.slice(0, MOST_RANGES)));
  else all.delete(name);
}

function textNodes(roots: Iterable<Element>): Text[] {
  const nodes: Text[] = [];
  for (const root of roots) {
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const node = walker.currentNode as Text;
      if (node.data.trim() && !node.parentElement?.closest(SKIPPED)) nodes.push(node);
    }
  }
  return nodes;
}

/** Every place where these words stand, whatever their case. */
export function placesOf(text: string, roots: Iterable<Element>): Range[] {
  return search(textNodes(roots), text.toLocaleLowerCase(), (data) => data.toLocaleLowerCase());
}

/** A number, a word, or a symbol by itself. */
const TOKEN = /\p{N}+(?:[.,]\p{N}+)*|[\p{L}\p{M}]+(?:['’-][\p{L}\p{M}]+)*|[^\s\p{P}]|[%°′″]/gu;
/** Words that light up half a page and tell nothing. */
const COMMON = new Set(
  "the a an of to in is are was and or so we it that this then than for on at by be as with from".split(" "),
);

/** The token of a text node at an offset, or none. */
export function tokenAt(node: Text, offset: number): string {
  for (const { 0: token, index } of node.data.matchAll(TOKEN)) {
    if (index <= offset && offset <= index + token.length) {
      return offset < index + token.length && !COMMON.has(token.toLowerCase()) ? token : "";
    }
  }
  return "";
}

/** The numbers and symbols in an element, in order, each once: what the key goes through. */
export function tokensIn(root: Element): string[] {
  const tokens = textNodes([root]).flatMap((node) => [...node.data.matchAll(TOKEN)].map(([token]) => token));
  return [...new Set(tokens)].filter(
    (token) => /^\p{N}|^.$/u.test(token) && !COMMON.has(token.toLowerCase()),
  );
}

/** Every place where this token stands by itself: 4 is not in 48. */
export function occurrences(token: string, roots: Iterable<Element>): Range[] {
  const whole = (data: string, at: number) => {
    const [before, after] = [data[at - 1] ?? "", data[at + token.length] ?? ""];
    if (/^\p{N}/u.test(token)) {
      const more = /^[.,]\p{N}/u.test(data.slice(at + token.length, at + token.length + 2));
      return (
        !/\p{N}/u.test(before) && !/\p{N}/u.test(after) && !more && !/\p{N}[.,]$/u.test(data.slice(0, at))
      );
    }
    return !/^\p{L}/u.test(token) || (!/[\p{L}\p{M}]/u.test(before) && !/[\p{L}\p{M}]/u.test(after));
  };
  return search(textNodes(roots), token, (data) => data, whole);
}

function search(
  nodes: readonly Text[],
  text: string,
  folded: (data: string) => string,
  fits: (data: string, at: number) => boolean = () => true,
): Range[] {
  const ranges: Range[] = [];
  if (!text) return ranges;
  for (const node of nodes) {
    const data = folded(node.data);
    if (data.length !== node.data.length) continue; // a letter that changes its length with its case
    for (let at = data.indexOf(text); at >= 0; at = data.indexOf(text, at + text.length)) {
      if (!fits(data, at)) continue;
      const range = document.createRange();
      range.setStart(node, at);
      range.setEnd(node, at + text.length);
      ranges.push(range);
      if (ranges.length >= MOST_RANGES) return ranges;
    }
  }
  return ranges;
}
