import { describe, expect, it } from "vitest";
import { fromDraft, toDraft } from "./answer";
import { walkClaim } from "./fixtures";
import { submission } from "./submission";
import { updateWork } from "./update";
import { alternatives, parentOf } from "./walk";
import type { WalkAnswer } from "./walkAnswer";
import { startWork, type Work, type WorkAction } from "./work";

const CLAIM = walkClaim(1);
const start = () => startWork(CLAIM, "first_error");
const doing = (work: Work, ...actions: WorkAction[]) =>
  actions.reduce((one, action) => updateWork(one, action).work, work);
const rate = (value: "bad" | "good" | "neutral"): WorkAction => ({ type: "rate-alternative", value });
const go: WorkAction = { type: "go-on" };
const end = (finish: "solved" | "stuck" | "given_up" | "bad_problem"): WorkAction => ({
  type: "finish",
  finish,
});
const write = (text: string): WorkAction => ({ type: "write", field: "rewrite", text });
const said = ({ claim, answer }: Work) => submission(claim, answer, { version: 1, error_types: [] });
const walk = (work: Work) => work.answer as WalkAnswer;

describe("a walk", () => {
  it("rates, goes on with one, and is solved with the person's own step", () => {
    const second = doing(start(), rate("bad"), rate("good"), { type: "focus", at: 1 }, go);
    expect(parentOf(walk(second))).toBe("b");
    const own = doing(
      second,
      rate("bad"),
      rate("neutral"),
      { type: "open", panel: "rewrite" },
      write(" mine "),
    );
    expect(said(doing(own, end("solved")))).toEqual({
      complete: true,
      says: "Solved, 2 steps",
      body: {
        walk: {
          finish: "solved",
          steps: [
            {
              ratings: [
                { step: "a", value: "bad" },
                { step: "b", value: "good" },
              ],
              chosen: "b",
            },
            {
              ratings: [
                { step: "c", value: "bad" },
                { step: "d", value: "neutral" },
              ],
              written: "mine",
            },
          ],
        },
      },
    });
  });

  it("does not go on before all is rated, nor with what is bad", () => {
    expect(updateWork(doing(start(), rate("good")), go).says).toBe("Alternative 2 is not rated yet.");
    const bad = doing(start(), rate("bad"), rate("good"), { type: "focus", at: 0 });
    expect(updateWork(bad, go).says).toContain("rated bad");
  });

  it("ends without a step where none is acceptable, or the person gives up and says why", () => {
    const stuck = said(doing(start(), end("stuck")));
    expect(stuck).toMatchObject({ says: "Stuck: nothing acceptable, 1 step" });
    const given = doing(start(), end("given_up"));
    expect(said(given)).toMatchObject({ complete: false, why: "Say why you give up." });
    const reasoned = doing(given, { type: "write", field: "reason", text: "No idea." });
    expect(said(reasoned)).toMatchObject({
      body: { walk: { finish: "given_up", reason: "No idea.", steps: [] } },
    });
  });

  it("goes back a step, forgets nothing that was rated there, and is undone action by action", () => {
    const second = doing(start(), rate("bad"), rate("good"), { type: "focus", at: 1 }, go);
    const back = doing(second, { type: "go-back" });
    expect(walk(back).steps).toEqual([{ ratings: { a: "bad", b: "good" }, chosen: null, written: "" }]);
    expect(back.focus).toBe(1);
    expect(doing(back, { type: "undo" }).answer).toEqual(second.answer);
  });

  it("takes in what comes later, also after a step of one's own", () => {
    const own = doing(start(), rate("bad"), rate("bad"), write("mine"), { type: "focus", at: 2 }, go);
    expect(alternatives(CLAIM, walk(own))).toEqual([]);
    const steps = [{ id: "n", parent: "own", text: "n", kind: "reasoning", judged: true, suggested: true }];
    const grown = doing(own, { type: "alternatives", depth: 1, parent: "own", steps });
    expect(grown.claim.kind === "walk" && alternatives(grown.claim, walk(grown))).toEqual(steps);
  });

  it("survives as a draft", () => {
    const work = doing(start(), rate("bad"), rate("good"), { type: "focus", at: 1 }, go, rate("bad"));
    expect(fromDraft(CLAIM, "first_error", toDraft(work.answer))).toEqual(work.answer);
  });
});
