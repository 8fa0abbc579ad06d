// Puts texts into the page as its frames have time for them: those in sight first, those far away not at all.
//
// Until then, and when it is far away again, a text stands there as its source: the browser's search, a selection and
// a screen reader find it all the same. What nobody waits for is done in moments in which nothing else happens:
// drawing what is near but out of sight, giving back what is far, and the MathML of what is in sight.

import { whenIdle } from "./idle";
import { say } from "./katex";
import type { Rendered } from "./markdown";
import { forget, keep, take } from "./prepared";

interface Job {
  node: HTMLElement;
  text: string;
  done: (rendered: Rendered) => void;
  box: Element | null;
  /** Is on the page as nodes; `math`: some of them are formulas. */
  drawn: boolean;
  math: boolean;
  /** Its formulas have no MathML yet. */
  mute: boolean;
}

/** What one frame takes on: time for typesetting, and new nodes, whose layout costs as much again. */
const FRAME_MS = 8;
const FRAME_NODES = 2_500;
/** In idle moments drawn this far from the window, in windows. Browsers lay out what is up to one and a half away. */
const NEAR = 2;
/** Drawn in a frame when it came this close all the same. */
const URGENT = 0.5;
/** Put back this far away: never what was drawn just now. */
const FAR = 4;
/** Nothing is tidied while one key or turn of the wheel follows the other this soon, up to the longer one. */
const REST_MS = 200;
const RESTLESS_MS = 2_000;
let spentMs = 0;
let spentNodes = 0;
const waiting = new Set<Job>();
const drawn = new Set<Job>();
let frameAsked = false;
let idleAsked = false;
let changed = false;
/** What stands in boxes that are drawn only while they are near. */
const boxes = new Map<Element, Set<Job>>();
const nearby = new WeakSet<Element>();
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
  const job: Job = { node, text, done, box, drawn: false, math: false, mute: false };
  const unwatch = box && near() ? watch(box, job) : null;
  if (waiting.size === 0 && hasRoom()) {
    drawNow(job);
  } else {
    node.textContent = text;
    // What is watched comes to wait when it is seen to be near.
    if (!unwatch) wait(job);
  }
  return () => {
    waiting.delete(job);
    drawn.delete(job);
    unwatch?.();
  };
}

/** Whether a box is so near that what is in it is drawn. False for one that holds nothing to draw. */
export function isNearWindow(box: Element): boolean {
  return nearby.has(box);
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
  waiting.delete(job);
  const rendered = take(job.text);
  // Of what does not scroll with the steps there is little.
  const said = !job.box && say(rendered.fragment, () => true);
  spentNodes += rendered.fragment.querySelectorAll("*").length;
  job.node.replaceChildren(rendered.fragment);
  job.drawn = changed = true;
  job.math = rendered.math;
  job.mute = rendered.math && !said;
  drawn.add(job);
  job.done(rendered);
  spentMs += performance.now() - start;
  askForFrame();
  tidyLater();
}

/** Its source again; the nodes are kept for when it comes near. What is selected or has the keyboard stays. */
function putBack(job: Job): void {
  if (!job.math) return;
  if (job.node.contains(document.activeElement) || getSelection()?.containsNode(job.node, true)) return;
  const fragment = document.createDocumentFragment();
  fragment.append(...job.node.childNodes);
  keep(job.text, { fragment, math: true });
  job.drawn = false;
  drawn.delete(job);
  job.node.textContent = job.text;
}

function wait(job: Job): void {
  waiting.add(job);
  askForFrame();
}

function askForFrame(): void {
  if (frameAsked) return;
  frameAsked = true;
  requestAnimationFrame(() => {
    frameAsked = false;
    spentMs = spentNodes = 0;
    for (const { job, away } of byDistance(waiting)) {
      if (!hasRoom() || away > URGENT) break;
      drawNow(job);
    }
    if (waiting.size && !idleAsked) {
      idleAsked = true;
      whenIdle(drawIdly);
    }
    if (!changed) return;
    changed = false;
    for (const listener of listeners) listener();
  });
}

/** What is near and out of sight, one after the other. */
function drawIdly(msLeft: () => number): void {
  idleAsked = false;
  const [first] = byDistance(waiting);
  if (first && msLeft() > FRAME_MS / 2) drawNow(first.job);
  if (waiting.size) askForFrame();
}

/** How far each is from the window, in windows, in the order of that; 0: in sight. */
function byDistance(jobs: Iterable<Job>): { job: Job; away: number }[] {
  return Array.from(jobs, (job) => ({ job, away: distance(job) })).sort(
    (one, other) => one.away - other.away,
  );
}

function distance({ box }: Job): number {
  if (!box) return 0;
  const { top, bottom } = box.getBoundingClientRect();
  return Math.max(0, top - window.innerHeight, -bottom) / window.innerHeight;
}

let restTimer: ReturnType<typeof setTimeout> | undefined;
let restlessSince: number | null = null;

/** When the page has come to rest. */
function tidyLater(): void {
  restlessSince ??= performance.now();
  const most = restlessSince + RESTLESS_MS - performance.now();
  clearTimeout(restTimer);
  restTimer = setTimeout(
    () => {
      restlessSince = null;
      whenIdle(tidy);
    },
    Math.max(0, Math.min(REST_MS, most)),
  );
}

function tidy(msLeft: () => number): void {
  const hasTime = () => msLeft() > 2;
  let cutShort = false;
  for (const { job, away } of byDistance(drawn)) {
    if (!hasTime()) {
      whenIdle(tidy);
      return;
    }
    // Where the browser lays out all there is, a box would lose its size.
    if (away > FAR) {
      if (CSS.supports("content-visibility", "auto")) putBack(job);
    } else if (job.mute && away <= URGENT) {
      job.mute = !say(job.node, hasTime);
      cutShort ||= job.mute;
    }
  }
  if (cutShort) whenIdle(tidy);
}

function watch(box: Element, job: Job): () => void {
  const there = boxes.get(box) ?? new Set();
  boxes.set(box, there.add(job));
  // Anew also for one that is watched already: where it is is told once more.
  near()?.unobserve(box);
  near()?.observe(box);
  return () => {
    there.delete(job);
    if (!job.drawn) forget(job.text);
    if (there.size || boxes.get(box) !== there) return;
    boxes.delete(box);
    near()?.unobserve(box);
  };
}

/** Tells which boxes come near and which leave; null where the browser can't. */
const near = once(() => {
  if (typeof IntersectionObserver === "undefined") return null;
  addEventListener("scroll", onScroll, { capture: true, passive: true });
  return new IntersectionObserver(
    (entries) => {
      for (const { target, isIntersecting } of entries) {
        if (isIntersecting) nearby.add(target);
        else nearby.delete(target);
        for (const job of boxes.get(target) ?? []) {
          if (!isIntersecting) waiting.delete(job);
          else if (!job.drawn) wait(job);
        }
      }
    },
    { rootMargin: `${NEAR * 100}% 0px` },
  );
});

function onScroll(): void {
  if (waiting.size) askForFrame();
  if (drawn.size) tidyLater();
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
