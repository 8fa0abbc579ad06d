// What can be done at the annotate desk, with its keys.

import { t } from "../i18n/desk";
import type { Desk, DeskAction } from "../model/desk";
import { asksOfSteps, fullSchema, wholeAsked } from "../model/schema";
import type { Panel } from "../model/work";
import type { Command } from "./registry";
import { SUGGEST, WALK } from "./walk";

export interface DeskContext {
  desk: Desk;
  dispatch: (action: DeskAction) => void;
  /** A fresh id for something to be sent. */
  newId: () => string;
}

type DeskCommand = Command<DeskContext>;
type Scope =
  | "desk"
  | "trace"
  | "first_error"
  | "every_step"
  | "error_types"
  | "choice"
  | "walk"
  | "suggest"
  | NonNullable<Desk["dialog"]>;

const does = (action: DeskAction) => (context: DeskContext) => context.dispatch(action);
const hasWork = ({ desk }: DeskContext) => desk.work !== null;
const candidates = ({ desk }: DeskContext) =>
  desk.work?.claim.kind === "choice" ? desk.work.claim.candidates : [];

const MOVING: DeskCommand[] = [
  {
    id: "next",
    title: t("command.next-step"),
    keys: ["j", "arrowdown"],
    scope: "trace",
    repeats: true,
    run: does({ type: "move", by: 1 }),
  },
  {
    id: "previous",
    title: t("command.previous-step"),
    keys: ["k", "arrowup"],
    scope: "trace",
    repeats: true,
    run: does({ type: "move", by: -1 }),
  },
  {
    id: "look-right",
    title: t("command.look-at-next-candidate"),
    keys: ["arrowright"],
    scope: "choice",
    repeats: true,
    run: does({ type: "move", by: 1 }),
  },
  {
    id: "look-left",
    title: t("command.look-at-candidate-before"),
    keys: ["arrowleft"],
    scope: "choice",
    repeats: true,
    run: does({ type: "move", by: -1 }),
  },
];

const schemaOf = ({ desk }: DeskContext) => fullSchema(desk.project.label_schema);
/** Opens a part of the page, or shuts it when it is open. */
const toggles = (panel: Panel) => (context: DeskContext) =>
  context.dispatch({ type: "open", panel: context.desk.work?.panel === panel ? null : panel });

const STEPS: DeskCommand[] = [
  {
    id: "next-unjudged",
    title: t("command.next-unjudged-step"),
    keys: ["n"],
    scope: "trace",
    run: does({ type: "next-unjudged" }),
  },
  {
    id: "step-comment",
    title: t("command.comment-on-step"),
    keys: ["e"],
    scope: "trace",
    run: does({ type: "open", panel: "step-comment" }),
  },
  {
    id: "premises",
    title: t("command.steps-one-rests-on"),
    keys: ["p"],
    scope: "trace",
    when: (context) => schemaOf(context).premises,
    run: toggles("premises"),
  },
  {
    id: "asked",
    title: t("command.tags-ratings-questions-step"),
    keys: ["t"],
    scope: "trace",
    when: (context) => asksOfSteps(schemaOf(context)),
    run: toggles("asked"),
  },
  {
    id: "whole",
    title: t("command.questions-about-trace-problem"),
    keys: ["g"],
    scope: "trace",
    when: (context) => wholeAsked(schemaOf(context)).length > 0,
    run: toggles("whole"),
  },
  {
    id: "mark",
    title: t("command.mark-stretch-text"),
    keys: ["m"],
    scope: "trace",
    when: (context) => schemaOf(context).spans.length > 0,
    run: () => tools("mark"),
  },
  {
    id: "fold",
    title: t("command.fold-or-unfold"),
    keys: ["o"],
    scope: "trace",
    run: does({ type: "fold" }),
  },
  {
    id: "light-up",
    title: t("command.light-up-next-number"),
    keys: ["h"],
    scope: "trace",
    repeats: true,
    run: () => tools("light-up"),
  },
  { id: "find", title: t("command.find-trace"), keys: ["/"], scope: "trace", run: toggles("find") },
  {
    id: "copy-latex",
    title: t("command.copy-as-latex"),
    keys: ["y"],
    scope: "trace",
    run: () => tools("copy-latex"),
  },
];

/** What works on the page itself rather than on the answer; `TraceTask` listens. */
export type Tool = "mark" | "light-up" | "copy-latex" | "differences";
export const TOOL_EVENT = "desk-tool";
const tools = (tool: Tool) => document.dispatchEvent(new CustomEvent<Tool>(TOOL_EVENT, { detail: tool }));

