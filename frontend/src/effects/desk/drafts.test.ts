import { describe, expect, it, vi } from "vitest";
import { saveState } from "../../model/desk";
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
} from "./testDesk";

eachAtADesk();

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

  it("on their way are given up for a submit", async () => {
    const live = await load();
    server.slow.add("PUT assignments/1/draft/");
    does(live, noError);
    await settle(1_500);
    submit(live);
    await settle();
    expect(server.aborted).toEqual(["PUT assignments/1/draft/"]);
    expect(server.judgements).toHaveLength(1);
    expect(live.desk.value).toMatchObject({ offline: false, outbox: [], refused: [] });
  });
});

describe("leases", () => {
  it("are renewed while somebody works, for the task on the screen and those behind it", async () => {
    const live = await load();
    for (let minute = 0; minute < 11; minute++) {
      live.touch();
      await settle(60_000);
    }
    expect(new Set(server.of("PUT draft").map((call) => call.path))).toEqual(
      new Set([1, 2, 3].map((assignment) => `assignments/${assignment}/draft/`)),
    );
  });

  it("are not renewed for somebody who went away", async () => {
    await load();
    await settle(25 * 60_000);
    expect(server.of("PUT draft")).toEqual([]);
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

describe("clocks", () => {
  it("that are days off don't hide what was written later on another machine", async () => {
    server.clock = Date.parse("2026-11-24T11:00:00Z");
    vi.setSystemTime(new Date("2026-11-29T11:00:00Z"));
    const fast = await load();
    // Never sent: only that machine has it, with the date that it gave it.
    server.offline = true;
    does(fast, comment("on the fast machine"));
    await settle(1_000);
    await crash(fast);
    server.offline = false;
    const kept = { ...localStorage };
    localStorage.clear();

    server.clock += 60_000;
    vi.setSystemTime(new Date(server.clock));
    const right = await load();
    does(right, comment("later, on the right machine"));
    await settle(1_000);
    right.stop();

    server.clock += 60_000;
    vi.setSystemTime(new Date("2026-11-29T11:02:00Z"));
    for (const [key, value] of Object.entries(kept)) localStorage.setItem(key, value);
    const again = await load();
    expect(again.desk.value.work?.answer.comment).toBe("later, on the right machine");
  });

  it("that are set back don't put what was said later before what was said earlier", async () => {
    const live = await load();
    const first = live.newId();
    vi.setSystemTime(new Date("2020-01-01T00:00:00Z"));
    expect(live.newId() > first).toBe(true);
  });
});
