import { describe, expect, it } from "vitest";
import { saveState } from "../../model/desk";
import { problem } from "./fakeServer";
import { deskStore } from "./store";
import {
  comment,
  crash,
  does,
  eachAtADesk,
  firstError,
  load,
  noError,
  server,
  settle,
  shown,
  submit,
  undo,
} from "./testDesk";

eachAtADesk();

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
