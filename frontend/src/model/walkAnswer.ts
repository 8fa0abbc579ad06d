// What was said on a walk so far, and its form on the wire.

import type { Alternative, Id } from "./claim";

export type WalkValue = "bad" | "neutral" | "good" | "unsure";
export type Finish = "solved" | "stuck" | "given_up" | "bad_problem";

export interface WalkStep {
  /** By the alternative's id. */
  ratings: Readonly<Record<Id, WalkValue>>;
  /** The alternative that the walk went on with. */
  chosen: Id | null;
  /** A step of the person's own; "" is none. The walk went on with it if it went on and nothing is chosen. */
  written: string;
  /** The key that the server has for it, once it told. */
  writtenId?: Id;
}

export interface WalkAnswer {
  mode: "walk";
  /** Depth by depth; the last one is where the person is. Never empty. */
  steps: readonly WalkStep[];
  finish: Finish | null;
  /** Why they gave up. */
  reason: string;
  comment: string;
}

export type WalkAction =
  | { type: "rate-alternative"; value: WalkValue }
  | { type: "go-on" }
  | { type: "go-back" }
  | { type: "finish"; finish: Finish }
  /** More of the tree: what follows the prefix at this depth. `parent`: the key of its last step. */
  | { type: "alternatives"; depth: number; parent: Id | null; steps: readonly Alternative[] };

export const BLANK_STEP: WalkStep = { ratings: {}, chosen: null, written: "" };
export const blankWalk: WalkAnswer = {
  mode: "walk",
  steps: [BLANK_STEP],
  finish: null,
  reason: "",
  comment: "",
};

const VALUES: readonly string[] = ["bad", "neutral", "good", "unsure"];
const FINISHES: readonly string[] = ["solved", "stuck", "given_up", "bad_problem"];

export function walkDraft(answer: WalkAnswer): Record<string, unknown> {
  const { finish, reason, steps, comment } = answer;
  return { walk: { finish, reason, steps: steps.map(stepOut) }, comment };
}

/** As a submit says it; `written_id` is a draft's own. */
export function stepOut({ ratings, chosen, written, writtenId }: WalkStep): Record<string, unknown> {
  return {
    ratings: Object.entries(ratings).map(([step, value]) => ({ step, value })),
    ...(chosen === null ? {} : { chosen }),
    ...(written.trim() ? { written: written.trim() } : {}),
    ...(writtenId === undefined ? {} : { written_id: writtenId }),
  };
}

export function walkFromDraft(draft: Record<string, unknown>): WalkAnswer {
  const walk = record(draft.walk);
  const steps = list(walk.steps).map((one): WalkStep => {
    const { ratings, chosen, written, written_id } = record(one);
    const rated = list(ratings).flatMap((rating) => {
      const { step, value } = record(rating);
      const fits = typeof step === "string" && typeof value === "string" && VALUES.includes(value);
      return fits ? [[step, value as WalkValue] as const] : [];
    });
    return {
      ratings: Object.fromEntries(rated),
      chosen: typeof chosen === "string" ? chosen : null,
      written: text(written),
      ...(typeof written_id === "string" ? { writtenId: written_id } : {}),
    };
  });
  const finish = FINISHES.includes(String(walk.finish)) ? (walk.finish as Finish) : null;
  return {
    mode: "walk",
    steps: steps.length ? steps : [BLANK_STEP],
    finish,
    reason: text(walk.reason),
    comment: text(draft.comment),
  };
}

const text = (value: unknown): string => (typeof value === "string" ? value : "");
const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
const record = (value: unknown): Record<string, unknown> =>
  typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
