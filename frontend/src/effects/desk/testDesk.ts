// A desk on a fake server, with the clock in the test's hands.

import { afterEach, beforeEach, vi } from "vitest";
import type { DeskAction } from "../../model/desk";
import { deskApi } from "./api";
import { type LiveDesk, startDesk } from "./desk";
import { FakeServer } from "./fakeServer";
import { deskStore } from "./store";
import { deskTabs } from "./tabs";

export let server: FakeServer;
let open: LiveDesk[] = [];
let locks: LockManager;

/** Called by each file of tests: every test of it has a desk of its own. */
export function eachAtADesk(): void {
  beforeEach(() => {
    vi.useFakeTimers({ now: new Date("2026-11-24T11:00:00Z") });
    localStorage.clear();
    vi.spyOn(document, "cookie", "get").mockReturnValue("csrftoken=token");
    locks = fakeLocks();
    serve(3);
  });

  afterEach(async () => {
    server.offline = true;
    for (const live of open) live.stop();
    open = [];
    await settle();
    vi.restoreAllMocks();
    vi.unstubAllGlobals();
    vi.useRealTimers();
  });
}

export const settle = (ms = 0) => vi.advanceTimersByTimeAsync(ms);

/** A server with so many tasks takes the place of the one before. */
export function serve(tasks: number): void {
  server = new FakeServer(tasks);
  vi.stubGlobal("fetch", server.fetch);
}

/** A page that was just loaded, by `username`. */
export async function load(username = "alice"): Promise<LiveDesk> {
  const tabs = deskTabs(username, locks);
  const live = await startDesk(
    deskApi("demo"),
    deskStore(username, "demo"),
    tabs,
    new AbortController().signal,
  );
  open.push(live);
  await settle();
  return live;
}

/** The page goes away without a word, as in a crash. */
export async function crash(live: LiveDesk): Promise<void> {
  const { offline } = server;
  server.offline = true;
  live.stop();
  await settle();
  server.offline = offline;
  open = open.filter((other) => other !== live);
}

export const shown = (live: LiveDesk) => live.desk.value.work?.claim.assignment;
export const does = (live: LiveDesk, ...actions: DeskAction[]) => {
  for (const action of actions) live.dispatch(action);
};
export const submit = (live: LiveDesk) => live.dispatch({ type: "submit", id: live.newId() });
export const undo = (live: LiveDesk) => live.dispatch({ type: "undo-last", id: live.newId() });
export const noError: DeskAction = { type: "mark-no-error" };
export const firstError: DeskAction = { type: "mark-first-error" };
export const comment = (text: string): DeskAction => ({ type: "write", field: "comment", text });

/** The browser's locks, as far as the desk uses them: those asked for with a signal don't wait at all. */
function fakeLocks(): LockManager {
  const held = new Set<string>();
  const waiting = new Map<string, (() => void)[]>();
  const request = async (name: string, options: LockOptions, job: (lock: unknown) => unknown) => {
    if (held.has(name) && options.ifAvailable) return job(null);
    if (held.has(name) && options.signal) throw new DOMException("timed out", "TimeoutError");
    while (held.has(name)) {
      await new Promise<void>((go) => waiting.set(name, [...(waiting.get(name) ?? []), go]));
    }
    held.add(name);
    try {
      return await job({ name });
    } finally {
      held.delete(name);
      for (const go of waiting.get(name) ?? []) go();
      waiting.delete(name);
    }
  };
  const query = async () => ({ held: [...held].map((name) => ({ name })) });
  return { request, query } as unknown as LockManager;
}
