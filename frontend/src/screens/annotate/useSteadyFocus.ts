// Keeps the real focus on the step or candidate that is looked at, and that place where the eye has it.

import { useLayoutEffect, useRef } from "preact/hooks";
import type { Work } from "../../model/work";

/** The element of the place with this index carries `data-place={index}` inside `root`. */
export function useSteadyFocus(work: Work) {
  const root = useRef<HTMLElement | null>(null);
  const { assignment } = work.claim;
  // Looked for once: among all that formulas consist of, looking takes a while.
  const found = useRef<HTMLElement | null>(null);
  const place = () => {
    const wanted = String(work.focus);
    const { current } = found;
    if (current?.isConnected && current.dataset.place === wanted && root.current?.contains(current))
      return current;
    found.current =
      stepAt(root.current, work.focus) ?? root.current?.querySelector(`[data-place="${wanted}"]`) ?? null;
    return found.current;
  };
  const visible = (top: number) => top > 0 && top < window.innerHeight;
  // Measured while the old page still stands: what closes above must not move what is being read.
  const topBefore = place()?.getBoundingClientRect().top;
  const shown = useRef({ assignment, panel: work.panel });

  useLayoutEffect(() => {
    const topAfter = place()?.getBoundingClientRect().top;
    const before = shown.current;
    shown.current = { assignment, panel: work.panel };
    // A text field that has just opened has brought itself into sight: that must not be undone.
    if (work.panel && work.panel !== before.panel) return;
    if (
      before.assignment !== assignment ||
      topBefore === undefined ||
      topAfter === undefined ||
      !visible(topBefore)
    )
      return;
    const moved = topAfter - topBefore;
    if (Math.abs(moved) >= 1) window.scrollBy({ top: moved, behavior: "instant" });
  });

  useLayoutEffect(() => {
    window.scrollTo({ top: 0, behavior: "instant" });
  }, [assignment]);

  const opened = useRef(work.panel);
  // A new task is a new first step, though the index is the same.
  useLayoutEffect(() => {
    const element = place();
    const active = document.activeElement;
    const closed = opened.current !== null && work.panel === null;
    opened.current = work.panel;
    // A text field has the focus itself, and a dialog gives it back when it closes.
    if (!element || work.panel || active?.closest("dialog[open]")) return;
    // What was open may have been under the step itself: its controls are shown on, but the keys are the step's again.
    if (closed || !element.parentElement?.contains(active)) element.focus({ preventScroll: true });
    element.scrollIntoView({ block: "nearest", behavior: "instant" });
  }, [assignment, work.focus, work.panel]);

  return root;
}

/** The place in the list of steps, if it is there: no search. */
export function stepAt(root: ParentNode | null, index: number): HTMLElement | null {
  const place = root?.querySelector(":scope > ol")?.children[index]?.firstElementChild;
  return place instanceof HTMLElement && place.dataset.place === String(index) ? place : null;
}
