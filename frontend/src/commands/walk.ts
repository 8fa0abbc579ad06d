// What can be done on a walk, and with what the connected model suggests.

import { offered, pickAction } from "../effects/desk/suggestions";
import { t } from "../i18n/desk";
import { wrongStep } from "../model/answer";
import type { Desk, DeskAction } from "../model/desk";
import type { WalkValue } from "../model/walkAnswer";
import type { DeskContext } from "./desk";
import type { Command } from "./registry";

type WalkCommand = Command<DeskContext> & { scope: "walk" | "suggest" | "trace" };

const does = (action: DeskAction) => (context: DeskContext) => context.dispatch(action);
const rates = (id: string, title: string, key: string, value: WalkValue): WalkCommand => ({
  id,
  title,
  keys: [key],
  scope: "walk",
  run: does({ type: "rate-alternative", value }),
});
/** Whoever asks has to be somewhere: on a walk, or at a step that is wrong. */
const canAsk = ({ desk: { work } }: DeskContext) => work?.claim.suggestions === true;

export const WALK: WalkCommand[] = [
  {
    id: "alternative-next",
    title: t("command.next-alternative"),
    keys: ["j", "arrowdown", "arrowright"],
    scope: "walk",
    repeats: true,
    run: does({ type: "move", by: 1 }),
  },
  {
    id: "alternative-previous",
    title: t("command.alternative-before"),
    keys: ["k", "arrowup", "arrowleft"],
    scope: "walk",
    repeats: true,
    run: does({ type: "move", by: -1 }),
  },
  rates("rate-alternative-1", t("command.good"), "1", "good"),
  rates("rate-alternative-2", t("command.neutral"), "2", "neutral"),
  rates("rate-alternative-3", t("command.bad"), "3", "bad"),
  rates("alternative-unsure", t("command.unsure"), "u", "unsure"),
  { id: "go-on", title: t("command.go-on-one"), keys: ["g"], scope: "walk", run: does({ type: "go-on" }) },
  {
    id: "go-back",
    title: t("command.back-one-step"),
    keys: ["b"],
    scope: "walk",
    run: does({ type: "go-back" }),
  },
  {
    id: "solved",
    title: t("command.solved"),
    keys: ["d"],
    scope: "walk",
    run: does({ type: "finish", finish: "solved" }),
  },
  {
    id: "stuck",
    title: t("command.none-acceptable"),
    keys: ["n"],
    scope: "walk",
    run: does({ type: "finish", finish: "stuck" }),
  },
  {
    id: "give-up",
    title: t("command.give-up"),
    keys: ["x"],
    scope: "walk",
    run: does({ type: "finish", finish: "given_up" }),
  },
  {
    id: "bad-problem",
    title: t("command.bad-problem"),
    keys: ["p"],
    scope: "walk",
    run: does({ type: "finish", finish: "bad_problem" }),
  },
  {
    id: "suggest-alternatives",
    title: t("command.suggest-next-steps"),
    keys: ["i"],
    scope: "walk",
    when: canAsk,
    run: () => ask(),
  },
];

export const SUGGEST: WalkCommand[] = [
  {
    id: "suggest",
    title: t("command.suggest-next-steps"),
    keys: ["i"],
    scope: "trace",
    when: canAsk,
    run: ({ desk, dispatch }) => {
      const { work } = desk;
      if (!work) return;
      if (wrongStep(work.answer) === undefined) dispatch({ type: "mark-first-error" });
      dispatch({ type: "open", panel: "suggest" });
      ask();
    },
  },
  ...Array.from(
    { length: 9 },
    (_, index): WalkCommand => ({
      id: `suggestion-${index + 1}`,
      title: t("command.take-suggestion", { n: index + 1 }),
      family: t("command.take-any-suggestion"),
      keys: [String(index + 1)],
      scope: "suggest",
      when: ({ desk }) => textAt(desk, index) !== undefined,
      run: ({ desk, dispatch }) => {
        const text = textAt(desk, index);
        if (text !== undefined) for (const action of pickAction(text)) dispatch(action);
      },
    }),
  ),
];

const textAt = (desk: Desk, index: number) =>
  desk.work ? offered(desk.work)?.candidates[index]?.text : undefined;

/** Asking needs the server; `useSuggestions` listens while a task is on the desk. */
export const ASK_EVENT = "desk-suggest";
const ask = () => document.dispatchEvent(new Event(ASK_EVENT));
