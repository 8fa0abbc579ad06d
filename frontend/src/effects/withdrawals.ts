/** Taking back what people said, over the API. For a project's admins. */
import { api } from "../api/client";

interface Withdrawn {
  judgements: number;
}

/** Everything that one person said in a project. Rejects with 404 if they never said anything. */
export const withdrawPerson = (slug: string, username: string, reason: string) =>
  api.post<Withdrawn>(
    `projects/${encodeURIComponent(slug)}/members/${encodeURIComponent(username)}/withdraw/`,
    { reason },
  );

/** Rejects with 409 code "not-standing" for what was revised or taken back meanwhile. */
export const withdrawJudgement = (id: number, reason: string) =>
  api.post<Withdrawn>(`judgements/${id}/withdraw/`, { reason });
