import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { addTranslation, speak } from "../i18n/room";
import {
  ApiError,
  api,
  apiUrl,
  isAbort,
  isSignedOut,
  NetworkError,
  onSignedOut,
  request,
  toApiError,
} from "./client";

type Call = [string, RequestInit];
const fetched: Call[] = [];
let answers: (Response | Error)[] = [];

function json(status: number, body: unknown, type = "application/json"): Response {
  return new Response(JSON.stringify(body), { status, headers: { "Content-Type": type } });
}

function problem(status: number, code: string, more: object = {}): Response {
  return json(
    status,
    { type: "about:blank", title: "Title", status, code, ...more },
    "application/problem+json",
  );
}

beforeEach(() => {
  fetched.length = 0;
  answers = [];
  // biome-ignore lint/suspicious/noDocumentCookie: this is where Django puts the token
  document.cookie = "csrftoken=abc123";
  vi.stubGlobal("fetch", async (url: string, init: RequestInit) => {
    fetched.push([url, init]);
    const answer = answers.shift() ?? json(200, {});
    if (answer instanceof Error) throw answer;
    return answer;
  });
});

afterEach(() => vi.unstubAllGlobals());

const header = (call: Call | undefined, name: string) => new Headers(call?.[1].headers).get(name);

describe("addresses", () => {
  it("leaves out what is empty and escapes the rest", () => {
    expect(apiUrl("tasks/", { cursor: null, limit: 50, q: "a b&c", source: "", atomic: undefined })).toBe(
      "/api/v1/tasks/?limit=50&q=a+b%26c",
    );
    expect(apiUrl("tasks/")).toBe("/api/v1/tasks/");
  });
});

describe("requests", () => {
  it("parse what comes back", async () => {
    answers = [json(200, { a: 1 })];
    expect(await api.get("x/")).toEqual({ a: 1 });
    expect(fetched[0]?.[0]).toBe("/api/v1/x/");
  });

  it("answer undefined for 204", async () => {
    answers = [new Response(null, { status: 204 })];
    expect(await api.post("tasks/next/", { holding: [] })).toBeUndefined();
  });

  it("send the CSRF token with writes only", async () => {
    await api.get("x/");
    await api.post("x/", { a: 1 });
    expect(header(fetched[0], "X-CSRFToken")).toBeNull();
    expect(header(fetched[1], "X-CSRFToken")).toBe("abc123");
    expect(header(fetched[1], "Content-Type")).toBe("application/json");
    expect(fetched[1]?.[1].body).toBe('{"a":1}');
  });

  it("ask for the CSRF cookie first when it is missing", async () => {
    // biome-ignore lint/suspicious/noDocumentCookie: taken away as the browser would
    document.cookie = "csrftoken=; Max-Age=0";
    await api.delete("tokens/1/");
    expect(fetched.map(([url, init]) => [init.method, url])).toEqual([
      ["GET", "/api/v1/session/"],
      ["DELETE", "/api/v1/tokens/1/"],
    ]);
  });

  it("pass the signal on and let an abort through as it is", async () => {
    const abort = new AbortController();
    answers = [new DOMException("gone", "AbortError")];
    const error = await api.get("x/", { signal: abort.signal }).catch((e) => e);
    expect(isAbort(error)).toBe(true);
    expect(fetched[0]?.[1].signal).toBe(abort.signal);
  });
});

describe("errors", () => {
  it("keep what problem+json says", async () => {
    answers = [
      problem(400, "invalid", {
        detail: "Some fields are wrong.",
        errors: [{ field: "name", message: "Too long." }],
      }),
    ];
    const error = await api.post("x/", {}).catch((e) => e);
    expect(error).toBeInstanceOf(ApiError);
    expect(error).toMatchObject({
      status: 400,
      code: "invalid",
      detail: "Some fields are wrong.",
      errors: [{ field: "name", message: "Too long." }],
    });
  });

  it("are said by their code in another language, since the server speaks English", () => {
    const said = (code: string, ...errors: unknown[]) =>
      toApiError(
        409,
        "application/problem+json",
        JSON.stringify({ code, detail: "As the server says it.", errors }),
      );
    const detail = (code: string) => said(code).detail;
    speak({ tag: "de", direction: "ltr" });
    addTranslation({ "problem.skipped": "Übersprungen.", "field.blank": "Leer." });
    expect([detail("skipped"), detail("labelled")]).toEqual(["Übersprungen.", "As the server says it."]);
    const blank = { field: "a", message: "It is blank.", code: "blank" };
    const other = { field: "b", message: "It is not right.", code: "never-heard-of" };
    expect(said("invalid", blank)).toMatchObject({ detail: "Leer.", errors: [{ message: "Leer." }] });
    expect(said("invalid", blank, other)).toMatchObject({
      detail: "As the server says it.",
      errors: [{ message: "Leer." }, { message: "It is not right." }],
    });
    speak({ tag: "en", direction: "ltr", formats: "en-GB" });
    expect(detail("skipped")).toBe("As the server says it.");
  });

  it("say something plain when the server says nothing useful", () => {
    expect(toApiError(502, "text/html", "<html>").detail).not.toContain("<");
    expect(toApiError(500, "application/json", "not json").code).toBe("server-error");
    expect(toApiError(413, "", "")).toMatchObject({ status: 413, code: "error" });
  });

  it("tell a failed connection from an answer", async () => {
    answers = [new TypeError("Failed to fetch")];
    await expect(api.get("x/")).rejects.toBeInstanceOf(NetworkError);
  });
});

describe("signed out", () => {
  it("is 401; 403 is for those who are known", () => {
    expect(isSignedOut(new ApiError(401, "not-authenticated", ""))).toBe(true);
    expect(isSignedOut(new ApiError(403, "forbidden", ""))).toBe(false);
    expect(isSignedOut(new NetworkError())).toBe(false);
  });

  it("is told to listeners until they stop listening", async () => {
    const heard = vi.fn();
    const stop = onSignedOut(heard);
    answers = [
      problem(401, "not-authenticated"),
      problem(403, "forbidden"),
      problem(401, "not-authenticated"),
    ];
    await request("GET", "a/").catch(() => {});
    await request("GET", "b/").catch(() => {});
    expect(heard).toHaveBeenCalledTimes(1);
    stop();
    await request("GET", "c/").catch(() => {});
    expect(heard).toHaveBeenCalledTimes(1);
  });
});
