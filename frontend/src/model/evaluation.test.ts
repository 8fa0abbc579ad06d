import { describe, expect, it } from "vitest";
import type { Figures, Lift } from "../api/types";
import { area, curves, path, saved, share, verdict } from "./evaluation";

const lift = (at_20: number): Lift => ({
  found: [0, 1],
  at_20,
  lift_20: at_20 / 0.2,
  reviewed_80: 0.5,
  area: 0.6,
  hours_saved: null,
});

const figures = {
  scorers: [
    { key: "prm", lift: lift(0.3), with_opinion: 9 },
    { key: "silent", lift: lift(0.2), with_opinion: 0 },
  ],
  baselines: { policy: lift(0.35), length: lift(0.28), random: lift(0.2) },
} as unknown as Figures;

describe("figures of an evaluation", () => {
  it("says what the order is worth, and what would be better", () => {
    expect(verdict(figures)).toBe(
      "Whoever reviews the first 20 % of the queue finds 35.0 % of the erroneous traces. " +
        "Longest first finds 28.0 %, a random order 20.0 %.",
    );
    const worse = { ...figures, baselines: { ...figures.baselines, policy: lift(0.25) } };
    expect(verdict(worse)).toContain("Longest first would find more.");
    expect(verdict({ ...figures, baselines: { policy: null, length: null, random: null } })).toBeNull();
  });

  it("draws a line for each order that was measured", () => {
    expect(curves(figures).map((one) => one.title)).toEqual([
      "The queue's order",
      "prm",
      "Longest first",
      "Random",
    ]);
    expect(
      path(
        [
          [0, 0],
          [0.5, 1],
        ],
        100,
      ),
    ).toBe("M0 100L50 0");
  });

  it("reads", () => {
    expect([share(null), share(0.1234), area(null)]).toEqual(["–", "12.3 %", "–"]);
    expect([saved(null), saved(12.4), saved(1.26), saved(0.5), saved(-2)]).toEqual([
      "–",
      "12 h",
      "1.3 h",
      "30 min",
      "costs 2.0 h",
    ]);
  });
});
