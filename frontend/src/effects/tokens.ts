/** One's own API tokens. */
import { api } from "../api/client";
import type { NewToken, Token } from "../api/types";

export const listTokens = (signal: AbortSignal) =>
  api.get<{ results: Token[] }>("tokens/", { signal }).then((answer) => answer.results);

/** The token's text is in this answer and nowhere else. */
export const createToken = (name: string) => api.post<NewToken>("tokens/", { name });

export const revokeToken = (id: number) => api.delete(`tokens/${id}/`);
