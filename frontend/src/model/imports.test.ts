import { expect, test } from "vitest";
import type { Import } from "../api/types";
import { goesOn, importChanges, withdrawnInWords } from "./imports";

const one = (state: Import["state"], background = true) => ({ state, background }) as Import;

test("what can be done depends on the state", () => {
  expect(importChanges(one("running"))).toEqual(["pause", "withdraw"]);
  expect(importChanges(one("running", false))).toEqual([]);
  expect(importChanges(one("paused"))).toEqual(["resume", "withdraw"]);
  expect(importChanges(one("failed", false))).toEqual(["withdraw"]);
  expect(importChanges(one("withdrawn"))).toEqual([]);
  expect(goesOn(one("withdrawing"))).toBe(true);
  expect(goesOn(one("paused"))).toBe(false);
});

test("a withdrawal is told in words", () => {
  expect(withdrawnInWords({ traces: 2, choices: 1, traces_worked_on: 3 })).toBe(
    "2 traces and 1 choice went; 3 stay, since people worked on them.",
  );
  expect(withdrawnInWords({ choices_held_by_others: 4 })).toBe(
    "nothing went; 4 stay, since another import brought them too.",
  );
});
