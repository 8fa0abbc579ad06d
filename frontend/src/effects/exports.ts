/** Datasets: looked at, downloaded at once, or frozen in the background, compared, shared and deleted. */
import { api, apiUrl } from "../api/client";
import type { ExportDiff, ExportPreview, Snapshot } from "../api/types";
import type { Asked } from "../model/exportOptions";

const at = (slug: string) => `projects/${encodeURIComponent(slug)}/`;

/** Where a plain GET downloads the dataset. */
export const downloadUrl = (slug: string, options: Asked) => apiUrl(`${at(slug)}export/`, options);

export const listSnapshots = (slug: string, signal: AbortSignal) =>
  api.get<{ results: Snapshot[] }>(`${at(slug)}exports/`, { signal }).then((answer) => answer.results);

export const makeSnapshot = (slug: string, options: Asked) =>
  api.post<Snapshot>(`${at(slug)}exports/`, options);

export const previewExport = (slug: string, options: Asked) =>
  api.post<ExportPreview>(`${at(slug)}exports/preview/`, options);

export const cancelSnapshot = (id: string) => api.post<Snapshot>(`exports/${id}/cancel/`);

export const deleteSnapshot = (id: string) => api.delete(`exports/${id}/`);

/** A link that downloads without signing in. */
export const linkTo = (id: string, name: string, hours: number) =>
  api.post<{ url: string; expires_at: string }>(`exports/${id}/link/`, { name, hours });

export const compare = (id: string, against: string, signal: AbortSignal) =>
  api.get<ExportDiff>(`exports/${id}/diff/`, { query: { against }, signal });

export const diffUrl = (id: string, against: string) => apiUrl(`exports/${id}/diff/file/`, { against });

export const manifestUrl = (id: string) => apiUrl(`exports/${id}/manifest/`);
