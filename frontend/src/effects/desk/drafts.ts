// Keeps what was said so far: in this browser at once, on the server a moment later. Saving renews the lease.

import { ApiError, serverNow } from "../../api/client";
import { toDraft } from "../../model/answer";
import type { Desk, DeskAction } from "../../model/desk";
import type { Work } from "../../model/work";
import { type DeskApi, failure } from "./api";
import { retry } from "./retry";
import type { DeskStore, Draft } from "./store";

const SAVE_AFTER = 1_000;
/** Somebody who never stops typing is saved every so often all the same. */
const SAVE_AT_LEAST_EVERY = 5_000;

interface Parts {
  api: DeskApi;
  store: DeskStore;
  desk: () => Desk;
  dispatch: (action: DeskAction) => void;
  /** Adds the working time so far to the task on the desk. */
  countTime: () => void;
}

export function drafts({ api, store, desk, dispatch, countTime }: Parts) {
  const renewedAt = new Map<number, number>();
  /** Drafts on their way, by assignment. */
  const underWay = new Map<number, AbortController>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let unsavedSince: number | null = null;
  let saving = false;
  let signedOut = false;
  // With nothing to save, renewing a lease is as good a try whether the server is back.
  const again = retry(() => (unsaved() ? void save() : renew(0)));

  const draftOf = (work: Work): Draft => ({
    ...toDraft(work.answer),
    focus: work.focus,
    active_ms: Math.round(work.activeMs),
    // Later than the one that it goes on from, whatever clock that was written by.
    at: Math.max(serverNow(), (Number(work.claim.draft?.at) || 0) + 1),
  });
  /** Its draft has to wait while something about it is on its way to the server. */
  const isBusy = (work: Work) =>
    desk().outbox.some((op) => op.work.claim.assignment === work.claim.assignment);
  const unsaved = () => {
    const { work } = desk();
    return work && work.rev !== work.savedRev && !isBusy(work) ? work : null;
  };

  function schedule(): void {
    unsavedSince ??= performance.now();
    clearTimeout(timer);
    const left = SAVE_AT_LEAST_EVERY - (performance.now() - unsavedSince);
    timer = setTimeout(() => void save(), Math.max(0, Math.min(SAVE_AFTER, left)));
  }

  async function save(): Promise<void> {
    clearTimeout(timer);
    const before = unsaved();
    if (!before || saving || signedOut) return;
    countTime();
    const work = desk().work ?? before;
    unsavedSince = null;
    saving = true;
    await put(work);
    saving = false;
    if (unsaved() && unsavedSince !== null) schedule();
  }

  /** Stores one task's draft, which renews its lease. */
  async function put(work: Work): Promise<void> {
    const { assignment } = work.claim;
    const abort = new AbortController();
    underWay.set(assignment, abort);
    try {
      await api.saveDraft(assignment, draftOf(work), Math.round(work.activeMs), { signal: abort.signal });
      renewedAt.set(assignment, performance.now());
      again.reset();
      dispatch({ type: "connection", offline: false });
      dispatch({ type: "saved", assignment, rev: work.rev });
      if (work.trouble) dispatch({ type: "trouble", assignment, trouble: null });
    } catch (error) {
      const what = failure(error);
      signedOut = what === "sign-in";
      if (what === "later") {
        dispatch({ type: "connection", offline: true });
        again.later();
      } else if (what === "refused" && error instanceof ApiError) {
        refused(work, { code: error.code, detail: error.detail });
      }
    } finally {
      if (underWay.get(assignment) === abort) underWay.delete(assignment);
    }
  }

  /** Renews the leases on the desk that were renewed longer than `olderThan` ms ago. */
  function renew(olderThan: number): void {
    const { work, waiting } = desk();
    for (const one of [...(work ? [work] : []), ...waiting]) {
      const since = performance.now() - (renewedAt.get(one.claim.assignment) ?? 0);
      if (since < olderThan || one.trouble || isBusy(one) || signedOut) continue;
      renewedAt.set(one.claim.assignment, performance.now());
      void put(one);
    }
  }

  function refused(work: Work, trouble: { code: string; detail: string }): void {
    const { assignment } = work.claim;
    const onScreen = desk().work?.claim.assignment === assignment;
    // Nobody has looked at it yet: another one takes its place, and nobody needs to know.
    if (!onScreen && work.rev === 0) dispatch({ type: "gone", assignment });
    // The answer to a draft that was overtaken by its submit says nothing.
    else if (!isBusy(work)) {
      if (trouble.code === "lease-expired") dispatch({ type: "saved", assignment, rev: work.rev });
      dispatch({ type: "trouble", assignment, trouble });
    }
  }

  return {
    /** After every change of the desk. */
    changed: (before: Desk, after: Desk) => {
      // A submit says all that the draft says, and the server would refuse a draft that comes behind it.
      for (const op of after.outbox) {
        if (!before.outbox.includes(op)) underWay.get(op.work.claim.assignment)?.abort();
      }
      const { work } = after;
      if (!work) return;
      const { assignment } = work.claim;
      if (!renewedAt.has(assignment)) renewedAt.set(assignment, performance.now());
      const was = before.work?.claim.assignment === assignment ? before.work : null;
      if (!was) {
        // What was scheduled was about the task before, which is on its way or set aside.
        clearTimeout(timer);
        unsavedSince = null;
      }
      if (work.rev !== (was?.rev ?? 0)) store.putDraft(assignment, draftOf(work));
      if (work.rev !== work.savedRev && work.rev !== was?.rev && !after.offline) schedule();
    },
    claimed: (assignment: number) => renewedAt.set(assignment, performance.now()),
    renew,
    /** The page is going away: the last words, sent so that they outlive it. */
    leave: (pageEnds: boolean) => {
      const before = unsaved();
      if (!before) return;
      countTime();
      const work = desk().work ?? before;
      store.putDraft(work.claim.assignment, draftOf(work));
      const options = { keepalive: pageEnds };
      api.saveDraft(work.claim.assignment, draftOf(work), Math.round(work.activeMs), options).catch(() => {
        // It is kept in this browser; the next page sends it.
      });
    },
    resume: () => {
      signedOut = false;
      again.now();
      void save();
    },
    stop: () => {
      clearTimeout(timer);
      again.stop();
    },
  };
}
