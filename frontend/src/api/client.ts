/** The only place that talks HTTP: JSON in, JSON out, every failure one of two typed errors. */

import { t } from "../i18n";
import { translation } from "../i18n/room";

export interface FieldError {
  field: string;
  message: string;
  /** Where in the field's text, 0-based, if that can be said. */
  position?: number;
  /** What is wrong, where there is a sentence for it in other languages. */
  code?: string;
}

/** The server answered with an error (application/problem+json, or anything else past 399). */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly errors: FieldError[];

  constructor(status: number, code: string, detail: string, errors: FieldError[] = []) {
    super(detail);
    this.name = "ApiError";
    this.status = status;
    this.code = code;
    this.detail = detail;
    this.errors = errors;
  }
}

/** No answer at all: offline, server down, connection cut. The request may or may not have arrived. */
export class NetworkError extends Error {
  constructor() {
    super(t("client.server-cant-reached"));
    this.name = "NetworkError";
  }
}

export function isAbort(error: unknown): boolean {
  return error instanceof DOMException && error.name === "AbortError";
}

/** The server no longer knows who we are (never signed in, or the session ended). */
export function isSignedOut(error: unknown): boolean {
  return error instanceof ApiError && error.status === 401;
}

const SAFE_METHODS = new Set(["GET", "HEAD"]);
export const API_ROOT = "/api/v1/";

export interface RequestOptions {
  query?: Record<string, string | number | boolean | null | undefined>;
  signal?: AbortSignal;
  /** Let the request outlive the page (a draft saved while the tab closes). */
  keepalive?: boolean;
}

type Listener = () => void;
const signedOutListeners = new Set<Listener>();

/** Calls `listener` whenever an answer says that the session is over. Returns the function that stops it. */
export function onSignedOut(listener: Listener): () => void {
  signedOutListeners.add(listener);
  return () => signedOutListeners.delete(listener);
}

/** The address of an API resource: `path` is relative to /api/v1/; empty query values are left out. */
export function apiUrl(path: string, query?: RequestOptions["query"]): string {
  const params = new URLSearchParams();
  for (const [key, value] of Object.entries(query ?? {})) {
    if (value !== null && value !== undefined && value !== "") params.set(key, String(value));
  }
  const search = params.toString();
  return API_ROOT + path + (search ? `?${search}` : "");
}

function csrfCookie(): string | undefined {
  return /(?:^|;\s*)csrftoken=([^;]+)/.exec(document.cookie)?.[1];
}

/** The CSRF token for a write. The server sets its cookie when asked for the session, so ask if it is missing. */
export async function csrfToken(signal?: AbortSignal): Promise<string> {
  if (!csrfCookie()) await send("session/", { method: "GET", signal });
  return csrfCookie() ?? "";
}

/** What the server's clock is ahead of this machine's, in ms, as its answers tell. */
let serverAhead = 0;
/** Answers name whole seconds and take some time to come. */
const CLOCK_SLACK_MS = 2_000;

/** The time by the server's clock, in ms: what two machines of one person agree on, whatever their own clocks say. */
export function serverNow(): number {
  return Date.now() + serverAhead;
}

function readClock(response: Response): void {
  const ahead = Date.parse(response.headers.get("Date") ?? "") + 500 - Date.now();
  if (Math.abs(ahead - serverAhead) > CLOCK_SLACK_MS) serverAhead = ahead;
}

async function send(url: string, init: RequestInit): Promise<Response> {
  try {
    const response = await fetch(url.startsWith("/") ? url : API_ROOT + url, {
      credentials: "same-origin",
      ...init,
    });
    readClock(response);
    return response;
  } catch (error) {
    if (isAbort(error)) throw error;
    throw new NetworkError();
  }
}

/** Turns the body of a failed answer into an ApiError; says something plain when it isn't problem+json. */
export function toApiError(status: number, contentType: string, body: string): ApiError {
  if (contentType.includes("json")) {
    try {
      const problem = JSON.parse(body) as Partial<ApiError> & { title?: string };
      // The server speaks English. Its codes say the same, with fewer names and numbers, in the page's language.
      const errors = (problem.errors ?? []).map((one) => ({
        ...one,
        message: translation(`field.${one.code}`) ?? one.message,
      }));
      const [only, ...others] = problem.code === "invalid" ? errors : [];
      const translated =
        (only && !others.length && translation(`field.${only.code}`)) ||
        translation(`problem.${problem.code}`);
      const detail = translated || problem.detail || problem.title || t("client.server-answered", { status });
      return new ApiError(status, problem.code ?? "error", detail, errors);
    } catch {
      // Not JSON after all; the plain sentence below is the best that can be said.
    }
  }
  const detail = status >= 500 ? t("client.may-or-may-not") : t("client.server-answered", { status });
  return new ApiError(status, status >= 500 ? "server-error" : "error", detail);
}

/** Tells the listeners when `error` means that the session is over; returns it for throwing. */
export function reportSignedOut(error: ApiError): ApiError {
  if (isSignedOut(error)) for (const listener of signedOutListeners) listener();
  return error;
}

/** One request; a Blob is sent as it is. Resolves with the parsed body, or `undefined` for 204; rejects with ApiError, NetworkError or AbortError. */
export async function request<T>(
  method: string,
  path: string,
  body?: unknown,
  options: RequestOptions = {},
): Promise<T> {
  const headers: Record<string, string> = { Accept: "application/json" };
  if (!SAFE_METHODS.has(method)) headers["X-CSRFToken"] = await csrfToken(options.signal);
  const file = body instanceof Blob;
  if (body !== undefined) headers["Content-Type"] = file ? "application/octet-stream" : "application/json";
  const response = await send(apiUrl(path, options.query), {
    method,
    headers,
    body: body === undefined ? undefined : file ? body : JSON.stringify(body),
    signal: options.signal,
    keepalive: options.keepalive,
  });
  if (!response.ok) {
    const contentType = response.headers.get("Content-Type") ?? "";
    throw reportSignedOut(toApiError(response.status, contentType, await response.text()));
  }
  if (response.status === 204) return undefined as T;
  return (await response.json()) as T;
}

export const api = {
  get: <T>(path: string, options?: RequestOptions) => request<T>("GET", path, undefined, options),
  post: <T>(path: string, body?: unknown, options?: RequestOptions) =>
    request<T>("POST", path, body, options),
  put: <T>(path: string, body?: unknown, options?: RequestOptions) => request<T>("PUT", path, body, options),
  patch: <T>(path: string, body?: unknown, options?: RequestOptions) =>
    request<T>("PATCH", path, body, options),
  delete: (path: string, options?: RequestOptions) => request<void>("DELETE", path, undefined, options),
};
