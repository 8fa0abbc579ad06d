/** Changes to what a query finds that are too much for a request: a worker makes them, and is asked how far it is. */
import { signal } from "@preact/signals";
import { ApiError, api } from "../api/client";
import type { SelectionWork as Work } from "../api/types";

const ASK_EVERY = 1000; // milliseconds

/** What a worker is at for this page, if anything. */
export const workAtHand = signal<Work | null>(null);

/** The last ones of a project, the newest first. */
export const listWorks = (slug: string, signal: AbortSignal) =>
  api.get<Work[]>(`projects/${encodeURIComponent(slug)}/selections/`, { signal });

const isWork = (answer: object): answer is Work => "looked_at" in answer;

/** What came of a change, waiting for a worker where it needs one. Rejects when that failed. */
export async function carriedOut<T extends object>(answer: T | Work): Promise<T> {
  if (!isWork(answer)) return answer;
  let work = answer;
  try {
    while (work.state === "queued" || work.state === "running") {
      workAtHand.value = work;
      await new Promise((done) => setTimeout(done, ASK_EVERY));
      work = await api.get<Work>(`selections/${work.id}/`);
    }
  } finally {
    workAtHand.value = null;
  }
  if (work.state === "failed") throw new ApiError(500, "selection-failed", work.error);
  return work.result as T;
}