const FIRST_ERROR: DeskCommand[] = [
  {
    id: "first-error",
    title: t("command.first-error"),
    keys: ["x"],
    scope: "first_error",
    run: does({ type: "mark-first-error" }),
  },
  {
    id: "no-error",
    title: t("command.no-error"),
    keys: ["a"],
    scope: "first_error",
    run: does({ type: "mark-no-error" }),
  },
  {
    id: "unsure",
    title: t("command.unsure"),
    keys: ["u"],
    scope: "first_error",
    when: (context) => schemaOf(context).confidence,
    run: does({ type: "toggle-unsure" }),
  },
  ...errorTypes("error-type", "first_error"),
];

/** The digits give error types. Where they give ratings, only while a wrong step's error types have the keyboard. */
function errorTypes(id: string, scope: Scope): DeskCommand[] {
  return range(9).map((n) => ({
    id: `${id}-${n}`,
    title: t("command.error-type", { n }),
    family: t("command.error-types"),
    keys: [String(n)],
    scope,
    when: ({ desk }) => errorType(desk, n) !== undefined,
    run: ({ desk, dispatch }) => {
      const type = errorType(desk, n);
      if (type) dispatch({ type: "toggle-error-type", key: type.key });
    },
  }));
}

/** By the digit that gives it. The first three have names, since the practice and the help speak of them. */
export const RATING_COMMANDS: readonly string[] = [
  "rate-good",
  "rate-neutral",
  "rate-bad",
  ...range(9)
    .slice(3)
    .map((n) => `rate-${n}`),
];

const EVERY_STEP: DeskCommand[] = [
  ...RATING_COMMANDS.map((id, place): DeskCommand => {
    const digit = String(place + 1);
    const given = ({ desk }: DeskContext) =>
      fullSchema(desk.project.label_schema).values.find(({ hotkey }) => hotkey === digit);
    return {
      id,
      title:
        [t("command.good"), t("command.neutral"), t("command.bad")][place] ?? t("command.value", { digit }),
      family: place < 3 ? undefined : t("command.values"),
      keys: [digit],
      scope: "every_step",
      when: (context) => given(context) !== undefined,
      run: (context) => {
        const value = given(context)?.key;
        if (value) context.dispatch({ type: "rate", value });
      },
    };
  }),
  {
    id: "rate-unsure",
    title: t("command.unsure"),
    keys: ["u"],
    scope: "every_step",
    run: does({ type: "rate", value: "unsure" }),
  },
  {
    id: "rest-good",
    title: t("command.all-others-good"),
    keys: ["a"],
    scope: "every_step",
    run: does({ type: "mark-no-error" }),
  },
  {
    id: "what-is-wrong",
    title: t("command.what-is-wrong"),
    keys: ["x"],
    scope: "every_step",
    when: ({ desk }) => errorType(desk, 1) !== undefined,
    run: does({ type: "open", panel: "error-types" }),
  },
  ...errorTypes("what-is-wrong", "error_types"),
];

const onCandidate = (type: "rank-behind" | "tie-with-last") => (context: DeskContext) => {
  const candidate = candidates(context)[context.desk.work?.focus ?? -1];
  if (candidate) context.dispatch({ type, id: candidate.id });
};

const CHOICE: DeskCommand[] = [
  ...range(9).map(
    (n): DeskCommand => ({
      id: `prefer-${n}`,
      title: t("command.prefer", { n }),
      family: t("command.prefer-any"),
      keys: [String(n)],
      scope: "choice",
      when: (context) => candidates(context).length >= n,
      run: (context) => {
        const candidate = candidates(context)[n - 1];
        if (candidate) context.dispatch({ type: "prefer", id: candidate.id });
      },
    }),
  ),
  { id: "tie", title: t("command.tie"), keys: ["0"], scope: "choice", run: does({ type: "tie-all" }) },
  {
    id: "tie-with-best",
    title: t("command.as-good-as-best"),
    keys: ["t"],
    scope: "choice",
    when: (context) => candidates(context).length > 2,
    run: (context) => {
      const candidate = candidates(context)[context.desk.work?.focus ?? -1];
      if (candidate) context.dispatch({ type: "tie-with-best", id: candidate.id });
    },
  },
  {
    id: "rank-behind",
    title: t("command.next-best"),
    keys: ["b"],
    scope: "choice",
    when: (context) => candidates(context).length > 2,
    run: onCandidate("rank-behind"),
  },
  {
    id: "tie-with-last",
    title: t("command.as-good-as-one"),
    keys: ["e"],
    scope: "choice",
    when: (context) => candidates(context).length > 2,
    run: onCandidate("tie-with-last"),
  },
  {
    id: "prefix",
    title: t("command.show-or-fold-steps"),
    keys: ["o"],
    scope: "choice",
    when: ({ desk }) => desk.work?.claim.kind === "choice" && desk.work.claim.prefix.length > 0,
    run: does({ type: "fold" }),
  },
  {
    id: "differences",
    title: t("command.show-or-hide-differences"),
    keys: ["d"],
    scope: "choice",
    run: () => tools("differences"),
  },
  {
    id: "none-acceptable",
    title: t("command.none-acceptable"),
    keys: ["n"],
    scope: "choice",
    run: does({ type: "none-acceptable" }),
  },
  {
    id: "strength",
    title: t("command.how-much-better"),
    keys: ["w"],
    scope: "choice",
    when: ({ desk }) => desk.work?.answer.mode === "choice" && desk.work.answer.groups.length > 0,
    run: ({ desk, dispatch }) => {
      const answer = desk.work?.answer;
      if (answer?.mode !== "choice") return;
      const next = (answer.strength ?? 0) + 1;
      dispatch({ type: "set-strength", value: next > 3 ? null : next });
    },
  },
];

