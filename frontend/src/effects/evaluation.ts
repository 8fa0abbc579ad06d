/** How well a project's scorers find errors. */
import { api } from "../api/client";
import type { Evaluation, Sample } from "../api/types";

const of = (slug: string) => `projects/${encodeURIComponent(slug)}/scorers/evaluation/`;

/** `labels`: null for those that there are, people's first. */
export function getEvaluation(slug: string, labels: string | null, sample: Sample, signal?: AbortSignal) {
  const query = new URLSearchParams({ sample, ...(labels === null ? {} : { labels }) });
  return api.get<Evaluation>(`${of(slug)}?${query}`, { signal });
}

/** Has a worker compute them; they are there when `state` is not "computing" any more. */
export const askForEvaluation = (slug: string, labels: string, sample: Sample) =>
  api.post<Evaluation>(of(slug), { labels, sample });
