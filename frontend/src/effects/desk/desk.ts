// The desk at work: its state as a signal, and everything that happens around it.

import { type ReadonlySignal, signal } from "@preact/signals";
import { serverNow } from "../../api/client";
import { type Desk, type DeskAction, onDesk, openDesk, update } from "../../model/desk";
import { activity } from "./activity";
import type { DeskApi } from "./api";
import { claims } from "./claims";
import { drafts } from "./drafts";
import { outbox } from "./outbox";
import type { DeskStore } from "./store";
import type { Tabs } from "./tabs";

/** How long a toast offers to undo a submit. */
export const UNDO_MS = 10_000;
const RENEW_CHECK_MS = 20_000;
/** Somebody who did nothing for this long is not working, and their leases may run out. */
const AWAY_AFTER_MS = 5 * 60_000;

export interface LiveDesk {
  /** Nothing that is said here counts or is stored. */
  practice?: boolean;
  desk: ReadonlySignal<Desk>;
  dispatch: (action: DeskAction) => void;
  newId: () => string;
  /** The connection or the session is back: try at once what is waiting. */
  resume: () => void;
  /** The page is left. `pageEnds`: the whole document goes away. */
  leave: (pageEnds: boolean) => void;
  /** Something was done on the page. */
  touch: () => void;
  show: (visible: boolean) => void;
  stop: () => void;
}

/** Opens the desk of a project. Rejects when the project can't be loaded. */
export async function startDesk(
  api: DeskApi,
  store: DeskStore,
  tabs: Tabs,
  abort: AbortSignal,
): Promise<LiveDesk> {
  const [project, today] = await Promise.all([api.project(abort), api.today(abort)]);
  const leftBehind = store.ops();
  const state = signal(openDesk(project, today, leftBehind));
  const spent = activity(() => performance.now(), document.visibilityState !== "hidden");
  let undoTimer: ReturnType<typeof setTimeout> | undefined;
  let restored = false;

  const desk = () => state.value;
  const parts = { api, store, desk, dispatch };
  const saver = drafts({ ...parts, countTime });
  const claimer = claims({ ...parts, tabs, claimed: saver.claimed });
  const sender = outbox({ ...parts, taken: claimer.taken });
  let lastId = Math.max(0, ...leftBehind.map(({ id }) => Number.parseInt(id, 10) || 0));
  const renewEvery = (project.lease_minutes * 60_000) / 3;

  function dispatch(action: DeskAction): void {
    if (CHANGES_TASK.has(action.type)) countTime();
    const before = state.value;
    const after = update(before, action);
    if (after === before) return;
    state.value = after;
    sender.changed(before, after);
    saver.changed(before, after);
    tabs.hold(onDesk(after));
    if (restored) claimer.changed();
    if (after.undoable && after.undoable !== before.undoable) {
      const { id } = after.undoable;
      clearTimeout(undoTimer);
      undoTimer = setTimeout(() => dispatch({ type: "undo-expired", id }), UNDO_MS);
    }
    if (before.offline && !after.offline) resume();
    // The task that comes up may have been waiting for long.
    if (after.work?.claim.assignment !== before.work?.claim.assignment) saver.renew(renewEvery);
  }

  function resume(): void {
    sender.resume();
    saver.resume();
    claimer.resume();
  }

  function countTime(): void {
    const ms = spent.take();
    if (ms > 0 && state.value.work) state.value = update(state.value, { type: "spent", ms });
  }

  const renewing = setInterval(() => {
    if (spent.idleMs() < AWAY_AFTER_MS) saver.renew(renewEvery);
  }, RENEW_CHECK_MS);

  sender.adopt(leftBehind);
  void claimer.restore().then(() => {
    restored = true;
    claimer.changed();
  });

  const live: LiveDesk = {
    desk: state,
    dispatch,
    newId: () => {
      // Ever larger, also when this machine's clock is set back: what was said later goes out later.
      lastId = Math.max(lastId + 1, serverNow());
      return `${lastId.toString().padStart(15, "0")}-${crypto.getRandomValues(new Uint32Array(1))[0]}`;
    },
    resume,
    leave: (pageEnds) => saver.leave(pageEnds),
    touch: () => {
      const wasAway = spent.idleMs() > AWAY_AFTER_MS;
      spent.touch();
      if (wasAway) saver.renew(renewEvery);
    },
    show: (visible) => {
      spent.show(visible);
      if (visible) saver.renew(renewEvery);
    },
    stop: () => {
      saver.leave(false);
      clearInterval(renewing);
      clearTimeout(undoTimer);
      sender.stop();
      saver.stop();
      claimer.stop();
      tabs.hold([]);
    },
  };
  sender.resume();
  return live;
}

/** Actions after which another task may be on the desk: the time so far belongs to the one before. */
const CHANGES_TASK = new Set<DeskAction["type"]>([
  "submit",
  "skip",
  "undo-last",
  "show-refused",
  "set-aside",
]);
