// Tasks to test with.

import type { ChoiceClaim, Project, TraceClaim } from "./claim";

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
      id: `s-${index}`,
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
