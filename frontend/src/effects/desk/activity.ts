// How long somebody was really working: the page in sight, and something done on it in the last minute.

const IDLE_AFTER = 60_000;

export interface Activity {
  /** Something was done just now. */
  touch: () => void;
  /** The page came into sight or went out of it. */
  show: (visible: boolean) => void;
  /** Working time since it was last taken, in ms. */
  take: () => number;
  /** Since something was last done, in ms. */
  idleMs: () => number;
}

export function activity(now: () => number, visible: boolean): Activity {
  let spent = 0;
  let lastTouch = now();
  /** Up to when time was counted. */
  let counted = lastTouch;
  let inSight = visible;

  // Time counts from the last point up to now, but no longer than a minute after something was done.
  const count = () => {
    const until = Math.min(now(), lastTouch + IDLE_AFTER);
    if (inSight && until > counted) spent += until - counted;
    counted = now();
  };

  return {
    touch: () => {
      count();
      lastTouch = now();
    },
    show: (visible) => {
      count();
      inSight = visible;
      if (visible) lastTouch = now();
    },
    take: () => {
      count();
      const taken = spent;
      spent = 0;
      return taken;
    },
    idleMs: () => now() - lastTouch,
  };
}
