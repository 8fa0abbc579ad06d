// Typesets texts ahead of time, so that the next task is on the screen within a frame.

import { isKatexLoaded } from "./katex";
import { type Rendered, render } from "./markdown";

const prepared = new Map<string, Rendered>();
const MOST_PREPARED = 600;

let queue: string[] = [];
let running = false;

/** Renders these texts when the browser has nothing else to do. */
export function prepare(texts: readonly string[]): void {
  queue.push(...texts);
  if (!running && queue.length) whenIdle(work);
}

/** The nodes for a text: prepared ones, which are handed out once, or new ones. */
export function take(text: string): Rendered {
  const ready = prepared.get(text);
  prepared.delete(text);
  if (ready && (!ready.math || isKatexLoaded())) return ready;
  return render(text);
}

function work(msLeft: () => number): void {
  running = true;
  while (queue.length && msLeft() > 2) {
    const text = queue.shift() ?? "";
    if (prepared.has(text)) continue;
    const rendered = render(text);
    // Formulas that could not be typeset yet are better made anew.
    if (!rendered.math || isKatexLoaded()) prepared.set(text, rendered);
    if (prepared.size > MOST_PREPARED) queue = [];
    for (const oldest of [...prepared.keys()].slice(0, prepared.size - MOST_PREPARED))
      prepared.delete(oldest);
  }
  running = false;
  if (queue.length) whenIdle(work);
}

/** Safari has no requestIdleCallback; there a timer and a fixed slice do. */
function whenIdle(job: (msLeft: () => number) => void): void {
  if (typeof requestIdleCallback === "function") {
    requestIdleCallback((deadline) => job(() => deadline.timeRemaining()));
  } else {
    setTimeout(() => {
      const end = performance.now() + 8;
      job(() => end - performance.now());
    }, 50);
  }
}

/** What one frame takes on: time for typesetting, and new nodes, whose layout costs as much again. */
const FRAME_MS = 10;
const FRAME_NODES = 4_000;
let spentMs = 0;
let spentNodes = 0;
let waiting: { node: HTMLElement; text: string; done: (rendered: Rendered) => void }[] = [];
let frameAsked = false;

/**
 * Puts a text into `node`: at once as long as the frame has time for it, otherwise its source first and the typeset
 * text a few frames later, in the order of the calls. Returns the function that gives it up.
 */
export function draw(node: HTMLElement, text: string, done: (rendered: Rendered) => void): () => void {
  if (waiting.length === 0 && hasRoom()) {
    drawNow(node, text, done);
    askForFrame();
    return () => {};
  }
  node.textContent = text;
  const job = { node, text, done };
  waiting.push(job);
  askForFrame();
  return () => {
    waiting = waiting.filter((other) => other !== job);
  };
}

const hasRoom = () => spentMs < FRAME_MS && spentNodes < FRAME_NODES;

function drawNow(node: HTMLElement, text: string, done: (rendered: Rendered) => void): void {
  const start = performance.now();
  const rendered = take(text);
  spentNodes += rendered.fragment.querySelectorAll("*").length;
  node.replaceChildren(rendered.fragment);
  done(rendered);
  spentMs += performance.now() - start;
}

function askForFrame(): void {
  if (frameAsked) return;
  frameAsked = true;
  requestAnimationFrame(() => {
    frameAsked = false;
    spentMs = spentNodes = 0;
    while (waiting.length && hasRoom()) {
      const job = waiting.shift();
      if (job) drawNow(job.node, job.text, job.done);
    }
    if (waiting.length) askForFrame();
  });
}
