/** Projects, their numbers, members and queue, over the API. */
import { api } from "../api/client";
import type {
  Formats,
  Member,
  NewMember,
  Project,
  ProjectCard,
  ProjectChange,
  QueuePage,
  Role,
  Stats,
} from "../api/types";

const at = (slug: string) => `projects/${encodeURIComponent(slug)}/`;

export const listProjects = (signal: AbortSignal) =>
  api.get<{ results: ProjectCard[] }>("projects/", { signal }).then((answer) => answer.results);

/** Rejects with 409 code "slug-taken", or 400 with the wrong fields. */
export const createProject = (fresh: { slug: string; name: string; description: string }) =>
  api.post<Project>("projects/", fresh);

export const getProject = (slug: string, signal: AbortSignal) => api.get<Project>(at(slug), { signal });

export const changeProject = (slug: string, change: ProjectChange) => api.patch<Project>(at(slug), change);

export const getStats = (slug: string, signal: AbortSignal) =>
  api.get<Stats>(`${at(slug)}stats/`, { signal });

export const getFormats = (signal: AbortSignal) => api.get<Formats>("formats/", { signal });

export const listMembers = (slug: string, signal: AbortSignal) =>
  api.get<{ results: Member[] }>(`${at(slug)}members/`, { signal }).then((answer) => answer.results);

/** The answer holds a password only if an account was made for this name; nobody can read it again. */
export const addMember = (slug: string, username: string, role: Role) =>
  api.post<NewMember>(`${at(slug)}members/`, { username, role });

/** Rejects with 409 code "last-admin" rather than leave the project without one. */
export const changeRole = (slug: string, username: string, role: Role) =>
  api.patch<Member>(`${at(slug)}members/${encodeURIComponent(username)}/`, { role });

export const removeMember = (slug: string, username: string) =>
  api.delete(`${at(slug)}members/${encodeURIComponent(username)}/`);

/** The queue in claim order, a page at a time. */
export const listQueue = (slug: string, cursor: string | null, signal?: AbortSignal) =>
  api.get<QueuePage>(`${at(slug)}tasks/`, { query: { cursor, limit: 50 }, signal });
