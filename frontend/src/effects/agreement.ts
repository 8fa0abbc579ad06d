/** How far a project's people agree. */
import { api } from "../api/client";
import type { AgreementFigures } from "../api/types";

export const getAgreement = (slug: string, signal: AbortSignal) =>
  api.get<AgreementFigures>(`projects/${encodeURIComponent(slug)}/agreement/`, { signal });
