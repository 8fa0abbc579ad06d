/** The shapes of the API's answers, as the pages use them. Dates are ISO 8601 strings; step numbers are 0-based. */

export type Role = "annotator" | "reviewer" | "admin";
export type Mode = "first_error" | "every_step";
export type Policy = "convincing-wrong-answer" | "lowest-step" | "uncertainty" | "disagreement" | "random";
export type Labels = "resolved" | "imported" | "all";

export interface ProjectCard {
  slug: string;
  name: string;
  description: string;
  role: Role;
  /** Tasks that still want somebody. */
  open: number;
  mine: { submitted: number; today: number };
}

export interface ErrorType {
  key: string;
  name: string;
}

export interface ProjectSettings {
  name: string;
  description: string;
  mode: Mode;
  annotations_per_task: number;
  lease_minutes: number;
  policy: Policy;
  /** From 0 to 1. */
  random_share: number;
  show_reference: boolean;
}

export interface Project extends ProjectSettings {
  slug: string;
  role: Role;
  guidelines: { version: number; text: string };
  label_schema: { version: number; error_types: ErrorType[] };
  created_at: string;
}

/** What a PATCH may hold; `guidelines` and `error_types` make a new version. */
export type ProjectChange = Partial<ProjectSettings & { guidelines: string; error_types: ErrorType[] }>;

export interface ScorerStats {
  key: string;
  version: string;
  kind: string;
  done: number;
  pending: number;
  failed: number;
}

export interface PersonStats {
  username: string;
  submitted: number;
  skipped: number;
  median_seconds: number | null;
}

export interface Judgements {
  first_error: number;
  no_error: number;
  preferred: number;
  tie: number;
  none_acceptable: number;
}

export interface Stats {
  problems: number;
  traces: number;
  steps: number;
  tasks: { total: number; open: number; leased: number; done: number };
  judgements: Judgements;
  mine: { submitted: number; skipped: number; today: number; active_seconds: number };
  /** Where imported labels came from. */
  sources: string[];
  scorers: ScorerStats[];
  /** For reviewers and admins only. */
  people?: PersonStats[];
  /** `tasks` were judged by two or more; `exact` is the share of them, 0 to 1, in which all said the same. */
  agreement: { tasks: number; exact: number } | null;
  /** The last 30 days, today last; UTC. */
  throughput: { day: string; submitted: number }[];
}

export interface Member {
  username: string;
  role: Role;
  joined_at: string;
  submitted: number;
}

export interface Token {
  id: number;
  name: string;
  prefix: string;
  created_at: string;
  last_used_at: string | null;
}

export interface QueueTask {
  id: number;
  kind: "trace" | "choice";
  priority: number;
  why: string;
  wanted: number;
  free: number;
  problem: string;
  trace: string | null;
  excerpt: string;
}

export interface Page<T> {
  results: T[];
  next: string | null;
}

export interface Formats {
  import: { name: string; title: string }[];
  export: { name: string; title: string; kinds: ("trace" | "choice")[]; imports_back: boolean }[];
}

export interface LineError {
  line: number;
  code: string;
  field?: string;
  message: string;
}

export interface IngestResult {
  accepted: number;
  duplicates: number;
  rejected: number;
  /** The first hundred. */
  errors: LineError[];
  /** How many more there were. */
  truncated_errors?: number;
}

export interface Snapshot {
  id: string;
  state: "queued" | "running" | "done" | "failed";
  format: string;
  labels: Labels;
  /** Empty unless `labels` is "imported". */
  source: string;
  /** So far, while it runs. */
  rows: number | null;
  bytes: number | null;
  /** Empty until it is done. */
  sha256: string;
  /** What it holds; `left_out` counts what could not be written, by reason. */
  manifest: { left_out?: Record<string, number> } | null;
  error: string;
  created_at: string;
  finished_at: string | null;
  /** Address of the finished file. */
  file: string | null;
}
