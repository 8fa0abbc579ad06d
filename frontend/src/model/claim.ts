// What the server hands out: one task to work on, and the project it belongs to.

export type Id = number | string;

export interface Piece {
  id: Id;
  /** Markdown with LaTeX, or plain text where `kind` says so. */
  text: string;
  /** "reasoning", "code", "tool_call", "observation", … */
  kind: string;
}

export interface Step extends Piece {
  /** False for what is shown but never judged, such as an observation. */
  judged: boolean;
}

export interface Problem {
  id?: Id | null;
  statement: string;
  answer?: string | null;
  solution?: string | null;
}

interface ClaimBase {
  assignment: number;
  task: number;
  lease_until: string;
  /** Working time on this task so far. */
  active_ms?: number;
  problem: Problem;
  /** What was said so far, in the words of a submit; see `answer.ts`. */
  draft: Record<string, unknown> | null;
}

export interface TraceClaim extends ClaimBase {
  kind: "trace";
  trace: { id?: Id | null };
  /** In order; a step's index here is its position, 0-based. */
  steps: Step[];
}

export interface ChoiceClaim extends ClaimBase {
  kind: "choice";
  prefix: Piece[];
  /** In this person's own order. */
  candidates: Piece[];
}

export type Claim = TraceClaim | ChoiceClaim;

export type TraceMode = "first_error" | "every_step";

export interface ErrorType {
  key: string;
  name: string;
}

export interface Project {
  slug: string;
  name: string;
  mode: TraceMode;
  lease_minutes: number;
  guidelines: { version: number; text: string };
  label_schema: { version: number; error_types: ErrorType[] };
}
