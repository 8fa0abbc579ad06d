/** The model that a project may ask for next steps, and what it was asked. */
import { api } from "../api/client";
import type { Suggester, SuggestionLog } from "../api/types";

const of = (slug: string) => `projects/${encodeURIComponent(slug)}/suggester/`;

export const getSuggester = (slug: string, signal?: AbortSignal) => api.get<Suggester>(of(slug), { signal });

export const connectSuggester = (slug: string, settings: Record<string, unknown>, enabled: boolean) =>
  api.put<Suggester>(of(slug), { settings, enabled });

export const disconnectSuggester = (slug: string) => api.delete(of(slug));

export const listSuggestions = (slug: string, signal?: AbortSignal) =>
  api.get<SuggestionLog>(`projects/${encodeURIComponent(slug)}/suggestions/`, { signal });
