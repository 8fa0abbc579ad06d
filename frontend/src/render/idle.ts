// Moments in which the browser has nothing else to do.

/** A browser that gives no such moment for this long has none to give: a page in which nothing moves gets none in some. */
const LONGEST_MS = 500;
const SLICE_MS = 8;

/** Calls back then, with the milliseconds that are left of the moment. */
export function whenIdle(job: (msLeft: () => number) => void): void {
  const slice = () => {
    const end = performance.now() + SLICE_MS;
    job(() => end - performance.now());
  };
  // Safari has no requestIdleCallback; there a timer and a fixed slice do.
  if (typeof requestIdleCallback !== "function") setTimeout(slice, 50);
  else
    requestIdleCallback((deadline) => (deadline.didTimeout ? slice() : job(() => deadline.timeRemaining())), {
      timeout: LONGEST_MS,
    });
}
