// Sends the outbox, one op after the other, each until the server has taken or refused it.

import { ApiError } from "../../api/client";
import type { Desk, DeskAction, Op } from "../../model/desk";
import { type DeskApi, failure } from "./api";
import { retry } from "./retry";
import type { DeskStore } from "./store";

interface Parts {
  api: DeskApi;
  store: DeskStore;
  desk: () => Desk;
  dispatch: (action: DeskAction) => void;
  /** The server has taken it. */
  taken: (op: Op) => void;
}

export function outbox({ api, store, desk, dispatch, taken }: Parts) {
  /** Ops that this browser keeps: one that is gone from there was sent by another tab. */
  const kept = new Set<string>();
  let signedOut = false;
  let stopped = false;
  const again = retry(() => pump());

  function pump(): void {
    const { outbox: ops, sending } = desk();
    const op = ops[0];
    if (!op || sending || signedOut || stopped) return;
    if (kept.has(op.id) && !store.hasOp(op.id)) {
      dispatch({ type: "sent", id: op.id });
      return;
    }
    dispatch({ type: "sending", id: op.id });
    api.send(op).then(
      (answer) => {
        forget(op);
        if (op.kind !== "reopen") store.dropDraft(op.work.claim.assignment);
        again.reset();
        const derived = (answer as { derived?: number } | undefined)?.derived;
        dispatch(derived ? { type: "sent", id: op.id, derived } : { type: "sent", id: op.id });
        taken(op);
      },
      (error: unknown) => failed(op, error),
    );
  }

  function failed(op: Op, error: unknown): void {
    const what = failure(error);
    if (what === "refused" && error instanceof ApiError) {
      // A refused answer stays in this browser until the person has seen to it; an undo is said on its task.
      if (op.kind === "reopen") forget(op);
      again.reset();
      dispatch({ type: "refused", id: op.id, trouble: { code: error.code, detail: error.detail } });
      return;
    }
    signedOut = what === "sign-in";
    if (!signedOut) {
      dispatch({ type: "connection", offline: true });
      again.later();
    }
    dispatch({ type: "unsent", id: op.id });
  }

  function forget(op: Op): void {
    kept.delete(op.id);
    store.dropOp(op.id);
  }

  return {
    /** Takes over ops that an earlier page left behind. */
    adopt: (ops: readonly Op[]) => {
      for (const op of ops) kept.add(op.id);
    },
    /** After every change of the desk. */
    changed: (before: Desk, after: Desk) => {
      if (before.outbox !== after.outbox || before.refused !== after.refused) {
        const alive = new Set([...after.outbox, ...after.refused.map(({ op }) => op)].map(({ id }) => id));
        for (const op of after.outbox) {
          if (kept.has(op.id) || before.outbox.includes(op)) continue;
          if (store.putOp(op)) kept.add(op.id);
          else dispatch({ type: "not-kept" });
        }
        for (const id of kept) {
          if (alive.has(id)) continue;
          kept.delete(id);
          store.dropOp(id);
        }
      }
      // An op that waits for its next try is left to wait.
      if (before.outbox !== after.outbox && !again.isWaiting()) pump();
    },
    /** The connection or the session is back. */
    resume: () => {
      signedOut = false;
      again.now();
      pump();
    },
    stop: () => {
      stopped = true;
      again.stop();
    },
  };
}
