import { useEffect, useRef } from "preact/hooks";
import type { Resource } from "./useResource";

/** What takes long is asked for less often: at most this share of the time is spent on it. */
const SHARE = 0.1;

/**
 * Loads a resource again every `ms` while `on`, counted from the last answer, so that a slow one is waited for; but not
 * in a tab that nobody looks at.
 */
export function usePoll(
  on: boolean,
  ms: number,
  resource: Pick<Resource<unknown>, "loading" | "reload">,
): void {
  const { loading, reload } = resource;
  const began = useRef(0);
  useEffect(() => {
    if (loading) {
      began.current = performance.now();
      return;
    }
    if (!on) return;
    const took = performance.now() - began.current;
    const timer = setInterval(
      () => {
        if (!document.hidden) reload();
      },
      Math.max(ms, took / SHARE - took),
    );
    return () => clearInterval(timer);
  }, [on, ms, loading, reload]);
}
