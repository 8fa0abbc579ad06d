// Has the next task here before it is asked for.

import { ApiError } from "../../api/client";
import type { Claim } from "../../model/claim";
import { type Desk, type DeskAction, onDesk } from "../../model/desk";
import { startWork, type Work } from "../../model/work";
import { type DeskApi, failure } from "./api";
import { retry } from "./retry";
import type { DeskStore } from "./store";
import type { Tabs } from "./tabs";

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

  /** The task as it was left: by the server's draft, or by what this browser kept if that is newer. */
  function resumed(claim: Claim): Work {
    const { mode } = desk().project;
    const local = store.draft(claim.assignment);
    const server = startWork(claim, mode);
    if (!local || (local.at ?? 0) <= Number(claim.draft?.at ?? 0)) return server;
    return { ...startWork(claim, mode, local), rev: 1 };
  }

  async function fetchNext(): Promise<void> {
    dispatch({ type: "fetching" });
    try {
      const elsewhere = await tabs.heldElsewhere();
      const claim = await api.claim([...onDesk(desk()), ...elsewhere].slice(0, MOST_HELD));
      again.reset();
      if (stopped) return;
      if (!claim) dispatch({ type: "nothing-left" });
      else {
        claimed(claim.assignment);
        dispatch({ type: "claimed", work: resumed(claim) });
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

  return {
    /** Shows what was on the screen before the page was loaded again. */
    restore: async () => {
      const id = store.current();
      if (id === null || onDesk(desk()).includes(id) || !(await tabs.isFree(id))) return;
      try {
        const { state, ...claim } = await api.assignment(id);
        if (state !== "leased" && state !== "expired") return;
        claimed(id);
        dispatch({ type: "claimed", work: resumed(claim as Claim) });
      } catch {
        // The claim that follows brings it back, or what the server thinks should come instead.
      }
    },
    /** After every change of the desk. */
    changed: (_: Desk, after: Desk) => {
      if (after.work) store.setCurrent(after.work.claim.assignment);
      const wanted = !after.work || after.waiting.length === 0;
      if (wanted && after.fetch === "idle" && !after.drained && !stopped) void fetchNext();
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