const EVERYWHERE: DeskCommand[] = [
  {
    id: "comment",
    title: t("command.comment"),
    keys: ["c"],
    scope: "desk",
    when: hasWork,
    run: does({ type: "open", panel: "comment" }),
  },
  {
    id: "rewrite",
    title: t("command.rewrite"),
    keys: ["r"],
    scope: "desk",
    when: hasWork,
    run: does({ type: "open", panel: "rewrite" }),
  },
  {
    id: "skip",
    title: t("command.skip"),
    keys: ["s"],
    scope: "desk",
    when: hasWork,
    run: does({ type: "dialog", dialog: "skip" }),
  },
  {
    id: "flag",
    title: t("command.flag-reviewer"),
    keys: ["f"],
    scope: "desk",
    when: hasWork,
    run: does({ type: "dialog", dialog: "flag" }),
  },
  {
    id: "ask",
    title: t("command.ask-about-guidelines"),
    keys: ["q"],
    scope: "desk",
    run: does({ type: "dialog", dialog: "ask" }),
  },
  {
    id: "undo",
    title: t("command.undo"),
    keys: ["z"],
    scope: "desk",
    when: (context) => hasWork(context) || context.desk.undoable !== null,
    run: ({ dispatch, newId }) => dispatch({ type: "undo-last", id: newId() }),
  },
  {
    id: "submit",
    title: t("command.submit"),
    keys: ["enter"],
    scope: "desk",
    when: hasWork,
    run: submit,
  },
  {
    id: "submit-typing",
    title: t("command.submit-also-while-typing"),
    keys: ["mod+enter"],
    scope: "desk",
    whileTyping: true,
    when: hasWork,
    run: submit,
  },
  {
    id: "close",
    title: t("command.back-step"),
    keys: ["escape"],
    scope: "desk",
    whileTyping: true,
    when: ({ desk }) => desk.work?.panel != null,
    run: does({ type: "open", panel: null }),
  },
  {
    id: "source",
    title: t("command.source-text"),
    keys: ["v"],
    scope: "desk",
    run: does({ type: "toggle-raw" }),
  },
  {
    id: "help",
    title: t("command.keyboard-map"),
    keys: ["?"],
    scope: "desk",
    run: does({ type: "dialog", dialog: "help" }),
  },
];

export const DESK_COMMANDS: readonly DeskCommand[] = [
  ...FIRST_ERROR,
  ...EVERY_STEP,
  ...STEPS,
  ...CHOICE,
  ...WALK,
  ...SUGGEST,
  ...MOVING,
  ...EVERYWHERE,
];

/** Which scopes can be alive together: commands of one row share no key, whoever chooses the keys. */
export const TOGETHER: readonly (readonly Scope[])[] = [
  ["desk", "trace", "first_error"],
  ["desk", "trace", "every_step"],
  ["desk", "trace", "error_types"],
  ["desk", "choice"],
  ["desk", "walk"],
  ["desk", "suggest"],
];

/** The scopes that are alive: those of the task on the desk. A dialog has the keyboard to itself. */
export function scopesOf(desk: Desk): readonly Scope[] {
  if (desk.dialog) return [desk.dialog];
  if (!desk.work) return ["desk"];
  const mode = desk.work.answer.mode;
  if (desk.work.panel === "suggest") return ["desk", "suggest"];
  if (desk.work.panel === "error-types") return ["desk", "trace", "error_types"];
  return mode === "choice" || mode === "walk" ? ["desk", mode] : ["desk", "trace", mode];
}

/** Error type number `n`, 1-based. */
function errorType(desk: Desk, n: number) {
  return desk.project.label_schema.error_types[n - 1];
}

function submit({ dispatch, newId }: DeskContext): void {
  dispatch({ type: "submit", id: newId() });
}

function range(n: number): number[] {
  return Array.from({ length: n }, (_, index) => index + 1);
}
