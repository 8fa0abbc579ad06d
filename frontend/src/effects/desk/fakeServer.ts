// The part of the server that the desk talks to, small and obedient, for tests.

import type { Claim, Project } from "../../model/claim";
import { PROJECT, traceClaim } from "../../model/fixtures";

export interface Call {
  method: string;
  path: string;
  body: Record<string, unknown>;
  keepalive: boolean;
}

type Answer = [status: number, body?: unknown];

export class FakeServer {
  calls: Call[] = [];
  /** Tasks not handed out yet, by assignment. */
  queue: Claim[];
  handedOut = new Map<number, Claim>();
  states = new Map<number, string>();
  drafts = new Map<number, Record<string, unknown>>();
  judgements: { assignment: number; body: Record<string, unknown> }[] = [];
  offline = false;
  /** The request arrives and is done, but its answer is lost. */
  loseAnswers = false;
  /** Requests, by "METHOD path", that get no answer until they are aborted, and those that were. */
  slow = new Set<string>();
  aborted: string[] = [];
  /** Answers that come instead of the usual ones, by "METHOD path". */
  instead = new Map<string, Answer>();
  project: Project = PROJECT;
  /** What its answers say that the time is, in ms; null: nothing. */
  clock: number | null = null;

  constructor(tasks = 3) {
    this.queue = Array.from({ length: tasks }, (_, index) => traceClaim(index + 1));
  }

  readonly fetch = async (input: string, init: RequestInit = {}): Promise<Response> => {
    const path = input.replace("/api/v1/", "");
    const method = init.method ?? "GET";
    if (this.offline) throw new TypeError("Failed to fetch");
    const body = typeof init.body === "string" ? JSON.parse(init.body) : {};
    this.calls.push({ method, path, body, keepalive: init.keepalive ?? false });
    if (this.slow.has(`${method} ${path}`)) {
      await new Promise<void>((_, reject) => {
        init.signal?.addEventListener("abort", () => reject(new DOMException("Given up.", "AbortError")));
      }).finally(() => this.aborted.push(`${method} ${path}`));
    }
    const [status, answer] = this.instead.get(`${method} ${path}`) ?? this.answer(method, path, body);
    if (this.loseAnswers) throw new TypeError("Failed to fetch");
    const type = status < 400 ? "application/json" : "application/problem+json";
    return new Response(status === 204 ? null : JSON.stringify(answer ?? {}), {
      status,
      headers: {
        "Content-Type": type,
        ...(this.clock === null ? {} : { Date: new Date(this.clock).toUTCString() }),
      },
    });
  };

  /** The calls of one kind, such as "POST submit". */
  of(what: string): Call[] {
    const [method, verb] = what.split(" ");
    return this.calls.filter((call) => call.method === method && call.path.endsWith(`${verb}/`));
  }

  private answer(method: string, path: string, body: Record<string, unknown>): Answer {
    if (path === "projects/demo/") return [200, this.project];
    if (path === "projects/") return [200, { results: [{ slug: "demo", mine: { today: 7, submitted: 9 } }] }];
    if (path === "projects/demo/tasks/next/") return this.next(body.holding as number[]);
    const [, id, verb] = /^assignments\/(\d+)\/(?:(\w+)\/)?$/.exec(path) ?? [];
    const assignment = Number(id);
    const claim = this.handedOut.get(assignment);
    if (!claim) return problem(404, "not-found");
    const state = this.states.get(assignment) ?? "leased";
    if (method === "GET") return [200, { ...this.shown(claim), state }];
    if (verb === "draft") return this.draft(assignment, state, body);
    if (verb === "submit") return this.submit(assignment, state, body);
    if (verb === "skip") {
      this.states.set(assignment, "skipped");
      return [200, { assignment, state: "skipped" }];
    }
    this.states.set(assignment, "leased");
    return [200, this.shown(claim)];
  }

  private next(holding: number[]): Answer {
    const mine = [...this.handedOut.values()].find(
      ({ assignment }) =>
        !holding.includes(assignment) && (this.states.get(assignment) ?? "leased") === "leased",
    );
    const claim = mine ?? this.queue.shift();
    if (!claim) return [204];
    this.handedOut.set(claim.assignment, claim);
    return [200, this.shown(claim)];
  }

  private shown(claim: Claim): Claim {
    return { ...claim, draft: this.drafts.get(claim.assignment) ?? null };
  }

  private draft(assignment: number, state: string, body: Record<string, unknown>): Answer {
    if (state === "submitted") return problem(409, "already-submitted");
    this.drafts.set(assignment, body.draft as Record<string, unknown>);
    if (state === "expired") return problem(409, "lease-expired");
    return [200, { lease_until: "2026-11-24T12:00:00Z", saved_at: "2026-11-24T11:30:00Z" }];
  }

  private submit(
    assignment: number,
    state: string,
    { active_ms: _, ...body }: Record<string, unknown>,
  ): Answer {
    if (state === "expired") return problem(409, "lease-expired");
    if (state === "submitted") {
      const standing = this.judgements.findLast((one) => one.assignment === assignment);
      const same = JSON.stringify(standing?.body) === JSON.stringify(body);
      return same
        ? [200, { assignment, state: "submitted", judgement: 1 }]
        : problem(409, "already-submitted");
    }
    this.states.set(assignment, "submitted");
    this.judgements.push({ assignment, body });
    return [200, { assignment, state: "submitted", judgement: this.judgements.length }];
  }
}

export function problem(status: number, code: string): Answer {
  return [status, { status, code, title: code, detail: `The server says ${code}.` }];
}
