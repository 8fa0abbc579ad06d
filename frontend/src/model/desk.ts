// The whole desk: the task being worked on, the ones behind it, and what is on its way to the server.
//
// Nothing here waits for the network. A submit puts an `Op` into the outbox and shows the next task in the same
// update; the effects send the outbox in order and report back with `sent` or `refused`.

import { t } from "../i18n/desk";
import type { Project } from "./claim";
import { fullSchema, mustAnswerOfTrace } from "./schema";
import { submission } from "./submission";
import { updateWork } from "./update";
import type { Trouble, Work, WorkAction } from "./work";

/** One thing to tell the server. Kept until the server has taken it. */
export interface Op {
  /** Sortable by time: ops go out in this order. */
  id: string;
  kind: "submit" | "skip" | "reopen";
  body: Record<string, unknown>;
  /** What it records, in words. */
  says: string;
  /** The task as it was left, to show it again after an undo or a refusal. */
  work: Work;
  /** Other traces that counted as judged with it, once the server has said so. */
  derived?: number;
}

/** An op that the server will not take. */
export interface Refusal extends Trouble {
  op: Op;
}

export type SkipReason = "bad_problem" | "cant_judge" | "other";

export interface Desk {
  project: Project;
  /** Judgements of this person today. */
  today: number;
  work: Work | null;
  /** Fetched ahead or set aside; the first one is shown next. */
  waiting: readonly Work[];
  fetch: "idle" | "busy" | "failed";
  /** Why the server hands nothing out, if it said so. */
  fetchError: string;
  /** The server had nothing more when last asked. */
  drained: boolean;
  outbox: readonly Op[];
  /** Id of the op that is under way. */
  sending: string | null;
  refused: readonly Refusal[];
  /** The last try to reach the server failed. */
  offline: boolean;
  /** The newest submit or skip, as long as a toast offers to undo it. */
  undoable: Op | null;
  dialog: "help" | "skip" | "flag" | "ask" | null;
  /** Show the source of all texts as the model wrote it. */
  raw: boolean;
  /**
   * The newest thing said to the person; `n` tells two equal ones apart. What changed is seen where it changed and said
   * for the ear; `seen` is true when something did not happen, which the eye has to be told too.
   */
  message: { text: string; n: number; seen: boolean };
}

export type DeskAction =
  | WorkAction
  | { type: "submit"; id: string }
  | { type: "skip"; id: string; reason: SkipReason; comment: string }
  | { type: "undo-last"; id: string }
  | { type: "take-back"; id: string }
  | { type: "undo-expired"; id: string }
  | { type: "fetching" }
  /** `taken`: what the server took while this task was on its way here. */
  | { type: "claimed"; work: Work; taken?: readonly Op[] }
  | { type: "nothing-left" }
  | { type: "fetch-failed"; detail: string }
  | { type: "look-again" }
  | { type: "sending"; id: string }
  | { type: "sent"; id: string; derived?: number }
  | { type: "unsent"; id: string }
  | { type: "refused"; id: string; trouble: Trouble }
  | { type: "saved"; assignment: number; rev: number }
  | { type: "trouble"; assignment: number; trouble: Trouble | null }
  | { type: "gone"; assignment: number }
  | { type: "refreshed"; work: Work }
  | { type: "not-kept" }
  | { type: "connection"; offline: boolean }
  | { type: "show-refused"; id: string }
  | { type: "drop-refused"; id: string }
  | { type: "set-aside" }
  | { type: "dialog"; dialog: Desk["dialog"] }
  | { type: "toggle-raw" };

export function openDesk(project: Project, today: number, outbox: readonly Op[] = []): Desk {
  return {
    project,
    today,
    work: null,
    waiting: [],
    fetch: "idle",
    fetchError: "",
    drained: false,
    outbox,
    sending: null,
    refused: [],
    offline: false,
    undoable: null,
    dialog: null,
    raw: false,
    message: { text: "", n: 0, seen: false },
  };
}

