import { describe, expect, it } from "vitest";
import { choiceClaim } from "../../model/fixtures";
import { problem } from "./fakeServer";
import { deskTabs } from "./tabs";
import { comment, crash, does, load, noError, serve, server, settle, shown, submit } from "./testDesk";

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
