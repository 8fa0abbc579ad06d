// What the server hands out: one task to work on, and the project it belongs to.

import type { Content, Media } from "./content";
import type { LabelSchema, Named } from "./schema";
import type { SeenScore } from "./score";

export type Id = number | string;

/** Its text is Markdown with LaTeX, or plain text where `kind` ("reasoning", "code", "tool_call", …) says so. */
export interface Piece extends Content {
  id: Id;
}

export interface Step extends Piece {
  /** False for what is shown but never judged, such as an observation. */
  judged: boolean;
  /** The earlier steps, 0-based, that the data says it rests on. */
  premises?: readonly number[] | null;
}

export interface Problem {
  id?: Id | null;
  statement: string;
  answer?: string | null;
  solution?: string | null;
  media?: readonly Media[];
  /** To be read beside it. */
  material?: readonly Material[];
  reference_steps?: readonly { text: string; kind?: string }[] | null;
  /** What is reached after each step: any JSON. */
  reference_states?: readonly unknown[] | null;
}

export interface Material {
  text: string;
  title?: string;
  source?: string;
  /** "related" or "retrieved" */
  kind?: string;
  media?: readonly Media[];
}

interface ClaimBase {
  assignment: number;
  task: number;
  lease_until: string;
  /** What was said of it stands, and is being changed. */
  revising?: boolean;
  /** Working time on this task so far. */
  active_ms?: number;
  problem: Problem;
  /** What was said so far, in the words of a submit; see `answer.ts`. */
  draft: Record<string, unknown> | null;
  /** Whether a model can be asked for next steps. */
  suggestions?: boolean;
}

export interface TraceClaim extends ClaimBase {
  kind: "trace";
  trace: { id?: Id | null };
  /** In order; a step's index here is its position, 0-based. */
  steps: Step[];
  /** Steps that this person judged in another trace with the same beginning. */
  known?: KnownStep[];
  /** Of each step what scorers say, where this person may see it. */
  scores?: SeenScore[][] | null;
}

export interface KnownStep {
  /** 0-based. */
  step: number;
  value: string;
  /** The other trace's id. */
  from: string;
  /** What else was said of it, as in a submit's `steps`. */
  said: Record<string, unknown>;
}

export interface ChoiceClaim extends ClaimBase {
  kind: "choice";
  prefix: Piece[];
  /** In this person's own order. */
  candidates: Piece[];
}

export interface Alternative extends Step {
  /** The step that it follows; null: it begins. */
  parent: Id | null;
  /** The connected model's, asked for here. */
  suggested?: boolean;
}

export interface WalkClaim extends ClaimBase {
  kind: "walk";
  /** Siblings in this person's own order. Not complete: what follows deeper steps has to be asked for. */
  tree: { steps: Alternative[]; complete: boolean };
}

export type Claim = TraceClaim | ChoiceClaim | WalkClaim;

export type TraceMode = "first_error" | "every_step";

export type ErrorType = Named;

export interface Project {
  slug: string;
  name: string;
  mode: TraceMode;
  lease_minutes: number;
  guidelines: { version: number; text: string };
  label_schema: LabelSchema;
}
