// The desk's calls to the server.

import { ApiError, api, isAbort, NetworkError, type RequestOptions } from "../../api/client";
import type { Claim, Project } from "../../model/claim";
import type { Op } from "../../model/desk";
import { getProject, listProjects } from "../projects";

export interface DeskApi {
  project: (signal: AbortSignal) => Promise<Project>;
  /** How many this person judged today in this project. */
  today: (signal: AbortSignal) => Promise<number>;
  /** The next task, other than those in `holding`; null when there is none. */
  claim: (holding: number[]) => Promise<Claim | null>;
  assignment: (id: number) => Promise<Claim & { state: string }>;
  /** Stores the draft and renews the lease; `keepalive` while the page is going away. */
  saveDraft: (
    id: number,
    draft: Record<string, unknown>,
    activeMs: number,
    options: Pick<RequestOptions, "signal" | "keepalive">,
  ) => Promise<void>;
  /** What the server answers; of a submit, how many other traces are judged with it: `derived`. */
  send: (op: Op) => Promise<unknown>;
}

export function deskApi(slug: string): DeskApi {
  return {
    project: (signal) => getProject(slug, signal),
    today: async (signal) => {
      const mine = (await listProjects(signal)).find((project) => project.slug === slug)?.mine;
      return mine?.today ?? 0;
    },
    claim: async (holding) => {
      const path = `projects/${encodeURIComponent(slug)}/tasks/next/`;
      return (await api.post<Claim | undefined>(path, { holding })) ?? null;
    },
    assignment: (id) => api.get<Claim & { state: string }>(`assignments/${id}/`),
    saveDraft: (id, draft, activeMs, options) =>
      api.put(`assignments/${id}/draft/`, { draft, active_ms: activeMs }, options),
    send: (op) => api.post(`assignments/${op.work.claim.assignment}/${op.kind}/`, op.body),
  };
}

/** What to do about a call that failed. */
export type Failure = "later" | "sign-in" | "refused" | "aborted";

export function failure(error: unknown): Failure {
  if (isAbort(error)) return "aborted";
  if (error instanceof NetworkError) return "later";
  if (!(error instanceof ApiError)) return "later";
  if (error.status === 401) return "sign-in";
  return error.status >= 500 || error.status === 429 || error.status === 408 ? "later" : "refused";
}

/** The wait before try number `n` (0-based) after a failure, in ms: 1, 2, 4, … up to 30 seconds. */
export function backOff(n: number): number {
  return Math.min(30_000, 1_000 * 2 ** n);
}
