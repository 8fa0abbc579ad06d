// A short practice: tasks with known answers, made here and checked here. Nothing of it reaches the server.

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
          statement:
            "A baker makes $24$ rolls and sells three quarters of them for $\\$2$ each. What does she earn?",
          answer: "36",
        },
        steps: [
          step("p1-0", "She sells three quarters of $24$ rolls."),
          step("p1-1", "$\\frac{3}{4} \\cdot 24 = 18$, so she sells $18$ rolls."),
          step("p1-2", "At $\\$2$ each that makes $18 \\cdot 2 = 38$ dollars."),
          step("p1-3", "She earns $\\$38$."),
        ],
      },
      asks: every
        ? "Rate every step: {rate-good} good, {rate-neutral} neutral, {rate-bad} bad. Then submit with {submit}."
        : "Read from the top. {next} goes on to the next step, {previous} back. Go to the first step that is wrong, press {first-error}, then submit with {submit}.",
      because:
        "18 · 2 is 36, so step 3 is the first wrong one. Step 4 follows from it and is not asked: nobody has to say whether a conclusion from an error is right.",
      answer: "First error: step 3",
      right: (body) => (every ? values(body)[2] === "bad" && good(body, [0, 1]) : body.first_error === 2),
    },
    {
      claim: {
        ...base,
        kind: "trace",
        assignment: -2,
        trace: { id: "practice-2" },
        problem: { id: "sum", statement: "What is $1 + 2 + \\dots + 10$?", answer: "55" },
        steps: [
          step("p2-0", "Pair the first with the last: $1 + 10 = 11$, $2 + 9 = 11$, and so on."),
          step("p2-1", "There are $10 / 2 = 5$ pairs."),
          step("p2-2", "So the sum is $5 \\cdot 11 = 55$."),
        ],
      },
      asks: every
        ? "Rate every step. {rest-good} rates all that are left as good."
        : "Read to the end. If every step is right, press {no-error}, then {submit}.",
      because: "Every step is right, though it is not how everybody would do it. An unusual way is no error.",
      answer: "No error",
      right: (body) => (every ? good(body, [0, 1, 2]) : body.first_error === null),
    },
    {
      claim: {
        ...base,
        kind: "choice",
        assignment: -3,
        problem: {
          id: "train",
          statement: "A train goes $150$ km in $2$ hours. How far does it go in $5$ hours?",
        },
        prefix: [{ id: "p3-0", text: "In one hour it goes $150 / 2 = 75$ km.", kind: "reasoning" }],
        candidates: [
          { id: "p3-a", text: "In $5$ hours it goes $150 \\cdot 5 = 750$ km.", kind: "reasoning" },
          { id: "p3-b", text: "In $5$ hours it goes $75 \\cdot 5 = 375$ km.", kind: "reasoning" },
        ],
      },
      asks: "The step so far is given. Press the number of the better next step, {tie} if they are equally good, or {none-acceptable} if none will do. Then {submit}.",
      because:
        "The second one goes on from the 75 km an hour that were found; the first one takes two hours' way for one hour's.",
      answer: "Prefer candidate 2",
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
