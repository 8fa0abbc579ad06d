// Puts texts into the page as its frames have time for them: those in sight first, those far away not at all.
//
// Until then, and when it is far away again, a text stands there as its source: the browser's search, a selection and
// a screen reader find it all the same.

import type { Rendered } from "./markdown";
import { forget, keep, take } from "./prepared";

interface Job {
  node: HTMLElement;
  text: string;
  done: (rendered: Rendered) => void;
  /** Is on the page as nodes; `math`: some of them are formulas. */
  drawn: boolean;
  math: boolean;
  /** How far from the window, in pixels; 0: in sight, or not known. */
  away: number;
}

/** What one frame takes on: time for typesetting, and new nodes, whose layout costs as much again. */
const FRAME_MS = 10;
const FRAME_NODES = 4_000;
/** Drawn this far from the window, in windows. Browsers lay out what is up to one and a half away. */
const NEAR = 2;
/** Put back this far away: never what was drawn just now. */
const FAR = 4;
let spentMs = 0;
let spentNodes = 0;
let waiting: Job[] = [];
let frameAsked = false;
let changed = false;
/** What stands in boxes that are drawn only while they are near. */
const boxes = new Map<Element, Set<Job>>();
const listeners = new Set<() => void>();

/**
 * Puts a text into `node`: at once as long as the frame has time for it, otherwise its source first and the typeset
 * text a few frames later, what is in sight first. `box`: holds the node and keeps its size while it is out of sight;
 * what is in it is drawn only while it is near. Returns the function that gives the text up.
 */
export function draw(
  node: HTMLElement,
  text: string,
  done: (rendered: Rendered) => void,
  box: Element | null = null,
): () => void {
  const job: Job = { node, text, done, drawn: false, math: false, away: 0 };
  const unwatch = box && near() ? watch(box, job) : null;
  if (waiting.length === 0 && hasRoom()) {
    drawNow(job);
  } else {
    node.textContent = text;
    if (!unwatch) wait(job);
  }
  return () => {
    waiting = waiting.filter((other) => other !== job);
    unwatch?.();
  };
}

/** Draws what is in these boxes, or in all, now: they are looked at. */
export function drawNearby(wanted: Iterable<Element> = boxes.keys()): void {
  for (const box of wanted) {
    for (const job of boxes.get(box) ?? []) if (!job.drawn) drawNow(job);
  }
}

/** Calls back in the frame after texts were drawn: what was found in the page before may stand elsewhere. */
export function onDrawn(listener: () => void): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

const hasRoom = () => spentMs < FRAME_MS && spentNodes < FRAME_NODES;

function drawNow(job: Job): void {
  const start = performance.now();
  waiting = waiting.filter((other) => other !== job);
  const rendered = take(job.text);
  spentNodes += rendered.fragment.querySelectorAll("*").length;
  job.node.replaceChildren(rendered.fragment);
  job.drawn = changed = true;
  job.math = rendered.math;
  job.done(rendered);
  spentMs += performance.now() - start;
  askForFrame();
}

/** Its source again; the nodes are kept for when it comes near. What is selected or has the keyboard stays. */
function putBack(job: Job): void {
  if (!job.drawn || !job.math) return;
  if (job.node.contains(document.activeElement) || getSelection()?.containsNode(job.node, true)) return;
  const fragment = document.createDocumentFragment();
  fragment.append(...job.node.childNodes);
  keep(job.text, { fragment, math: true });
  job.drawn = false;
  job.node.textContent = job.text;
}

function wait(job: Job): void {
  if (!waiting.includes(job)) waiting.push(job);
  askForFrame();
}

function askForFrame(): void {
  if (frameAsked) return;
  frameAsked = true;
  requestAnimationFrame(() => {
    frameAsked = false;
    spentMs = spentNodes = 0;
    // The order of the calls, among those that are equally far.
    // The order of the calls, among those that are equally far.
    for (const job of waiting.toSorted((one, other) => one.away - other.away)) {
      if (!hasRoom()) break;
      drawNow(job);
    }
    if (waiting.length) askForFrame();
    if (!changed) return;
    changed = false;
    for (const listener of listeners) listener();
  });
}

function watch(box: Element, job: Job): () => void {
  const there = boxes.get(box) ?? new Set();
  boxes.set(box, there.add(job));
  // Anew also for one that is watched already: where it is is told once more.
  for (const observer of [near(), far()]) {
    observer?.unobserve(box);
    observer?.observe(box);
  }
  return () => {
    there.delete(job);
    if (!job.drawn) forget(job.text);
    if (there.size || boxes.get(box) !== there) return;
    boxes.delete(box);
    for (const observer of [near(), far()]) observer?.unobserve(box);
  };
}

const near = once(() =>
  observe(NEAR, ({ isIntersecting, boundingClientRect: { top, bottom } }, job) => {
    if (job.drawn) return;
    job.away = Math.max(0, top - window.innerHeight, -bottom);
    if (isIntersecting) wait(job);
    else waiting = waiting.filter((other) => other !== job);
  }),
);

const far = once(() =>
  // Where the browser lays out all there is, a box would lose its size.
  CSS.supports("content-visibility", "auto")
    ? observe(FAR, ({ isIntersecting }, job) => !isIntersecting && putBack(job))
    : null,
);

/** Tells which boxes come within so many windows of the window, and which leave; null where the browser can't. */
function observe(
  windows: number,
  seen: (entry: IntersectionObserverEntry, job: Job) => void,
): IntersectionObserver | null {
  if (typeof IntersectionObserver === "undefined") return null;
  return new IntersectionObserver(
    (entries) => {
      for (const entry of entries) for (const job of boxes.get(entry.target) ?? []) seen(entry, job);
    },
    { rootMargin: `${windows * 100}% 0px` },
  );
}

function once<T>(make: () => T): () => T {
  let made: { value: T } | null = null;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

// On paper everything is in sight.
globalThis.addEventListener?.("beforeprint", () => drawNearby());
