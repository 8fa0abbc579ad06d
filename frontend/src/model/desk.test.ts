import { describe, expect, it } from "vitest";
import { type Desk, type DeskAction, onDesk, openDesk, saveState, update } from "./desk";
import { PROJECT, traceClaim } from "./fixtures";
import { startWork } from "./work";

const claimed = (assignment: number): DeskAction => ({
  type: "claimed",
  work: startWork(traceClaim(assignment), "first_error"),
});
const run = (actions: DeskAction[], from: Desk = openDesk(PROJECT, 5)) => actions.reduce(update, from);
const a: DeskAction = { type: "mark-no-error" };
const submit: DeskAction = { type: "submit", id: "1" };
const undo: DeskAction = { type: "undo-last", id: "2" };
const shown = (desk: Desk) => desk.work?.claim.assignment;

describe("claims", () => {
  it("shows the first and keeps the second behind it", () => {
    const desk = run([claimed(1), claimed(2)]);
    expect(shown(desk)).toBe(1);
    expect(desk.waiting).toHaveLength(1);
    expect(onDesk(desk)).toEqual([1, 2]);
  });

  it("ignores one that is here already, also on its way out", () => {
    const desk = run([claimed(1), claimed(1), a, submit, claimed(1)]);
    expect(shown(desk)).toBeUndefined();
    expect(desk.waiting).toHaveLength(0);
  });
});

describe("submit", () => {
  it("shows the next task at once, and keeps the answer until it is taken", () => {
    const desk = run([claimed(1), claimed(2), a, submit]);
    expect(shown(desk)).toBe(2);
    expect(desk.today).toBe(6);
    expect(desk.outbox.map(({ id, kind, body }) => ({ id, kind, body }))).toEqual([
      { id: "1", kind: "submit", body: { first_error: null, active_ms: 0 } },
    ]);
    expect(onDesk(desk)).toEqual([2, 1]);
    expect(saveState(desk)).toBe("saving");
    expect(
      saveState(
        run(
          [
            { type: "sending", id: "1" },
            { type: "sent", id: "1" },
          ],
          desk,
        ),
      ),
    ).toBe("saved");
  });

  it("says what is missing instead", () => {
    const desk = run([claimed(1), submit]);
    expect(desk.outbox).toHaveLength(0);
    expect(desk.message.text).toMatch(/^Mark the first wrong step/);
  });

  it("a second press has nothing to submit on the next task", () => {
    const desk = run([claimed(1), claimed(2), a, submit, { type: "submit", id: "1b" }]);
    expect(desk.outbox).toHaveLength(1);
    expect(shown(desk)).toBe(2);
  });

  it("asks the server again for more, even if it had nothing before", () => {
    expect(run([claimed(1), { type: "nothing-left" }, a, submit]).drained).toBe(false);
  });
});

describe("undo of a submit", () => {
  const before = run([claimed(1), claimed(2), a, submit]);

  it("before it went out simply keeps it", () => {
    const desk = run([undo], before);
    expect(shown(desk)).toBe(1);
    expect(desk.outbox).toHaveLength(0);
    expect(desk.waiting.map((work) => work.claim.assignment)).toEqual([2]);
    expect(desk.today).toBe(5);
    expect(desk.work?.answer).toMatchObject({ firstError: null });
  });

  it.each([
    ["under way", [{ type: "sending", id: "1" }]],
    [
      "taken",
      [
        { type: "sending", id: "1" },
        { type: "sent", id: "1" },
      ],
    ],
  ] as [string, DeskAction[]][])("when it is %s reopens it on the server", (_, actions) => {
    const desk = run([...actions, undo], before);
    expect(shown(desk)).toBe(1);
    expect(desk.outbox.at(-1)).toMatchObject({ id: "2", kind: "reopen" });
  });

  it("comes after what was changed in the new task", () => {
    const desk = run([{ type: "mark-first-error" }, undo], before);
    expect(shown(desk)).toBe(2);
    expect(desk.work?.answer).toMatchObject({ firstError: undefined });
    expect(shown(run([undo], desk))).toBe(1);
  });

  it("is offered for a while only", () => {
    const desk = run([{ type: "undo-expired", id: "1" }, undo], before);
    expect(shown(desk)).toBe(2);
    expect(desk.message.text).toBe("Nothing to undo.");
  });

  it("that the server refuses is said on the task", () => {
    const trouble = { code: "resolved", detail: "It is resolved." };
    const desk = run([{ type: "sent", id: "1" }, undo, { type: "refused", id: "2", trouble }], before);
    expect(desk.work?.trouble).toEqual(trouble);
    expect(desk.refused).toHaveLength(0);
  });
});

