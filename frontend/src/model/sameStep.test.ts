import { expect, it } from "vitest";
import type { TraceMode } from "./claim";
import { PROJECT, traceClaim } from "./fixtures";
import { sameStep } from "./sameStep";
import { updateWork } from "./update";
import { startWork, type Work, type WorkAction } from "./work";

const STEPS = 200;

/** Which of 200 steps look otherwise after the last of these actions. */
function changed(mode: TraceMode, ...actions: WorkAction[]): number[] {
  const claim = traceClaim(1, STEPS);
  let before: Work = startWork(claim, mode, null, PROJECT.label_schema);
  let after = before;
  for (const action of actions) [before, after] = [after, updateWork(after, action).work];
  const shown = (work: Work, index: number) => ({ work, index, raw: false, details: false });
  return claim.steps.flatMap((_, index) =>
    sameStep(shown(before, index), shown(after, index)) ? [] : [index],
  );
}

it("is two for a move, near or far", () => {
  expect(changed("first_error", { type: "move", by: 1 })).toEqual([0, 1]);
  expect(changed("first_error", { type: "focus", at: 150 })).toEqual([0, 150]);
});

it("is what a mark says something about", () => {
  const mark: WorkAction = { type: "mark-first-error", at: 197 };
  expect(changed("first_error", { type: "focus", at: 197 }, mark)).toEqual(
    Array.from({ length: STEPS }, (_, i) => i),
  );
  expect(changed("first_error", mark, { type: "mark-first-error", at: 199 })).toEqual([197, 198, 199]);
  expect(changed("first_error", mark, { type: "toggle-error-type", key: "calculation", at: 197 })).toEqual([
    197,
  ]);
  expect(changed("every_step", { type: "rate", value: "bad", at: 50 })).toContain(50);
});

it("is a step whose premise turns out wrong, and every step while premises are picked", () => {
  const rests: WorkAction = { type: "set-premises", steps: [3], at: 120 };
  expect(changed("every_step", rests, { type: "rate", value: "bad", at: 3 })).toContain(120);
  expect(changed("first_error", { type: "open", panel: "premises" })).toHaveLength(STEPS);
});

it("is a step that is folded, and the one that is looked at", () => {
  expect(changed("first_error", { type: "fold", at: 7 })).toEqual([0, 7]);
});
