import { useEffect, useRef, useState } from "preact/hooks";
import type { Work } from "../../model/work";
import { isNearWindow } from "../../render/draw";
import { whenIdle } from "../../render/idle";

/** So many steps around the focus are shown as they are at once, wherever the window is. */
const AROUND = 4;
/** The others hear of it when no key followed for this long, so many in an idle moment. */
const REST_MS = 250;
const AT_ONCE = 20;

/**
 * The work as the step at an index is to show it. Marking an error greys out all steps that follow, and of 200 steps
 * that takes longer than a frame: those that are neither in sight nor near the focus follow a moment later.
 * `list`: holds the steps' elements in their order.
 */
export function useShown(
  work: Work,
  steps: number,
  list: { current: Element | null },
): (index: number) => Work {
  const { claim, focus } = work;
  const [, anew] = useState({});
  const shown = useRef({ claim, works: [] as Work[], upTo: 0, focus });
  const { current } = shown;
  if (current.claim !== claim) Object.assign(current, { claim, works: [] });
  const was = current.focus;

  useEffect(() => {
    current.focus = focus;
    current.upTo = 0;
    // A move changes two steps, both of which have been shown.
    if (current.works.every((one) => sameSaid(one, work))) return;
    let stopped = false;
    const more = () => {
      if (stopped) return;
      current.upTo += AT_ONCE;
      anew({});
      if (current.upTo < steps) whenIdle(more);
    };
    const timer = setTimeout(() => whenIdle(more), REST_MS);
    return () => {
      stopped = true;
      clearTimeout(timer);
    };
  }, [work, steps]);

  return (index) => {
    const close = (at: number) => Math.abs(index - at) <= AROUND;
    const box = list.current?.children[index];
    if (!box || close(focus) || close(was) || index < current.upTo || isNearWindow(box))
      current.works[index] = work;
    const said = current.works[index] ?? work;
    current.works[index] = said;
    return said;
  };
}

/** Whether nothing but the focus, or what is no step's, differs. */
function sameSaid(one: Work, other: Work): boolean {
  return one.answer === other.answer && one.toggled === other.toggled && one.panel === other.panel;
}
