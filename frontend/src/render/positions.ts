// Where each character on the screen stands in the text as it was imported.
//
// Rendering takes markup away and keeps the order, so both are walked side by side: each visible character is the next
// one like it in the source. A formula is one piece: whatever of it is touched, all of it is meant.

import { cutMath } from "./math";

export interface Place {
  /** A text node, or the element of a formula. */
  node: Text | Element;
  /** Within the text node; 0 for a formula. */
  offset: number;
  /** In UTF-16 units of the source; the end is not included. */
  start: number;
  end: number;
}

/** Markup between two visible characters is hardly ever longer; beyond, the character is none of the source's. */
const LOOK_AHEAD = 400;

export function placesIn(root: Element, source: string): Place[] {
  const formulas: { start: number; end: number }[] = [];
  let from = 0;
  for (const piece of cutMath(source)) {
    const length = typeof piece === "string" ? piece.length : piece.source.length;
    if (typeof piece !== "string") formulas.push({ start: from, end: from + length });
    from += length;
  }
  const places: Place[] = [];
  let at = 0;
  let formula = 0;
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT, (node) => {
    if (node instanceof Element) {
      if (node.matches(".badge, button, .marked, .step-premises")) return NodeFilter.FILTER_REJECT;
      return node.matches(".math") ? NodeFilter.FILTER_ACCEPT : NodeFilter.FILTER_SKIP;
    }
    return node.parentElement?.closest(".math") ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_ACCEPT;
  });
  while (walker.nextNode()) {
    const node = walker.currentNode as Text | Element;
    if (node instanceof Element) {
      while ((formulas[formula]?.start ?? Infinity) < at) formula++;
      const one = formulas[formula++];
      if (!one) continue;
      places.push({ node, offset: 0, ...one });
      at = one.end;
      continue;
    }
    for (let offset = 0; offset < node.data.length; offset++) {
      const char = node.data[offset] ?? "";
      if (/\s/.test(char)) continue;
      const found = source.indexOf(char, at);
      if (found < 0 || found - at > LOOK_AHEAD) continue;
      places.push({ node, offset, start: found, end: found + 1 });
      at = found + 1;
    }
  }
  return places;
}

/** The stretch of the source that a selection covers, in code points; null when it covers nothing of it. */
export function stretchOf(
  range: Range,
  root: Element,
  source: string,
): { start: number; end: number } | null {
  const inside = placesIn(root, source).filter(({ node, offset }) =>
    node instanceof Element
      ? range.intersectsNode(node) && !endsAt(range, node)
      : range.comparePoint(node, offset) >= 0 && range.comparePoint(node, offset + 1) <= 0,
  );
  const [first, last] = [inside[0], inside.at(-1)];
  if (!first || !last) return null;
  return { start: points(source, first.start), end: points(source, last.end) };
}

/** A selection that only touches a formula's edge does not mean it. */
function endsAt(range: Range, node: Element): boolean {
  const whole = document.createRange();
  whole.selectNode(node);
  return (
    range.compareBoundaryPoints(Range.END_TO_START, whole) >= 0 ||
    range.compareBoundaryPoints(Range.START_TO_END, whole) <= 0
  );
}

/** The range on the screen of a stretch in code points; null when it is not in sight. */
export function rangeOf(root: Element, source: string, start: number, end: number): Range | null {
  const [from, to] = [units(source, start), units(source, end)];
  const inside = placesIn(root, source).filter((place) => place.start < to && place.end > from);
  const [first, last] = [inside[0], inside.at(-1)];
  if (!first || !last) return null;
  const range = document.createRange();
  if (first.node instanceof Element) range.setStartBefore(first.node);
  else range.setStart(first.node, first.offset);
  if (last.node instanceof Element) range.setEndAfter(last.node);
  else range.setEnd(last.node, last.offset + 1);
  return range;
}

/**
 * The first word on the screen, or the formula that a text begins with. By the text alone: what a selection is moved by
 * is where things lie, which nobody knows of a text that was never drawn.
 */
export function firstWord(root: Element, source: string): Range | null {
  const [first] = placesIn(root, source);
  if (!first) return null;
  const range = document.createRange();
  if (first.node instanceof Element) {
    range.selectNode(first.node);
  } else {
    const words = new Intl.Segmenter(undefined, { granularity: "word" }).segment(
      first.node.data.slice(first.offset),
    );
    range.setStart(first.node, first.offset);
    range.setEnd(first.node, first.offset + (words.containing(0)?.segment.length ?? 1));
  }
  return range;
}

const points = (text: string, unit: number): number => Array.from(text.slice(0, unit)).length;
const units = (text: string, point: number): number => Array.from(text).slice(0, point).join("").length;
