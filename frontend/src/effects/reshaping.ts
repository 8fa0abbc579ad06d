/** Other borders between the steps of a trace. Both reject with 409 code "labelled" once anything was said of it. */
import { api } from "../api/client";
import type { TraceDetail } from "../api/types";

const at = (trace: string) => `traces/${encodeURIComponent(trace)}/`;

/** Cut before the character with this 0-based index. */
export const splitStep = (trace: string, step: number, character: number) =>
  api.post<TraceDetail>(`${at(trace)}split/`, { step, at: [character] });

export const mergeSteps = (trace: string, first: number, last: number) =>
  api.post<TraceDetail>(`${at(trace)}merge/`, { first, last });
