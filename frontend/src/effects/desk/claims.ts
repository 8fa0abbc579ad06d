// Has the next task here before it is asked for.

import { ApiError } from "../../api/client";
import type { Claim } from "../../model/claim";
import { type Desk, type DeskAction, type Op, onDesk } from "../../model/desk";
import { startWork, type Work } from "../../model/work";
import { type DeskApi, failure } from "./api";
import { retry } from "./retry";
import type { DeskStore } from "./store";
import type { Tabs } from "./tabs";

/** So many tasks wait behind the one on the screen: work for some minutes without a network. */
export const AHEAD = 3;
/** The server takes no longer list. */
const MOST_HELD = 100;

interface Parts {
  api: DeskApi;
  store: DeskStore;
  tabs: Tabs;
  desk: () => Desk;
  dispatch: (action: DeskAction) => void;
  claimed: (assignment: number) => void;
}

export function claims({ api, store, tabs, desk, dispatch, claimed }: Parts) {
  let stopped = false;
  const again = retry(() => dispatch({ type: "look-again" }));
  /** What the server took since the claim that is under way was asked for. */
  let takenMeanwhile: Op[] = [];

  /** The task as it was left: by the server's draft, or by what this browser kept if that is newer. */
  function resumed(claim: Claim): Work {
    const { mode, label_schema } = desk().project;
    const local = store.draft(claim.assignment);
    const server = startWork(claim, mode, claim.draft, label_schema);
    if (!local || (local.at ?? 0) <= Number(claim.draft?.at ?? 0)) return server;
    return { ...startWork(claim, mode, local, label_schema), rev: 1 };
  }

  async function fetchNext(): Promise<void> {
    dispatch({ type: "fetching" });
    takenMeanwhile = [];
    try {
      // One tab after the other, so that each names what the others have just got.
      const claim = await tabs.exclusively(async () => {
        const elsewhere = await tabs.heldElsewhere();
        const next = await api.claim([...onDesk(desk()), ...elsewhere].slice(0, MOST_HELD));
        if (next && !stopped) tabs.hold([...onDesk(desk()), next.assignment]);
        return next;
      });
      again.reset();
      if (stopped) return;
      if (!claim) dispatch({ type: "nothing-left" });
      else {
        const taken = takenMeanwhile;
        claimed(claim.assignment);
        dispatch({ type: "claimed", work: resumed(claim), taken });
        for (const op of taken) refresh(op, [claim.assignment]);
      }
    } catch (error) {
      const what = failure(error);
      if (what === "later") {
        dispatch({ type: "connection", offline: true });
        again.later();
      }
      const refused = what === "refused" && error instanceof ApiError;
      dispatch({ type: "fetch-failed", detail: refused ? error.detail : "" });
    }
  }

  /**
   * What was just said may answer tasks that wait here already, or parts of them: those of the same problem that
   * nobody has begun are asked for again, of `among` only.
   */
  function refresh(op: Op, among: readonly number[]): void {
    const { work, waiting } = desk();
    const problem = op.work.claim.problem.id;
    for (const one of [...(work ? [work] : []), ...waiting]) {
      const { assignment, kind } = one.claim;
      if (!among.includes(assignment) || one.rev > 0 || kind !== "trace") continue;
      if (one.claim.problem.id !== problem || assignment === op.work.claim.assignment) continue;
      api.assignment(assignment).then(
        ({ state, ...claim }) => {
          if (stopped) return;
          if (state === "leased" || claim.revising)
            dispatch({ type: "refreshed", work: resumed(claim as Claim) });
          else dispatch({ type: "gone", assignment });
        },
        () => {
          // It stays as it was: judging it again does no harm.
        },
      );
    }
  }

  return {
    /** Shows what was on the screen before the page was loaded again. */
    restore: async () => {
      const id = store.current();
      if (id === null || onDesk(desk()).includes(id) || !(await tabs.isFree(id))) return;
      try {
        const { state, ...claim } = await api.assignment(id);
        if (state !== "leased" && state !== "expired" && !claim.revising) return;
        claimed(id);
        dispatch({ type: "claimed", work: resumed(claim as Claim) });
      } catch {
        // The claim that follows brings it back, or what the server thinks should come instead.
      }
    },
    /** After every change of the desk. */
    changed: () => {
      // As it is now: what was told of this change before may have changed it further.
      const { work, waiting, fetch, drained } = desk();
      if (work) store.setCurrent(work.claim.assignment);
      const wanted = !work || waiting.length < AHEAD;
      if (wanted && fetch === "idle" && !drained && !stopped) void fetchNext();
    },
    /** The server has taken this: what waits here may be known by it, and so may what is on its way here. */
    taken: (op: Op) => {
      takenMeanwhile.push(op);
      refresh(op, onDesk(desk()));
    },
    resume: () => {
      if (desk().fetch === "failed") dispatch({ type: "look-again" });
    },
    stop: () => {
      stopped = true;
      again.stop();
    },
  };
}
