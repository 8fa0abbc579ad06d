import { describe, expect, it } from "vitest";
import type { Op } from "./desk";
import { checked, practiceTasks } from "./practice";
import { startWork } from "./work";

const said = (mode: "first_error" | "every_step", place: number, body: Record<string, unknown>) => {
  const tasks = practiceTasks(mode);
  const claim = tasks[place]?.claim;
  if (!claim) throw new Error("There is no such task.");
  const op: Op = { id: "1", kind: "submit", body, says: "", work: startWork(claim, mode) };
  return checked(tasks, op)?.right;
};
const labels = (...values: string[]) => ({ labels: values.map((value, step) => ({ step, value })) });

describe("the practice knows", () => {
  it("the first error", () => {
    expect(said("first_error", 0, { first_error: 2 })).toBe(true);
    expect(said("first_error", 0, { first_error: 3 })).toBe(false);
    expect(said("first_error", 0, { first_error: null })).toBe(false);
  });
  it("that there is none", () => {
    expect(said("first_error", 1, { first_error: null })).toBe(true);
    expect(said("first_error", 1, { first_error: 0 })).toBe(false);
  });
  it("every step's value, whatever is said of what follows from an error", () => {
    expect(said("every_step", 0, labels("good", "good", "bad", "bad"))).toBe(true);
    expect(said("every_step", 0, labels("good", "neutral", "bad", "good"))).toBe(true);
    expect(said("every_step", 0, labels("good", "bad", "bad", "bad"))).toBe(false);
  });
  it("the better step", () => {
    expect(said("first_error", 2, { preferred: "p3-b" })).toBe(true);
    expect(said("first_error", 2, { none_acceptable: true })).toBe(false);
  });
  it("that a skip is no answer", () => {
    const tasks = practiceTasks("first_error");
    const claim = tasks[0]?.claim;
    if (!claim) throw new Error("There is no task.");
    const op: Op = { id: "1", kind: "skip", body: {}, says: "", work: startWork(claim, "first_error") };
    expect(checked(tasks, op)).toBeNull();
  });
});
