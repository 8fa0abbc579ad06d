// A job that is tried again by itself, later and later, until it is done.

import { backOff } from "./api";

export interface Retry {
  /** Try again after a while; longer each time, until `reset`. */
  later: () => void;
  /** Try at once, if a try is waiting. */
  now: () => void;
  reset: () => void;
  isWaiting: () => boolean;
  stop: () => void;
}

export function retry(job: () => void): Retry {
  let tries = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const run = () => {
    timer = undefined;
    job();
  };
  return {
    later: () => {
      clearTimeout(timer);
      timer = setTimeout(run, backOff(tries++));
    },
    now: () => {
      if (timer === undefined) return;
      clearTimeout(timer);
      run();
    },
    reset: () => {
      tries = 0;
    },
    isWaiting: () => timer !== undefined,
    stop: () => clearTimeout(timer),
  };
}
