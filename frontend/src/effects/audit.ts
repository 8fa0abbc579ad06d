/** Who changed what in a project. */
import { api } from "../api/client";
import type { AuditPage } from "../api/types";
import { type AuditFilter, moments } from "../model/audit";

/** The newest first. */
export const listEvents = (slug: string, filter: AuditFilter, cursor: string | null, signal?: AbortSignal) =>
  api.get<AuditPage>(`projects/${encodeURIComponent(slug)}/audit/`, {
    query: { ...moments(filter), cursor, limit: 100 },
    signal,
  });
