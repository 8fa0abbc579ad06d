import { useEffect, useRef } from "preact/hooks";

/** Calls `again` every `ms` while `on`, but not in a tab that nobody looks at. */
export function usePoll(on: boolean, ms: number, again: () => void): void {
  const latest = useRef(again);
  latest.current = again;
  useEffect(() => {
    if (!on) return;
    const timer = setInterval(() => {
      if (!document.hidden) latest.current();
    }, ms);
    return () => clearInterval(timer);
  }, [on, ms]);
}
