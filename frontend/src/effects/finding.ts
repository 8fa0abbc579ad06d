/** Searching traces, and changing what was found, over the API. */
import { api } from "../api/client";
import type { ChoiceDetail, FoundChoices, FoundTraces, QueryField, TraceDetail } from "../api/types";
import { carriedOut } from "./selections";

const at = (slug: string) => `projects/${encodeURIComponent(slug)}/`;

/** Rejects with 400 code "bad-query"; the error's `position` says where. The first page has the count. */
export const findTraces = (slug: string, q: string, cursor: string | null, signal?: AbortSignal) =>
  api.get<FoundTraces>(`${at(slug)}traces/`, { query: { q, cursor, limit: 50 }, signal });

export const findChoices = (slug: string, q: string, cursor: string | null, signal?: AbortSignal) =>
  api.get<FoundChoices>(`${at(slug)}choices/`, { query: { q, cursor, limit: 50 }, signal });

export const getChoice = (key: string, signal: AbortSignal) =>
  api.get<ChoiceDetail>(`choices/${encodeURIComponent(key)}/`, { signal });

export const getTrace = (key: string, signal: AbortSignal) =>
  api.get<TraceDetail>(`traces/${encodeURIComponent(key)}/`, { signal });

/** What can be asked for in this project, with values that occur. */
export const listFields = (slug: string, signal: AbortSignal) =>
  api.get<{ results: QueryField[] }>(`${at(slug)}fields/`, { signal }).then((answer) => answer.results);

export interface Made {
  found: number;
  made: number;
  changed: number;
  unchanged: number;
}

export interface TaskWish {
  query: string;
  /** Of the problems of what is found, instead of its traces and choices. */
  kind?: "walk";
  annotations_per_task?: number;
  priority?: number;
}

/** `dry`: only tell what would become of it. */
export const makeTasks = (slug: string, wish: TaskWish, dry: boolean) =>
  api.post<Made>(`${at(slug)}tasks/`, { ...wish, dry_run: dry }).then(carriedOut<Made>);

export interface Retired {
  found: number;
  retired: number;
  begun: number;
}

export const retireTasks = (slug: string, query: string, dry: boolean) =>
  api.post<Retired>(`${at(slug)}tasks/retire/`, { query, dry_run: dry }).then(carriedOut<Retired>);

export interface Tagged {
  found: number;
  changed: number;
}

export const tagFound = (slug: string, query: string, add: string[], remove: string[], dry: boolean) =>
  api.post<Tagged>(`${at(slug)}tags/`, { query, add, remove, dry_run: dry }).then(carriedOut<Tagged>);
