// Several tabs of one person don't work on the same task.
//
// Each tab holds a lock of the browser for every assignment on its desk. The browser lets go of it when the tab is
// gone, however that happens. Where there are no such locks (plain http) a note in local storage, renewed every few
// seconds, does the same; a tab that crashed is believed to be there for a little longer.

export interface Tabs {
  /** This tab has these assignments now, and no others. */
  hold: (assignments: readonly number[]) => void;
  /** What the person's other tabs have. */
  heldElsewhere: () => Promise<number[]>;
  /** Whether no other tab has it. A page that is just being reloaded is given a moment to let go. */
  isFree: (assignment: number) => Promise<boolean>;
  /** Runs `job` while no other tab runs one of its own. */
  exclusively: <T>(job: () => Promise<T>) => Promise<T>;
}

const LETTING_GO_MS = 300;
const RENEW_NOTE_MS = 5_000;
/** Hidden tabs may run their timers once a minute. */
const NOTE_HOLDS_MS = 75_000;
/** No claim takes longer; whoever is in the way for longer is gone. */
const TURN_ENDS_MS = 15_000;

export function deskTabs(
  username: string,
  locks: LockManager | undefined = navigator.locks,
  storage: Storage | null = browserStorage(),
): Tabs {
  const prefix = `stepmark.desk.${username}/`;
  if (locks) return byLocks(prefix, locks);
  if (storage) return byNotes(`${prefix}tab.`, storage);
  return {
    hold: () => {},
    heldElsewhere: async () => [],
    isFree: async () => true,
    exclusively: (job) => job(),
  };
}

function byLocks(prefix: string, locks: LockManager): Tabs {
  const mine = new Map<number, () => void>();

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
      return held.filter((assignment) => assignment > 0 && !mine.has(assignment));
    },
    isFree: (assignment) =>
      locks
        .request(`${prefix}${assignment}`, { signal: AbortSignal.timeout(LETTING_GO_MS) }, () => true)
        .catch(() => false),
    exclusively: async (job) => locks.request(`${prefix}turn`, {}, job),
  };
}

interface Note {
  at: number;
  holds: number[];
}

/** All tabs are on one machine: its clock serves them all, however wrong it is. */
function byNotes(prefix: string, storage: Storage): Tabs {
  const me = `${prefix}${crypto.getRandomValues(new Uint32Array(2)).join("-")}`;
  const turn = `${prefix}turn`;
  let holds: number[] = [];
  let renewing: ReturnType<typeof setInterval> | undefined;

  const read = <T>(key: string): T | null => {
    try {
      return JSON.parse(storage.getItem(key) ?? "null") as T | null;
    } catch {
      return null;
    }
  };
  const fresh = (at: number, ms: number) => Math.abs(Date.now() - at) < ms;
  const write = () => {
    try {
      if (holds.length) storage.setItem(me, JSON.stringify({ at: Date.now(), holds }));
      else storage.removeItem(me);
    } catch {
      // Full: the other tabs don't know, and the server tells whoever submits second.
    }
  };
  const others = (): number[] => {
    const notes = Object.keys(storage).filter((key) => key.startsWith(prefix) && key !== me && key !== turn);
    return notes.flatMap((key) => {
      const note = read<Note>(key);
      if (note && fresh(note.at, NOTE_HOLDS_MS)) return note.holds;
      storage.removeItem(key);
      return [];
    });
  };

  window.addEventListener("pagehide", () => storage.removeItem(me));
  // A page that comes back from the browser's memory has its tasks again.
  window.addEventListener("pageshow", write);

  return {
    hold: (assignments) => {
      holds = [...assignments];
      write();
      clearInterval(renewing);
      if (holds.length) renewing = setInterval(write, RENEW_NOTE_MS);
    },
    heldElsewhere: async () => others(),
    isFree: async (assignment) => !others().includes(assignment),
    exclusively: async (job) => {
      // Write one's name, wait, and see whether it still stands: of two who write at once the later one stays.
      for (;;) {
        const now = read<{ by: string; at: number }>(turn);
        if (now && now.by !== me && fresh(now.at, TURN_ENDS_MS)) {
          await pause(60);
          continue;
        }
        try {
          storage.setItem(turn, JSON.stringify({ by: me, at: Date.now() }));
        } catch {
          break; // Full: as if this tab were alone.
        }
        await pause(30);
        if (read<{ by: string }>(turn)?.by === me) break;
      }
      try {
        return await job();
      } finally {
        // Who took longer than a turn lasts has lost it to somebody else.
        if (read<{ by: string }>(turn)?.by === me) storage.removeItem(turn);
      }
    },
  };
}

const pause = (ms: number) => new Promise((done) => setTimeout(done, ms));

function browserStorage(): Storage | null {
  try {
    return window.localStorage;
  } catch {
    return null;
  }
}
