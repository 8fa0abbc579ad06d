/** Datasets: downloaded at once, or frozen in the background. */
import { api, apiUrl } from "../api/client";
import type { Labels, Snapshot } from "../api/types";

export interface ExportChoice {
  format: string;
  labels: Labels;
  /** Only with imported labels. */
  source: string;
}

const at = (slug: string) => `projects/${encodeURIComponent(slug)}/`;
const asked = ({ format, labels, source }: ExportChoice) =>
  labels === "imported" ? { format, labels, source } : { format, labels };

/** Where a plain GET downloads the dataset. */
export const downloadUrl = (slug: string, choice: ExportChoice) =>
  apiUrl(`${at(slug)}export/`, asked(choice));

export const listSnapshots = (slug: string, signal: AbortSignal) =>
  api.get<{ results: Snapshot[] }>(`${at(slug)}exports/`, { signal }).then((answer) => answer.results);

export const makeSnapshot = (slug: string, choice: ExportChoice) =>
  api.post<Snapshot>(`${at(slug)}exports/`, asked(choice));