export function update(desk: Desk, action: DeskAction): Desk {
  switch (action.type) {
    case "submit":
      return submit(desk, action.id);
    case "skip": {
      if (!desk.work) return desk;
      const body = { reason: action.reason, comment: action.comment.trim(), active_ms: activeMs(desk.work) };
      const op: Op = { id: action.id, kind: "skip", body, says: t("desk.skipped"), work: desk.work };
      return sendOff({ ...desk, dialog: null }, op);
    }
    case "undo-last":
      if (desk.work?.past.length || !desk.undoable) return update(desk, { type: "undo" });
      return takeBack(desk, desk.undoable, action.id);
    case "take-back":
      return desk.undoable ? takeBack(desk, desk.undoable, action.id) : desk;
    case "undo-expired":
      return desk.undoable?.id === action.id ? { ...desk, undoable: null } : desk;
    case "fetching":
      return { ...desk, fetch: "busy", fetchError: "" };
    case "claimed": {
      const idle = { ...desk, fetch: "idle" as const, offline: false };
      if (onDesk(desk).includes(action.work.claim.assignment)) return idle;
      if (action.taken?.some((op) => settles(op, action.work, desk.project))) return idle;
      const ahead = { ...idle, waiting: [...desk.waiting, action.work] };
      return desk.work ? ahead : { ...showNext(ahead), drained: desk.drained };
    }
    case "nothing-left":
      return { ...desk, fetch: "idle", drained: true, offline: false };
    case "fetch-failed":
      return { ...desk, fetch: "failed", fetchError: action.detail };
    case "look-again":
      return { ...desk, drained: false, fetch: desk.fetch === "failed" ? "idle" : desk.fetch };
    case "sending":
      return { ...desk, sending: action.id };
    case "sent":
      return sent(desk, action.id, action.derived ?? 0);
    case "unsent":
      return desk.sending === action.id ? { ...desk, sending: null } : desk;
    case "refused":
      return refused(desk, action.id, action.trouble);
    case "saved":
      return onWork(desk, action.assignment, (work) => ({
        ...work,
        savedRev: Math.max(work.savedRev, action.rev),
      }));
    case "trouble":
      return onWork(desk, action.assignment, (work) => ({ ...work, trouble: action.trouble }));
    case "gone": {
      const waiting = desk.waiting.filter((work) => work.claim.assignment !== action.assignment);
      // One that is looked at goes only while nothing was said about it.
      const there = desk.work?.claim.assignment === action.assignment && desk.work.rev === 0;
      return there ? showNext({ ...desk, waiting }) : { ...desk, waiting };
    }
    case "refreshed":
      return onWork(desk, action.work.claim.assignment, (work) =>
        work.rev === 0
          ? {
              ...action.work,
              activeMs: Math.max(work.activeMs, action.work.activeMs),
              // What was opened to be read stays open.
              toggled: work.toggled,
            }
          : work,
      );
    case "not-kept":
      return say(desk, t("save.full"), true);
    case "connection":
      return desk.offline === action.offline ? desk : { ...desk, offline: action.offline };
    case "show-refused": {
      const refusal = desk.refused.find(({ op }) => op.id === action.id);
      if (!refusal) return desk;
      const { code, detail, op } = refusal;
      return bringBack(dropRefusal(desk, action.id), { ...op.work, trouble: { code, detail } });
    }
    case "drop-refused":
      return dropRefusal(desk, action.id);
    case "set-aside":
      return showNext(desk);
    case "dialog":
      return { ...desk, dialog: action.dialog };
    case "toggle-raw":
      return say({ ...desk, raw: !desk.raw }, t(desk.raw ? "desk.formatted-text" : "desk.source-text"));
    default: {
      if (!desk.work) return desk;
      const { work, says } = updateWork(desk.work, action);
      return say({ ...desk, work }, says, work.rev === desk.work.rev);
    }
  }
}

/** The assignments that this desk holds, those in sight first: the server need not hand them out again. */
export function onDesk(desk: Desk): number[] {
  const works = [...(desk.work ? [desk.work] : []), ...desk.waiting, ...desk.outbox.map((op) => op.work)];
  return [...new Set(works.map((work) => work.claim.assignment))];
}

function submit(desk: Desk, id: string): Desk {
  const { work, project } = desk;
  if (!work) return desk;
  const said = submission(work.claim, work.answer, project.label_schema);
  if (!said.complete) return say(desk, said.why, true);
  const body = { ...said.body, active_ms: activeMs(work) };
  const op: Op = { id, kind: "submit", body, says: said.says, work };
  return { ...sendOff(desk, op), today: desk.today + counted(op) };
}

/**
 * Whether this op leaves nothing to ask about a task that was fetched ahead: it says a first error that this task's
 * trace has too, and nobody touched the task yet. The server counts it as judged, by the same rule.
 */
function settles(op: Op, { claim, answer, rev }: Work, { mode, label_schema }: Project): boolean {
  const mine = op.work.claim;
  const { first_error } = op.body;
  if (mode !== "first_error" || typeof first_error !== "number" || rev > 0) return false;
  if (claim.kind !== "trace" || mine.kind !== "trace" || mustAnswerOfTrace(fullSchema(label_schema)))
    return false;
  const untouched = answer.mode === "first_error" && answer.firstError === undefined;
  return untouched && claim.steps[first_error]?.id === mine.steps[first_error]?.id;
}