describe("a refusal", () => {
  const trouble = { code: "lease-expired", detail: "Too late." };
  const desk = run([
    claimed(1),
    claimed(2),
    a,
    submit,
    { type: "sending", id: "1" },
    { type: "refused", id: "1", trouble },
  ]);

  it("keeps what was written, and leaves the next task alone", () => {
    expect(shown(desk)).toBe(2);
    expect(desk.outbox).toHaveLength(0);
    expect(desk.today).toBe(5);
    expect(desk.refused[0]).toMatchObject({ code: "lease-expired", op: { body: { first_error: null } } });
    expect(desk.undoable).toBeNull();
  });

  it("can be looked at and tried again", () => {
    const back = run([{ type: "show-refused", id: "1" }], desk);
    expect(shown(back)).toBe(1);
    expect(back.work?.trouble).toEqual(trouble);
    expect(back.refused).toHaveLength(0);
    expect(run([{ type: "submit", id: "3" }], back).outbox).toHaveLength(1);
  });

  it("can be put away", () => {
    expect(run([{ type: "drop-refused", id: "1" }], desk).refused).toHaveLength(0);
  });
});

describe("skip", () => {
  it("sends the reason, and can be undone without counting", () => {
    const skip: DeskAction = { type: "skip", id: "1", reason: "other", comment: " no figure " };
    const desk = run([claimed(1), claimed(2), { type: "dialog", dialog: "skip" }, skip]);
    expect(desk.dialog).toBeNull();
    expect(desk.outbox[0]).toMatchObject({
      kind: "skip",
      body: { reason: "other", comment: "no figure", active_ms: 0 },
    });
    expect(desk.today).toBe(5);
    expect(run([undo], desk).today).toBe(5);
  });
});

describe("the save state", () => {
  it("is saved, saving or offline", () => {
    const marked = run([claimed(1), a]);
    expect(saveState(run([claimed(1)]))).toBe("saved");
    expect(saveState(marked)).toBe("saving");
    expect(saveState(run([{ type: "saved", assignment: 1, rev: 1 }], marked))).toBe("saved");
    expect(saveState(run([{ type: "connection", offline: true }], marked))).toBe("offline");
  });

  it("does not take an older save for the newest change", () => {
    expect(saveState(run([claimed(1), a, a, { type: "saved", assignment: 1, rev: 1 }]))).toBe("saving");
  });
});

describe("a task that was fetched ahead and is known by now", () => {
  const shared = (assignment: number) => ({
    ...traceClaim(assignment),
    steps: traceClaim(assignment).steps.map((step, at) => (at < 2 ? { ...step, id: `shared-${at}` } : step)),
  });
  const start = (at: number) => {
    let desk = openDesk(PROJECT, 0);
    for (const n of [1, 2, 3]) {
      const claim = n === 3 ? traceClaim(3) : shared(n);
      desk = update(desk, { type: "claimed", work: startWork(claim, "first_error") });
    }
    desk = update(desk, { type: "mark-first-error", at });
    return update(desk, { type: "submit", id: "a" });
  };

  it("is not shown when it has the same first error", () => {
    expect(start(1).work?.claim.assignment).toBe(3);
    expect(start(2).work?.claim.assignment).toBe(2);
  });

  it("is not shown when it arrives behind the submit, but after the server refused that", () => {
    let desk = openDesk(PROJECT, 0);
    desk = update(desk, { type: "claimed", work: startWork(shared(1), "first_error") });
    desk = update(desk, { type: "mark-first-error", at: 1 });
    desk = update(desk, { type: "submit", id: "a" });
    const [op] = desk.outbox;
    const work = startWork(shared(2), "first_error");
    const arrived = update(desk, { type: "claimed", work });
    expect(arrived.work).toBeNull();
    const trouble = { code: "no", detail: "No." };
    expect(update(arrived, { type: "refused", id: "a", trouble }).work).toBe(work);
    expect(update(arrived, { type: "sent", id: "a" })).toMatchObject({ work: null, waiting: [] });
    const sent = update(desk, { type: "sent", id: "a" });
    expect(update(sent, { type: "claimed", work, taken: op && [op] }).work).toBeNull();
    expect(update(sent, { type: "claimed", work }).work).toBe(work);
  });

  it("counts once the server says so, and no longer after an undo", () => {
    const sent = update(start(1), { type: "sent", id: "a", derived: 2 });
    expect(sent.today).toBe(3);
    expect(sent.message.text).toBe("2 more traces have the same first error and count as judged.");
    expect(update(sent, { type: "take-back", id: "b" }).today).toBe(0);
  });
});
