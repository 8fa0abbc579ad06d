import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { DeskAction } from "../../model/desk";
import { saveState } from "../../model/desk";
import { choiceClaim } from "../../model/fixtures";
import { deskApi } from "./api";
import { type LiveDesk, startDesk } from "./desk";
import { FakeServer, problem } from "./fakeServer";
import { deskStore } from "./store";
import { deskTabs } from "./tabs";

let server: FakeServer;
let open: LiveDesk[] = [];
let locks: LockManager;

beforeEach(() => {
  vi.useFakeTimers({ now: new Date("2026-11-24T11:00:00Z") });
  localStorage.clear();
  vi.spyOn(document, "cookie", "get").mockReturnValue("csrftoken=token");
  locks = fakeLocks();
  server = new FakeServer();
  vi.stubGlobal("fetch", server.fetch);
});

afterEach(async () => {
  server.offline = true;
  for (const live of open) live.stop();
  open = [];
  await settle();
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

const settle = (ms = 0) => vi.advanceTimersByTimeAsync(ms);

/** A page that was just loaded, by `username`. */
async function load(username = "alice"): Promise<LiveDesk> {
  const tabs = deskTabs(username, locks);
  const live = await startDesk(
    deskApi("demo"),
    deskStore(username, "demo"),
    tabs,
    new AbortController().signal,
  );
  open.push(live);
  await settle();
  return live;
}

/** The page goes away without a word, as in a crash. */
async function crash(live: LiveDesk): Promise<void> {
  const { offline } = server;
  server.offline = true;
  live.stop();
  await settle();
  server.offline = offline;
  open = open.filter((other) => other !== live);
}

const shown = (live: LiveDesk) => live.desk.value.work?.claim.assignment;
const does = (live: LiveDesk, ...actions: DeskAction[]) => {
  for (const action of actions) live.dispatch(action);
};
const submit = (live: LiveDesk) => live.dispatch({ type: "submit", id: live.newId() });
const undo = (live: LiveDesk) => live.dispatch({ type: "undo-last", id: live.newId() });
const noError: DeskAction = { type: "mark-no-error" };
const firstError: DeskAction = { type: "mark-first-error" };
const comment = (text: string): DeskAction => ({ type: "write", field: "comment", text });

/** The browser's locks, as far as the desk uses them. */
function fakeLocks(): LockManager {
  const held = new Set<string>();
  const request = async (name: string, options: LockOptions, job: (lock: unknown) => unknown) => {
    if (held.has(name) && options.ifAvailable) return job(null);
    if (held.has(name)) throw new DOMException("timed out", "TimeoutError");
    held.add(name);
    const result = await job({ name });
    held.delete(name);
    return result;
  };
  const query = async () => ({ held: [...held].map((name) => ({ name })) });
  return { request, query } as unknown as LockManager;
}

describe("two tabs", () => {
  it("work on different tasks", async () => {
    const first = await load();
    const second = await load();
    expect([shown(first), first.desk.value.waiting[0]?.claim.assignment]).toEqual([1, 2]);
    expect(shown(second)).toBe(3);
  });

  it("leave a task to the other as soon as it is closed", async () => {
    const first = await load();
    does(first, comment("kept"));
    await settle(1_000);
    await crash(first);
    const second = await load();
    expect(shown(second)).toBe(1);
    expect(second.desk.value.work?.answer.comment).toBe("kept");
  });

  it("work without locks too", async () => {
    const tabs = deskTabs("alice", undefined);
    tabs.hold([1]);
    expect(await tabs.heldElsewhere()).toEqual([]);
    expect(await tabs.isFree(1)).toBe(true);
  });
});

describe("claims", () => {
  it("fetch the next task as soon as one is shown", async () => {
    const live = await load();
    expect(shown(live)).toBe(1);
    expect(live.desk.value.today).toBe(7);
    expect(server.of("POST next").map((call) => call.body)).toEqual([{ holding: [] }, { holding: [1] }]);
  });

  it("show it in the same instant as the submit, and fetch another", async () => {
    const live = await load();
    does(live, noError);
    submit(live);
    expect(shown(live)).toBe(2);
    await settle();
    expect(server.judgements).toEqual([{ assignment: 1, body: { first_error: null } }]);
    expect(server.of("POST next").at(-1)?.body).toEqual({ holding: [2, 1] });
    expect(live.desk.value.waiting).toHaveLength(1);
  });

  it("say when nothing is left, and look again when asked", async () => {
    server = new FakeServer(0);
    vi.stubGlobal("fetch", server.fetch);
    const live = await load();
    expect(live.desk.value).toMatchObject({ work: null, drained: true, fetch: "idle" });
    server.queue.push(choiceClaim(9));
    live.dispatch({ type: "look-again" });
    await settle();
    expect(shown(live)).toBe(9);
  });

  it("go on by themselves after the server was away", async () => {
    server.instead.set("POST projects/demo/tasks/next/", problem(503, "unavailable"));
    const live = await load();
    expect(live.desk.value).toMatchObject({ work: null, fetch: "failed", offline: true });
    server.instead.clear();
    await settle(1_000);
    expect(shown(live)).toBe(1);
    expect(live.desk.value.offline).toBe(false);
  });

  it("say why the server refuses", async () => {
    server.instead.set("POST projects/demo/tasks/next/", problem(403, "forbidden"));
    const live = await load();
    expect(live.desk.value).toMatchObject({ fetch: "failed", fetchError: "The server says forbidden." });
  });
});

describe("drafts", () => {
  it("are kept here at once and on the server a second later", async () => {
    const live = await load();
    does(live, comment("h"), comment("hm"));
    expect(deskStore("alice", "demo").draft(1)).toMatchObject({ comment: "hm" });
    expect(saveState(live.desk.value)).toBe("saving");
    await settle(999);
    expect(server.of("PUT draft")).toHaveLength(0);
    await settle(1);
    expect(server.of("PUT draft").map((call) => call.body.draft)).toMatchObject([{ comment: "hm" }]);
    expect(saveState(live.desk.value)).toBe("saved");
  });

  it("are saved now and then while somebody never stops typing", async () => {
    const live = await load();
    for (let i = 0; i < 12; i++) {
      does(live, comment("x".repeat(i)));
      await settle(500);
    }
    expect(server.of("PUT draft").length).toBeGreaterThanOrEqual(1);
  });

  it("come back from the server after a reload elsewhere", async () => {
    const live = await load();
    does(live, { type: "move", by: 1 }, firstError, { type: "toggle-error-type", key: "calculation" });
    await settle(1_000);
    await crash(live);
    localStorage.clear();
    const again = await load();
    expect(shown(again)).toBe(1);
    expect(again.desk.value.work).toMatchObject({ focus: 1, answer: { firstError: 1 } });
    expect(again.desk.value.work?.answer).toMatchObject({ notes: { 1: { errorTypes: ["calculation"] } } });
  });

  it("come back from this browser when the server's is older, and are sent then", async () => {
    const live = await load();
    does(live, comment("first"));
    await settle(1_000);
    server.offline = true;
    does(live, comment("second"));
    await settle(1_000);
    expect(saveState(live.desk.value)).toBe("offline");
    await crash(live);
    server.offline = false;
    const again = await load();
    expect(again.desk.value.work?.answer.comment).toBe("second");
    await settle(1_000);
    expect(server.drafts.get(1)).toMatchObject({ comment: "second" });
  });

  it("come back on the task that was on the screen, not on the one behind it", async () => {
    const live = await load();
    does(live, noError);
    submit(live);
    await settle();
    does(live, comment("on the second"));
    await settle(1_000);
    expect(live.desk.value.waiting.map((work) => work.claim.assignment)).toEqual([3]);
    await crash(live);
    const again = await load();
    expect(shown(again)).toBe(2);
    expect(again.desk.value.waiting.map((work) => work.claim.assignment)).toEqual([3]);
  });

  it("are not shown to somebody else in the same browser", async () => {
    const live = await load("alice");
    server.offline = true;
    does(live, comment("alice's"));
    await crash(live);
    server.offline = false;
    const bobs = await load("bob");
    expect(bobs.desk.value.work?.answer.comment).toBe("");
  });

  it("outlive the page", async () => {
    const live = await load();
    does(live, comment("last words"));
    live.leave(true);
    await settle();
    expect(server.of("PUT draft")).toMatchObject([
      { keepalive: true, body: { draft: { comment: "last words" } } },
    ]);
  });

  it("do not overtake a submit", async () => {
    const live = await load();
    does(live, noError);
    submit(live);
    await settle(2_000);
    expect(server.of("PUT draft")).toHaveLength(0);
  });
});

describe("the outbox", () => {
  it("keeps answers while the network is down and sends each once, in order", async () => {
    const live = await load();
    server.offline = true;
    does(live, noError);
    submit(live);
    does(live, firstError);
    submit(live);
    await settle(1_000);
    expect(live.desk.value.outbox).toHaveLength(2);
    expect(saveState(live.desk.value)).toBe("offline");
    server.offline = false;
    await settle(60_000);
    expect(server.judgements).toEqual([
      { assignment: 1, body: { first_error: null } },
      { assignment: 2, body: { first_error: 0 } },
    ]);
    expect(saveState(live.desk.value)).toBe("saved");
    expect(deskStore("alice", "demo").ops()).toEqual([]);
  });

  it("waits longer and longer, but not once the connection is back", async () => {
    const live = await load();
    server.offline = true;
    does(live, noError);
    submit(live);
    await settle(20_000);
    server.offline = false;
    live.resume();
    await settle();
    expect(server.judgements).toHaveLength(1);
  });

  it("sends again what was done although its answer was lost, and the server keeps one", async () => {
    const live = await load();
    server.loseAnswers = true;
    does(live, noError);
    submit(live);
    await settle();
    server.loseAnswers = false;
    await settle(2_000);
    expect(server.of("POST submit").length).toBeGreaterThan(1);
    expect(server.judgements).toHaveLength(1);
    expect(live.desk.value.outbox).toEqual([]);
  });

  it("survives a reload", async () => {
    const live = await load();
    server.offline = true;
    does(live, firstError, comment("why"));
    submit(live);
    await settle();
    await crash(live);
    server.offline = false;
    const again = await load();
    expect(server.judgements).toEqual([{ assignment: 1, body: { first_error: 0, comment: "why" } }]);
    expect(shown(again)).toBe(2);
  });

  it("does not send what another tab has sent meanwhile", async () => {
    const live = await load();
    server.offline = true;
    does(live, noError);
    submit(live);
    await settle();
    const store = deskStore("alice", "demo");
    for (const op of store.ops()) store.dropOp(op.id);
    server.offline = false;
    live.resume();
    await settle(2_000);
    expect(server.of("POST submit")).toHaveLength(0);
    expect(live.desk.value.outbox).toEqual([]);
  });

  it("a double press submits once", async () => {
    const live = await load();
    does(live, noError);
    submit(live);
    submit(live);
    await settle();
    expect(server.judgements).toHaveLength(1);
    expect(shown(live)).toBe(2);
  });

  it("waits for a sign-in and then goes on", async () => {
    const live = await load();
    server.instead.set("POST assignments/1/submit/", problem(401, "not-authenticated"));
    does(live, noError);
    submit(live);
    await settle(60_000);
    expect(server.of("POST submit")).toHaveLength(1);
    server.instead.clear();
    live.resume();
    await settle();
    expect(server.judgements).toHaveLength(1);
  });

  it("sends a skip with its reason", async () => {
    const live = await load();
    live.dispatch({ type: "skip", id: live.newId(), reason: "bad_problem", comment: "" });
    await settle();
    expect(server.of("POST skip")[0]?.body).toMatchObject({ reason: "bad_problem", comment: "" });
    expect(server.states.get(1)).toBe("skipped");
    expect(shown(live)).toBe(2);
  });
});

describe("undo of a submit", () => {
  it("reopens the task on the server and then submits anew", async () => {
    const live = await load();
    does(live, noError);
    submit(live);
    await settle();
    undo(live);
    expect(shown(live)).toBe(1);
    await settle();
    expect(server.of("POST reopen")).toHaveLength(1);
    expect(server.states.get(1)).toBe("leased");
    does(live, firstError);
    submit(live);
    await settle();
    expect(server.judgements.at(-1)).toEqual({ assignment: 1, body: { first_error: 0 } });
    expect(shown(live)).toBe(2);
  });

  it("while offline simply never sends it", async () => {
    const live = await load();
    server.offline = true;
    does(live, noError);
    submit(live);
    await settle();
    undo(live);
    server.offline = false;
    await settle(60_000);
    expect(server.judgements).toEqual([]);
    expect(server.of("POST reopen")).toEqual([]);
    expect(live.desk.value.work?.answer).toMatchObject({ firstError: null });
  });

  it("is offered for ten seconds", async () => {
    const live = await load();
    does(live, noError);
    submit(live);
    await settle(9_999);
    expect(live.desk.value.undoable).not.toBeNull();
    await settle(1);
    expect(live.desk.value.undoable).toBeNull();
  });
});

describe("a lease that ran out", () => {
  it("is said on the task, and what was written is kept", async () => {
    const live = await load();
    server.states.set(1, "expired");
    does(live, comment("mine"));
    await settle(1_000);
    expect(live.desk.value.work).toMatchObject({
      trouble: { code: "lease-expired" },
      answer: { comment: "mine" },
    });
    expect(server.drafts.get(1)).toMatchObject({ comment: "mine" });
  });

  it("at submit keeps the answer, also over a reload, until it is seen to", async () => {
    const live = await load();
    server.states.set(1, "expired");
    does(live, noError);
    submit(live);
    await settle();
    expect(live.desk.value.refused).toMatchObject([{ code: "lease-expired" }]);
    await crash(live);
    const again = await load();
    const [refusal] = again.desk.value.refused;
    expect(refusal).toMatchObject({ code: "lease-expired", op: { says: "No error in 4 steps" } });
    again.dispatch({ type: "drop-refused", id: refusal?.op.id ?? "" });
    expect(deskStore("alice", "demo").ops()).toEqual([]);
  });

  it("and came free again takes the answer at the next try", async () => {
    const live = await load();
    server.states.set(1, "expired");
    does(live, noError);
    submit(live);
    await settle();
    live.dispatch({ type: "show-refused", id: live.desk.value.refused[0]?.op.id ?? "" });
    expect(live.desk.value.work?.trouble?.code).toBe("lease-expired");
    server.states.set(1, "leased");
    submit(live);
    await settle();
    expect(server.judgements).toHaveLength(1);
    expect(live.desk.value.refused).toEqual([]);
  });

  it("of a task nobody has seen yet quietly brings another", async () => {
    const live = await load();
    server.states.set(2, "expired");
    await settle(11 * 60_000);
    live.touch();
    await settle();
    expect(live.desk.value.waiting.map((work) => work.claim.assignment)).toEqual([3]);
  });

  it("after another answer was submitted elsewhere is refused, not overwritten", async () => {
    const live = await load();
    server.states.set(1, "submitted");
    server.judgements.push({ assignment: 1, body: { first_error: 2 } });
    does(live, noError);
    submit(live);
    await settle();
    expect(live.desk.value.refused).toMatchObject([{ code: "already-submitted" }]);
    expect(server.judgements).toHaveLength(1);
  });
});

describe("leases", () => {
  it("are renewed while somebody works, for the task on the screen and the one behind it", async () => {
    const live = await load();
    for (let minute = 0; minute < 11; minute++) {
      live.touch();
      await settle(60_000);
    }
    expect(new Set(server.of("PUT draft").map((call) => call.path))).toEqual(
      new Set(["assignments/1/draft/", "assignments/2/draft/"]),
    );
  });

  it("are not renewed for somebody who went away", async () => {
    await load();
    await settle(25 * 60_000);
    expect(server.of("PUT draft")).toEqual([]);
  });
});

describe("working time", () => {
  it("counts what was spent with the page in sight and goes with the submit", async () => {
    const live = await load();
    await settle(10_000);
    live.touch();
    await settle(5_000);
    live.show(false);
    await settle(30_000);
    live.show(true);
    await settle(2_000);
    does(live, noError);
    submit(live);
    await settle();
    expect(server.of("POST submit")[0]?.body.active_ms).toBe(17_000);
  });

  it("stops a minute after the last key", async () => {
    const live = await load();
    live.touch();
    await settle(10 * 60_000);
    does(live, noError);
    submit(live);
    await settle();
    expect(server.of("POST submit")[0]?.body.active_ms).toBe(60_000);
  });

  it("starts anew for the next task, and goes on after a reload", async () => {
    const live = await load();
    await settle(10_000);
    does(live, noError);
    submit(live);
    await settle(3_000);
    does(live, comment("c"));
    await settle(1_000);
    expect(server.drafts.get(2)).toMatchObject({ active_ms: 4_000 });
    await crash(live);
    const again = await load();
    await settle(1_000);
    does(again, noError);
    submit(again);
    await settle();
    expect(server.of("POST submit").at(-1)?.body.active_ms).toBe(5_000);
  });
});
