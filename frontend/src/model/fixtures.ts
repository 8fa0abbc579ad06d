// Tasks to test with.

import type { ChoiceClaim, Project, TraceClaim, WalkClaim } from "./claim";

export const PROJECT: Project = {
  slug: "demo",
  name: "Demo",
  mode: "first_error",
  lease_minutes: 30,
  guidelines: { version: 1, text: "Read first." },
  label_schema: {
    version: 1,
    error_types: [
      { key: "calculation", name: "Calculation" },
      { key: "missing_step", name: "Missing step" },
    ],
  },
};

/** A trace of reasoning steps "one", "two", …; those at `observed` are observations. */
export function traceClaim(assignment: number, steps = 4, observed: readonly number[] = []): TraceClaim {
  const words = ["one", "two", "three", "four", "five", "six", "seven", "eight"];
  return {
    kind: "trace",
    assignment,
    task: assignment + 100,
    lease_until: "2026-11-24T12:00:00Z",
    problem: { id: `p-${assignment}`, statement: "How many?" },
    draft: null,
    trace: { id: `t-${assignment}` },
    steps: Array.from({ length: steps }, (_, index) => ({
      id: `s-${assignment}-${index}`,
      text: words[index] ?? `step ${index}`,
      kind: observed.includes(index) ? "observation" : "reasoning",
      judged: !observed.includes(index),
    })),
  };
}

export function choiceClaim(assignment: number, candidates = 3): ChoiceClaim {
  return {
    kind: "choice",
    assignment,
    task: assignment + 100,
    lease_until: "2026-11-24T12:00:00Z",
    problem: { id: `p-${assignment}`, statement: "How many?" },
    draft: null,
    prefix: [{ id: "s-0", text: "one", kind: "reasoning" }],
    candidates: Array.from({ length: candidates }, (_, index) => ({
      id: `c-${index + 1}`,
      text: `candidate ${index + 1}`,
      kind: "reasoning",
    })),
  };
}

/** A project that asks for everything that can be asked. */
export const ASKING: Project = {
  ...PROJECT,
  label_schema: {
    ...PROJECT.label_schema,
    values: "123456789".split("").map((hotkey) => ({
      key: `v${hotkey}`,
      name: `Value ${hotkey}`,
      means: hotkey > "6" ? "bad" : "good",
      hotkey,
    })),
    tags: [{ key: "guess", name: "Guess" }],
    premises: true,
    spans: [{ key: "odd", name: "Odd" }],
    rubric: [{ key: "clarity", name: "Clarity", scope: "step", min: 1, max: 5, required: false }],
    questions: [
      { key: "method", name: "Which method?", scope: "trace", kind: "text", required: true },
      { key: "level", name: "Level?", scope: "problem", kind: "rating", min: 1, max: 3, required: false },
      { key: "size", name: "How large?", scope: "step", kind: "number", required: false },
    ],
  },
};

/** Two ways to begin, "a" and "b"; after "b" there are "c" and "d". */
export function walkClaim(assignment: number): WalkClaim {
  const step = (id: string, parent: string | null) => ({
    id,
    parent,
    text: id,
    kind: "reasoning",
    judged: true,
  });
  return {
    kind: "walk",
    assignment,
    task: assignment + 100,
    lease_until: "2026-11-24T12:00:00Z",
    problem: { id: `p-${assignment}`, statement: "How many?" },
    draft: null,
    tree: { steps: [step("a", null), step("b", null), step("c", "b"), step("d", "b")], complete: true },
  };
}
