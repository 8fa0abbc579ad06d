// Moments in which the browser has nothing else to do.

/** Calls back then, with the milliseconds that are left of the moment. */
export function whenIdle(job: (msLeft: () => number) => void): void {
  // Safari has no requestIdleCallback; there a timer and a fixed slice do.
  if (typeof requestIdleCallback === "function") {
    requestIdleCallback((deadline) => job(() => deadline.timeRemaining()));
  } else {
    setTimeout(() => {
      const end = performance.now() + 8;
      job(() => end - performance.now());
    }, 50);
  }
}
