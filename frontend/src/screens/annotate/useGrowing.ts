import { useEffect, useState } from "preact/hooks";

/** More than stands on a screen. */
const AT_ONCE = 12;

/**
 * How many of so many steps are on the page: those in sight at once, the rest a few frames later, so that a long task
 * shows as soon as a short one. `task`: another one begins anew; `focus`: the step that is looked at is always there.
 */
export function useGrowing(task: number, steps: number, focus: number): number {
  const [grown, setGrown] = useState({ task, to: AT_ONCE });
  const to = grown.task === task ? grown.to : AT_ONCE;
  useEffect(() => {
    if (to >= steps) return;
    const frame = requestAnimationFrame(() => setGrown({ task, to: to + AT_ONCE }));
    return () => cancelAnimationFrame(frame);
  }, [task, steps, to]);
  return Math.min(steps, Math.max(to, focus + 1));
}
