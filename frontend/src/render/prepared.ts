// Texts typeset ahead of time, so that the next task is on the screen within a frame; and those put aside for a while.

import { whenIdle } from "./idle";
import { isKatexLoaded } from "./katex";
import { type Rendered, render } from "./markdown";

/** Nodes of a text that are in no page, and how many elements they are. */
interface Ready extends Rendered {
  size: number;
  /** The call of `prepare` that it was made for; null: put aside. */
  turn: number | null;
}

/** By text; the oldest is given up first. */
const prepared = new Map<string, Ready>();
/** Some 500 formulas, or a few megabytes. */
const MOST_ELEMENTS = 60_000;
let elements = 0;
let queue: string[] = [];
let turn = 0;
let running = false;

/** Renders these texts when the browser has nothing else to do. What was asked for two calls ago is not wanted now. */
export function prepare(texts: readonly string[]): void {
  queue = [...texts];
  turn += 1;
  for (const [text, ready] of prepared) if (ready.turn !== null && ready.turn < turn - 1) forget(text);
  if (!running && queue.length) whenIdle(work);
}

/** The nodes for a text: prepared ones, which are handed out once, or new ones. */
export function take(text: string): Rendered {
  const ready = prepared.get(text);
  forget(text);
  if (ready && (!ready.math || isKatexLoaded())) return ready;
  return render(text, true);
}

/** Puts the nodes of a text aside, which are on the page no more, until it is taken or forgotten. */
export function keep(text: string, rendered: Rendered, madeIn: number | null = null): void {
  forget(text);
  const size = rendered.fragment.querySelectorAll("*").length;
  prepared.set(text, { ...rendered, size, turn: madeIn });
  elements += size;
  for (const oldest of prepared.keys()) {
    if (elements <= MOST_ELEMENTS) break;
    forget(oldest);
  }
}

export function forget(text: string): void {
  elements -= prepared.get(text)?.size ?? 0;
  prepared.delete(text);
}

function work(msLeft: () => number): void {
  running = true;
  while (queue.length && msLeft() > 2) {
    const text = queue.shift() ?? "";
    if (prepared.has(text)) continue;
    const rendered = render(text, true);
    // Formulas that could not be typeset yet are better made anew.
    if (!rendered.math || isKatexLoaded()) keep(text, rendered, turn);
    // What is wanted first was asked for first.
    if (elements > MOST_ELEMENTS / 2) queue = [];
  }
  running = false;
  if (queue.length) whenIdle(work);
}
