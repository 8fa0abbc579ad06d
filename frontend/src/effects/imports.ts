/** Imports that were made, or go on in the background. */
import { api, apiUrl } from "../api/client";
import type { Import } from "../api/types";
import type { ImportChange } from "../model/imports";

export const listImports = (slug: string, signal: AbortSignal) =>
  api
    .get<{ results: Import[] }>(`projects/${encodeURIComponent(slug)}/imports/`, { signal })
    .then((answer) => answer.results);

export const changeImport = (id: string, change: ImportChange) =>
  api.post<Import>(`imports/${id}/${change}/`, {});

/** Where a plain GET downloads the lines that were not taken. */
export const rejectedUrl = (id: string, format: "csv" | "ndjson") =>
  apiUrl(`imports/${id}/rejected/`, { format });
