// Several tabs of one person don't work on the same task.
//
// Each tab holds a lock of the browser for every assignment on its desk. The browser lets go of it when the tab is
// gone, however that happens. Where there are no such locks (plain http) two tabs may show the same task; whichever
// submits second is told so.

export interface Tabs {
  /** This tab has these assignments now, and no others. */
  hold: (assignments: readonly number[]) => void;
  /** What the person's other tabs have. */
  heldElsewhere: () => Promise<number[]>;
  /** Whether no other tab has it. A page that is just being reloaded is given a moment to let go. */
  isFree: (assignment: number) => Promise<boolean>;
}

const LETTING_GO_MS = 300;

export function deskTabs(username: string, locks: LockManager | undefined = navigator.locks): Tabs {
  const prefix = `stepmark.desk.${username}/`;
  const mine = new Map<number, () => void>();
  if (!locks) return { hold: () => {}, heldElsewhere: async () => [], isFree: async () => true };

  const take = (assignment: number) => {
    let letGo = () => {};
    const held = new Promise<void>((resolve) => {
      letGo = resolve;
    });
    mine.set(assignment, letGo);
    locks.request(`${prefix}${assignment}`, { ifAvailable: true }, (lock) => (lock ? held : undefined));
  };

  return {
    hold: (assignments) => {
      const wanted = new Set(assignments);
      for (const [assignment, letGo] of mine) {
        if (wanted.has(assignment)) continue;
        mine.delete(assignment);
        letGo();
      }
      for (const assignment of wanted) if (!mine.has(assignment)) take(assignment);
    },
    heldElsewhere: async () => {
      const names = ((await locks.query()).held ?? []).map(({ name }) => name ?? "");
      const held = names
        .filter((name) => name.startsWith(prefix))
        .map((name) => Number(name.slice(prefix.length)));
      return held.filter((assignment) => !mine.has(assignment));
    },
    isFree: (assignment) =>
      locks
        .request(`${prefix}${assignment}`, { signal: AbortSignal.timeout(LETTING_GO_MS) }, () => true)
        .catch(() => false),
  };
}
