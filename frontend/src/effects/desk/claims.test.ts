import { describe, expect, it } from "vitest";
import { choiceClaim } from "../../model/fixtures";
import { AHEAD } from "./claims";
import { problem } from "./fakeServer";
import { deskTabs } from "./tabs";
import {
  comment,
  crash,
  does,
  eachAtADesk,
  load,
  noError,
  serve,
  server,
  settle,
  shown,
  submit,
} from "./testDesk";

eachAtADesk();

describe("claims", () => {
  it("fetch the next ones as soon as one is shown, no more than a few", async () => {
    serve(9);
    const live = await load();
    expect(shown(live)).toBe(1);
    expect(live.desk.value.today).toBe(7);
    expect(server.of("POST next").map((call) => call.body)).toEqual([
      { holding: [] },
      { holding: [1] },
      { holding: [1, 2] },
      { holding: [1, 2, 3] },
    ]);
  });

  it("show the next in the same instant as the submit, and fetch another", async () => {
    serve(9);
    const live = await load();
    does(live, noError);
    submit(live);
    expect(shown(live)).toBe(2);
    await settle();
    expect(server.judgements).toEqual([{ assignment: 1, body: { first_error: null } }]);
    expect(server.of("POST next").at(-1)?.body).toEqual({ holding: [2, 3, 4, 1] });
    expect(live.desk.value.waiting).toHaveLength(AHEAD);
  });

  it("leave work to do when the network dies", async () => {
    serve(9);
    const live = await load();
    server.offline = true;
    for (const expected of [2, 3, 4]) {
      does(live, noError);
      submit(live);
      expect(shown(live)).toBe(expected);
    }
    await settle();
    expect(live.desk.value).toMatchObject({ offline: true });
    server.offline = false;
    await settle(60_000);
    expect(server.judgements.map(({ assignment }) => assignment)).toEqual([1, 2, 3]);
    expect(live.desk.value).toMatchObject({ offline: false, outbox: [] });
  });

  it("don't show what a submit has answered, too", async () => {
    serve(3);
    for (const claim of server.queue) claim.problem = { id: "p", statement: "How many?" };
    const live = await load();
    does(live, noError);
    // The server knows the second one by what is said of the first, and something about the third.
    server.states.set(2, "submitted");
    server.drafts.set(3, { comment: "known" });
    submit(live);
    expect(shown(live)).toBe(2);
    await settle();
    expect(shown(live)).toBe(3);
    expect(live.desk.value.work?.answer.comment).toBe("known");
  });

  it("ask again about what was on its way here while the submit was taken", async () => {
    serve(2);
    for (const claim of server.queue) claim.problem = { id: "p", statement: "How many?" };
    const second = server.queue.pop();
    const live = await load();
    does(live, noError);
    if (second) server.queue.push(second);
    submit(live);
    server.states.set(2, "submitted");
    await settle();
    expect(live.desk.value).toMatchObject({ work: null, waiting: [], drained: true });
  });

  it("say when nothing is left, and look again when asked", async () => {
    serve(0);
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

describe("two tabs", () => {
  it("work on different tasks", async () => {
    serve(9);
    const [first, second] = await Promise.all([load(), load()]);
    await settle(1_000);
    const all = [first, second].flatMap(({ desk }) =>
      [desk.value.work, ...desk.value.waiting].map((work) => work?.claim.assignment),
    );
    expect(all).toHaveLength(8);
    expect(new Set(all).size).toBe(8);
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

  it("know of each other without locks, too", async () => {
    const [one, other] = [deskTabs("alice", undefined), deskTabs("alice", undefined)];
    one.hold([1, 2]);
    expect(await other.heldElsewhere()).toEqual([1, 2]);
    expect(await one.heldElsewhere()).toEqual([]);
    expect(await deskTabs("bob", undefined).heldElsewhere()).toEqual([]);
    expect([await other.isFree(1), await other.isFree(3)]).toEqual([false, true]);
    // A tab at work renews its note; one that crashed is forgotten after a while.
    await settle(300_000);
    expect(await other.heldElsewhere()).toEqual([1, 2]);
    one.hold([]);
    expect(await other.heldElsewhere()).toEqual([]);
    localStorage.setItem("stepmark.desk.alice/tab.crashed", JSON.stringify({ at: Date.now(), holds: [7] }));
    expect(await other.heldElsewhere()).toEqual([7]);
    await settle(80_000);
    expect(await other.heldElsewhere()).toEqual([]);
  });

  it("take turns without locks", async () => {
    const tabs = [deskTabs("alice", undefined), deskTabs("alice", undefined), deskTabs("alice", undefined)];
    const log: string[] = [];
    const all = tabs.map((tab, n) =>
      tab.exclusively(async () => {
        log.push(`${n} in`);
        await new Promise((done) => setTimeout(done, 100));
        log.push(`${n} out`);
      }),
    );
    await settle(5_000);
    await Promise.all(all);
    expect(log).toHaveLength(6);
    for (let n = 0; n < 6; n += 2) expect(log[n + 1]).toBe(log[n]?.replace("in", "out"));
  });

  it("work on as if alone where nothing more can be stored", async () => {
    const full = { getItem: () => null, removeItem: () => {}, setItem: () => fail() } as unknown as Storage;
    const fail = () => {
      throw new DOMException("", "QuotaExceededError");
    };
    const done = deskTabs("alice", undefined, full).exclusively(async () => "done");
    await settle(100);
    expect(await done).toBe("done");
  });

  it("leave a turn alone that has become another's", async () => {
    const key = "stepmark.desk.alice/tab.turn";
    const theirs = JSON.stringify({ by: "another", at: Date.now() });
    const turn = deskTabs("alice", undefined).exclusively(async () => localStorage.setItem(key, theirs));
    await settle(1_000);
    await turn;
    expect(localStorage.getItem(key)).toBe(theirs);
  });
});
