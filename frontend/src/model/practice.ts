// A short practice: tasks with known answers, made here and checked here. Nothing of it reaches the server.

import { t } from "../i18n/pages";
import type { Claim, TraceMode } from "./claim";
import type { Op } from "./desk";

export interface PracticeTask {
  claim: Claim;
  /** What to do, in one or two sentences. `{key}` names of commands are filled in with their keys. */
  asks: string;
  /** Why the answer is what it is. */
  because: string;
  /** Whether what was submitted is right. */
  right: (body: Readonly<Record<string, unknown>>) => boolean;
  /** The answer in words. */
  answer: string;
}

const base = { task: 0, lease_until: "", draft: null, active_ms: 0 };
const step = (id: string, text: string) => ({ id, text, kind: "reasoning", judged: true });

/** The tasks for a project that asks for this. Their assignments are negative: no task of the server's has such. */
export function practiceTasks(mode: TraceMode): PracticeTask[] {
  const every = mode === "every_step";
  return [
    {
      claim: {
        ...base,
        kind: "trace",
        assignment: -1,
        trace: { id: "practice-1" },
        problem: {
          id: "rolls",
          statement: t("practice.baker-makes-24-rolls"),
          answer: "36",
        },
        steps: [
          step("p1-0", t("practice.she-sells-three-quarters")),
          step("p1-1", t("practice.frac-cdot-24-18")),
          step("p1-2", t("practice.at-2-each-makes")),
          step("p1-3", t("practice.she-earns-38")),
        ],
      },
      asks: every ? t("practice.rate-every-step-rate") : t("practice.read-from-top-goes"),
      because: t("practice.18-2-36-so"),
      answer: t("practice.first-error-step-3"),
      right: (body) => (every ? values(body)[2] === "bad" && good(body, [0, 1]) : body.first_error === 2),
    },
    {
      claim: {
        ...base,
        kind: "trace",
        assignment: -2,
        trace: { id: "practice-2" },
        problem: { id: "sum", statement: t("practice.what-1-2-dots"), answer: "55" },
        steps: [
          step("p2-0", t("practice.pair-first-last-1")),
          step("p2-1", t("practice.there-10-2-5")),
          step("p2-2", t("practice.so-sum-5-cdot")),
        ],
      },
      asks: every ? t("practice.rate-every-step-rest") : t("practice.read-end-if-every"),
      because: t("practice.every-step-right-though"),
      answer: t("practice.no-error"),
      right: (body) => (every ? good(body, [0, 1, 2]) : body.first_error === null),
    },
    {
      claim: {
        ...base,
        kind: "choice",
        assignment: -3,
        problem: {
          id: "train",
          statement: t("practice.train-goes-150-km"),
        },
        prefix: [{ id: "p3-0", text: t("practice.one-hour-goes-150"), kind: "reasoning" }],
        candidates: [
          { id: "p3-a", text: t("practice.5-hours-goes-150"), kind: "reasoning" },
          { id: "p3-b", text: t("practice.5-hours-goes-75"), kind: "reasoning" },
        ],
      },
      asks: t("practice.step-so-far-given"),
      because: t("practice.second-one-goes-on"),
      answer: t("practice.prefer-candidate-2"),
      right: (body) => body.preferred === "p3-b",
    },
  ];
}

/** The task that an op is about, and whether its answer is right; null for anything but a submit. */
export function checked(
  tasks: readonly PracticeTask[],
  op: Op,
): { task: PracticeTask; right: boolean } | null {
  const task = tasks.find(({ claim }) => claim.assignment === op.work.claim.assignment);
  return op.kind === "submit" && task ? { task, right: task.right(op.body) } : null;
}

function values(body: Readonly<Record<string, unknown>>): Record<number, unknown> {
  const labels = Array.isArray(body.labels) ? (body.labels as { step: number; value: unknown }[]) : [];
  return Object.fromEntries(labels.map(({ step, value }) => [step, value]));
}

/** A right step that leads nowhere is neutral: both are answers that one can stand by here. */
function good(body: Readonly<Record<string, unknown>>, steps: number[]): boolean {
  const said = values(body);
  return steps.every((at) => said[at] === "good" || said[at] === "neutral");
}
