/** A project's scorers: which there are, how they do, and what can be done about it. */
import { api } from "../api/client";
import type { Scorer, ScorerFailures, Scorers } from "../api/types";
import { carriedOut } from "./selections";

const of = (slug: string) => `projects/${encodeURIComponent(slug)}/scorers/`;

export interface NewScorer {
  kind: string;
  key: string;
  settings: Record<string, unknown>;
  queue: string;
}

export const listScorers = (slug: string, signal?: AbortSignal) => api.get<Scorers>(of(slug), { signal });

export const addScorer = (slug: string, scorer: NewScorer) => api.post<Scorer>(of(slug), scorer);

/** What decides the scores makes another version, with another id. */
export const changeScorer = (id: number, change: { settings: Record<string, unknown>; queue?: string }) =>
  api.patch<Scorer>(`scorers/${id}/`, change);

export const removeScorer = (id: number) => api.delete(`scorers/${id}/`);

export const pauseScorer = (id: number) => api.post<Scorer>(`scorers/${id}/pause/`, {});

export const resumeScorer = (id: number) => api.post<Scorer>(`scorers/${id}/resume/`, {});

/** Resolves to how many traces and choices will be scored again. */
export const rescore = (id: number, only: "all" | "failed", query: string) =>
  api
    .post<{ again: number }>(`scorers/${id}/rescore/`, { only, query })
    .then(carriedOut<{ again: number }>)
    .then((answer) => answer.again);

export const listFailures = (id: number, signal?: AbortSignal) =>
  api.get<ScorerFailures>(`scorers/${id}/failures/`, { signal });