function sent(desk: Desk, id: string, derived: number): Desk {
  const op = desk.outbox.find((other) => other.id === id);
  const waiting = desk.waiting.filter((work) => !op || !settles(op, work, desk.project));
  const rest = { ...withoutOp({ ...desk, waiting }, id), offline: false };
  if (!derived) return rest;
  const undoable = rest.undoable?.id === id ? { ...rest.undoable, derived } : rest.undoable;
  return say({ ...rest, undoable, today: rest.today + derived }, t("desk.derived", { n: derived }), true);
}

/** What it adds to the day's work: what is only said otherwise was counted before. */
const counted = ({ kind, work }: Op): number => (kind === "submit" && !work.claim.revising ? 1 : 0);

const activeMs = (work: Work): number => Math.round(work.activeMs);

/** Puts what was decided into the outbox and shows the next task. */
function sendOff(desk: Desk, op: Op): Desk {
  return { ...showNext({ ...desk, outbox: [...desk.outbox, op] }), undoable: op };
}

/** Shows the first of those that wait, but for what an op on its way to the server settles. */
function showNext(desk: Desk): Desk {
  const next = desk.waiting.find((work) => !desk.outbox.some((op) => settles(op, work, desk.project)));
  const waiting = desk.waiting.filter((work) => work !== next);
  return { ...desk, work: next ?? null, waiting, drained: false };
}

/** Puts a task in front; the one that was there waits behind it, as it is. */
function bringBack(desk: Desk, work: Work): Desk {
  return { ...desk, work, waiting: desk.work ? [desk.work, ...desk.waiting] : desk.waiting };
}

function takeBack(desk: Desk, op: Op, id: string): Desk {
  const notSentYet = desk.outbox.some((other) => other.id === op.id) && desk.sending !== op.id;
  const outbox = notSentYet
    ? desk.outbox.filter((other) => other.id !== op.id)
    : [...desk.outbox, { id, kind: "reopen" as const, body: {}, says: t("desk.undo"), work: op.work }];
  const today = Math.max(0, desk.today - counted(op) - (op.derived ?? 0));
  const back = bringBack({ ...desk, outbox, today, undoable: null }, { ...op.work, trouble: null });
  return say(back, t(op.kind === "submit" ? "desk.submit-taken-back" : "desk.skip-taken-back"));
}

function refused(desk: Desk, id: string, trouble: Trouble): Desk {
  const op = desk.outbox.find((other) => other.id === id);
  const rest = { ...withoutOp(desk, id), offline: false };
  if (!op) return rest;
  const undoable = rest.undoable?.id === id ? null : rest.undoable;
  const today = Math.max(0, rest.today - counted(op));
  // A refused undo has its task on the screen already: say it there.
  if (op.kind === "reopen") return onWork(rest, op.work.claim.assignment, (work) => ({ ...work, trouble }));
  return { ...rest, undoable, today, refused: [...rest.refused, { op, ...trouble }] };
}

function withoutOp(desk: Desk, id: string): Desk {
  const rest = {
    ...desk,
    outbox: desk.outbox.filter((op) => op.id !== id),
    sending: desk.sending === id ? null : desk.sending,
  };
  // What the op had settled stands for itself again if it was refused.
  return rest.work || rest.waiting.length === 0 ? rest : showNext(rest);
}

function dropRefusal(desk: Desk, id: string): Desk {
  return { ...desk, refused: desk.refused.filter(({ op }) => op.id !== id) };
}

function onWork(desk: Desk, assignment: number, change: (work: Work) => Work): Desk {
  const at = (work: Work) => (work.claim.assignment === assignment ? change(work) : work);
  return { ...desk, work: desk.work && at(desk.work), waiting: desk.waiting.map(at) };
}

function say(desk: Desk, text: string, seen = false): Desk {
  return text ? { ...desk, message: { text, n: desk.message.n + 1, seen } } : desk;
}

export type SaveState = "saved" | "saving" | "offline";

/** What has become of everything said so far. */
export function saveState(desk: Desk): SaveState {
  const unsaved = desk.work !== null && desk.work.rev !== desk.work.savedRev && !desk.work.trouble;
  const pending = desk.outbox.length > 0 || unsaved;
  if (desk.offline) return "offline";
  return pending ? "saving" : "saved";
}
