/** Flags and questions, and one's own past judgements, over the API. */
import { api } from "../api/client";
import type { HistoryPage, Note, NotesPage, NoteThread, PastJudgementDetail } from "../api/types";

export type NoteView = "mine" | "public" | "inbox";
const at = (slug: string) => `projects/${encodeURIComponent(slug)}/`;

export interface FreshNote {
  /** The same for every try to send it. */
  key: string;
  kind: Note["kind"];
  text: string;
  assignment?: number;
  /** 0-based. */
  step?: number;
}

export const listNotes = (slug: string, view: NoteView, cursor?: string | null, signal?: AbortSignal) =>
  api.get<NotesPage>(`${at(slug)}notes/`, { query: { view, cursor, limit: 30 }, signal });

export const writeNote = (slug: string, note: FreshNote) => api.post<NoteThread>(`${at(slug)}notes/`, note);

export const getNote = (id: number, signal?: AbortSignal) => api.get<NoteThread>(`notes/${id}/`, { signal });

export const sayOnNote = (id: number, text: string) =>
  api.post<NoteThread>(`notes/${id}/messages/`, { text });

/** Rejects with 409 code "nothing-said" for making public what nobody has answered. */
export const changeNote = (id: number, change: { state?: "open" | "closed"; public?: boolean }) =>
  api.patch<NoteThread>(`notes/${id}/`, change);

export const markNoteSeen = (id: number) => api.post<void>(`notes/${id}/seen/`);

export const listHistory = (slug: string, q: string, cursor?: string | null, signal?: AbortSignal) =>
  api.get<HistoryPage>(`${at(slug)}history/`, { query: { q, cursor, limit: 30 }, signal });

export const getJudgement = (id: number, signal: AbortSignal) =>
  api.get<PastJudgementDetail>(`judgements/${id}/`, { signal });

/** What I said is opened to be changed, and stands until I submit again. */
export const revise = (assignment: number) => api.post<unknown>(`assignments/${assignment}/revision/`);

/** My submit is undone: it counts for nothing, and the task is mine again as I left it. */
export const takeBack = (assignment: number) => api.post<unknown>(`assignments/${assignment}/reopen/`);

/** What I said stays as it was. */
export const leaveAsItWas = (assignment: number) => api.delete(`assignments/${assignment}/revision/`);

/** Random, also where the page is not a secure context and `crypto.randomUUID` is missing. */
export function freshKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}
