import { describe, expect, it } from "vitest";
import { fromDraft, noteOn, toDraft, wrongStep } from "./answer";
import type { Claim, TraceMode } from "./claim";
import { ASKING, choiceClaim, PROJECT, traceClaim } from "./fixtures";
import { DEFAULT_VALUES } from "./schema";
import { brokenBy } from "./stepState";
import { submission } from "./submission";
import { updateWork } from "./update";
import { startWork, type Work, type WorkAction } from "./work";

/** The work after `actions`, and everything that was said on the way. */
function played(claim: Claim, mode: TraceMode, ...actions: WorkAction[]): { work: Work; says: string[] } {
  const says: string[] = [];
  let work = startWork(claim, mode);
  for (const action of actions) {
    const outcome = updateWork(work, action);
    work = outcome.work;
    if (outcome.says) says.push(outcome.says);
  }
  return { work, says };
}

const submitted = (work: Work) => submission(work.claim, work.answer, PROJECT.label_schema);
const trace = (...actions: WorkAction[]) => played(traceClaim(1), "first_error", ...actions).work;
const every = (...actions: WorkAction[]) => played(traceClaim(1, 3), "every_step", ...actions).work;
const choice = (...actions: WorkAction[]) => played(choiceClaim(1), "first_error", ...actions).work;

const next: WorkAction = { type: "move", by: 1 };
const x: WorkAction = { type: "mark-first-error" };
const a: WorkAction = { type: "mark-no-error" };
const z: WorkAction = { type: "undo" };

describe("a trace, first error", () => {
  it("is not complete before a verdict", () => {
    expect(submitted(trace())).toEqual({
      complete: false,
      why: "Mark the first wrong step, or say that there is no error.",
    });
  });

  it("marks the step in focus, 0-based on the wire and 1-based in words", () => {
    expect(submitted(trace(next, next, x))).toEqual({
      complete: true,
      body: { first_error: 2 },
      says: "First error: step 3",
    });
  });

  it("says no error", () => {
    expect(submitted(trace(a))).toEqual({
      complete: true,
      body: { first_error: null },
      says: "No error in 4 steps",
    });
  });

  it("takes a mark back when it is given again", () => {
    expect(submitted(trace(x, x)).complete).toBe(false);
    expect(submitted(trace(a, a)).complete).toBe(false);
  });

  it("lets the last verdict win", () => {
    expect(submitted(trace(x, next, x))).toMatchObject({ body: { first_error: 1 } });
    expect(submitted(trace(x, a))).toMatchObject({ body: { first_error: null } });
    expect(submitted(trace(a, x))).toMatchObject({ body: { first_error: 0 } });
  });

  it("stays on the step that was marked, and between the first and last step", () => {
    expect(trace(next, x).focus).toBe(1);
    expect(trace({ type: "move", by: -1 }).focus).toBe(0);
    expect(trace(next, next, next, next, next).focus).toBe(3);
  });

  it("shows an observation but will not mark it", () => {
    const { work, says } = played(traceClaim(1, 3, [1]), "first_error", next, x);
    expect(submitted(work).complete).toBe(false);
    expect(says).toEqual(["Step 2 (observation) is shown, not judged."]);
    expect(submitted(updateWork(work, a).work)).toMatchObject({ says: "No error in 2 steps" });
  });

  it("adds what was said about the error, in the schema's order", () => {
    const work = trace(
      next,
      x,
      { type: "toggle-error-type", key: "missing_step" },
      { type: "toggle-error-type", key: "calculation" },
      { type: "write", field: "comment", text: " off by one " },
      { type: "toggle-unsure" },
    );
    expect(submitted(work)).toEqual({
      complete: true,
      body: {
        first_error: 1,
        error_types: ["calculation", "missing_step"],
        comment: "off by one",
        confidence: 2,
      },
      says: "First error: step 2 · calculation, missing step · unsure · comment",
    });
  });

  it("says why an error type has to wait", () => {
    const { says } = played(traceClaim(1), "first_error", { type: "toggle-error-type", key: "calculation" });
    expect(says).toEqual(["Mark the wrong step first, then say what is wrong with it."]);
  });

  it("keeps what was said about a step when the mark moves away and back", () => {
    const moved = trace(x, { type: "toggle-error-type", key: "calculation" }, next, x);
    expect(submitted(moved)).toMatchObject({ body: { first_error: 1 } });
    expect(submitted(moved)).not.toHaveProperty("body.error_types");
    const back = updateWork(updateWork(moved, { type: "focus", at: 0 }).work, x).work;
    expect(submitted(back)).toMatchObject({ body: { first_error: 0, error_types: ["calculation"] } });
  });
});

describe("a rewrite", () => {
  const rewrite: WorkAction = { type: "open", panel: "rewrite" };

  it("marks the step in focus when nothing is decided, and starts from its words", () => {
    const work = trace(next, rewrite);
    expect(work.panel).toBe("rewrite");
    expect(toDraft(work.answer)).toMatchObject({ first_error: 1, rewrite: "two" });
    expect(submitted(work)).toEqual({
      complete: true,
      body: { first_error: 1 },
      says: "First error: step 2",
    });
  });

  it("goes to the marked step from anywhere", () => {
    expect(trace(x, next, next, rewrite).focus).toBe(0);
  });

  it("counts once it differs", () => {
    const work = trace(x, rewrite, { type: "write", field: "rewrite", text: "one, better" });
    expect(submitted(work)).toMatchObject({
      body: { first_error: 0, rewrite: "one, better" },
      says: "First error: step 1 · rewritten",
    });
  });

  it("is refused where there is no error", () => {
    const { work, says } = played(traceClaim(1), "first_error", a, rewrite);
    expect(work.panel).toBeNull();
    expect(says.at(-1)).toBe("Only a wrong step is rewritten. Mark it first.");
  });

  it("closes when the mark moves", () => {
    expect(trace(x, rewrite, { type: "focus", at: 2 }, x).panel).toBeNull();
  });
});

describe("undo", () => {
  it("goes back one thing at a time, focus included", () => {
    const marked = trace(next, x, next, x);
    const once = updateWork(marked, z).work;
    expect(submitted(once)).toMatchObject({ body: { first_error: 1 } });
    expect(once.focus).toBe(2);
    expect(submitted(updateWork(once, z).work).complete).toBe(false);
  });

  it("takes one stretch of typing for one thing", () => {
    const type = (text: string): WorkAction => ({ type: "write", field: "comment", text });
    const work = trace(x, type("a"), type("ab"), type("abc"), z);
    expect(work.answer.comment).toBe("");
    expect(submitted(work)).toMatchObject({ body: { first_error: 0 } });
  });

  it("says when there is nothing left", () => {
    expect(played(traceClaim(1), "first_error", x, z, z).says.at(-1)).toBe("Nothing to undo.");
  });

  it("counts as a change to save", () => {
    expect(trace(x, z).rev).toBe(2);
  });
});

describe("a trace, every step", () => {
  const rate = (value: "good" | "bad" | "neutral" | "unsure"): WorkAction => ({ type: "rate", value });

  it("rates and moves on", () => {
    const work = every(rate("good"), rate("bad"));
    expect(work.focus).toBe(2);
    expect(submitted(work)).toEqual({ complete: false, why: "Not rated yet: step 3." });
    expect(submitted(updateWork(work, rate("unsure")).work)).toEqual({
      complete: true,
      body: {
        labels: [
          { step: 0, value: "good" },
          { step: 1, value: "bad" },
          { step: 2, value: "unsure" },
        ],
      },
      says: "1 good, 1 bad, 1 unsure",
    });
  });

  it("names the missing ones, the first few", () => {
    const { work } = played(traceClaim(1, 8), "every_step");
    expect(submitted(work)).toEqual({ complete: false, why: "Not rated yet: steps 1, 2, 3 and 5 more." });
  });

  it("passes observations by", () => {
    const { work } = played(traceClaim(1, 3, [1]), "every_step", rate("good"));
    expect(work.focus).toBe(2);
    expect(submitted(updateWork(work, rate("good")).work).complete).toBe(true);
  });

  it("rates the rest good in one go", () => {
    expect(submitted(every(rate("bad"), a))).toMatchObject({ says: "2 good, 1 bad" });
  });

  it("hangs error types on the bad step in focus, or else on the first one, and a rewrite on the first", () => {
    const work = every(
      rate("good"),
      rate("bad"),
      rate("bad"),
      { type: "toggle-error-type", key: "missing_step" },
      { type: "focus", at: 0 },
      { type: "toggle-error-type", key: "calculation" },
      { type: "open", panel: "rewrite" },
      { type: "write", field: "rewrite", text: "2!" },
    );
    expect(work.focus).toBe(1);
    expect(submitted(work)).toMatchObject({
      body: {
        error_types: ["calculation"],
        rewrite: "2!",
        steps: [{ step: 2, error_types: ["missing_step"] }],
      },
    });
  });

  it("finds the next step without a rating, from the top again at the end", () => {
    const work = every({ type: "focus", at: 1 }, rate("good"), rate("good"), { type: "next-unjudged" });
    expect(work.focus).toBe(0);
  });
});

describe("what a project asks beyond the verdict", () => {
  const schema = { ...ASKING.label_schema, values: undefined as never };
  const asked = (work: Work) => submission(work.claim, work.answer, { ...schema, values: DEFAULT_VALUES });
  const method: WorkAction = { type: "reply", about: "answers", key: "method", value: "trial", at: null };

  it("has to be answered where it is needed", () => {
    expect(asked(trace(x))).toEqual({ complete: false, why: "Not answered yet: Which method?" });
    expect(asked(trace(x, method))).toMatchObject({ body: { first_error: 0, answers: { method: "trial" } } });
  });

  it("is said with its step, and nothing of what follows the first error", () => {
    const work = trace(
      method,
      { type: "toggle-tag", key: "guess", at: 1 },
      { type: "toggle-premise", step: 0, at: 1 },
      { type: "reply", about: "rubric", key: "clarity", value: "unsure", at: 1 },
      { type: "mark", at: 1, mark: { start: 0, end: 2, label: "odd" } },
      { type: "mark", at: null, mark: { start: 0, end: 3, label: "odd" } },
      { type: "toggle-tag", key: "guess", at: 3 },
      next,
      { type: "write", field: "step-comment", text: " hm " },
      next,
      x,
    );
    expect(asked(work)).toEqual({
      complete: true,
      body: {
        first_error: 2,
        answers: { method: "trial" },
        problem_spans: [{ start: 0, end: 3, label: "odd" }],
        steps: [
          {
            step: 1,
            tags: ["guess"],
            premises: [0],
            rubric: { clarity: "unsure" },
            spans: [{ start: 0, end: 2, label: "odd" }],
            comment: "hm",
          },
        ],
      },
      says: "First error: step 3 · 1 tag · 1 step with premises · 2 marks · 2 answers · 1 step comment",
    });
    const stored = JSON.parse(JSON.stringify(toDraft(work.answer)));
    expect(fromDraft(work.claim, "first_error", stored)).toEqual(work.answer);
  });

  it("takes the same mark back, and refuses a premise that comes later", () => {
    const mark: WorkAction = { type: "mark", at: 0, mark: { start: 0, end: 2, label: "odd" } };
    expect(trace(mark, mark).answer).toMatchObject({ notes: { 0: { spans: [] } } });
    const { says } = played(traceClaim(1), "first_error", { type: "toggle-premise", step: 2, at: 1 });
    expect(says).toEqual(["Step 2 can only rest on steps before it."]);
  });

  it("shows what rests on a wrong step, also through others", () => {
    const work = every(
      { type: "rate", value: "bad" },
      { type: "toggle-premise", step: 0, at: 1 },
      { type: "toggle-premise", step: 1, at: 2 },
    );
    expect([0, 1, 2].map((step) => brokenBy(work.answer, [], step))).toEqual([undefined, 0, 0]);
  });

  it("takes the data's premises where the annotator names none", () => {
    const work = every({ type: "rate", value: "bad" });
    const steps = traceClaim(1, 3).steps.map((step, i) => ({ ...step, premises: i === 2 ? [0] : null }));
    expect([0, 1, 2].map((step) => brokenBy(work.answer, steps, step))).toEqual([undefined, undefined, 0]);
  });

  it("may use words of the project's own", () => {
    const own = startWork(traceClaim(1, 2), "every_step", null, ASKING.label_schema);
    const rated = updateWork(updateWork(own, { type: "rate", value: "v8" }).work, {
      type: "rate",
      value: "v1",
    }).work;
    const method1 = updateWork(rated, method).work;
    expect(submission(rated.claim, method1.answer, ASKING.label_schema)).toMatchObject({
      body: {
        labels: [
          { step: 0, value: "v8" },
          { step: 1, value: "v1" },
        ],
      },
      says: "1 value 1, 1 value 8 · 1 answer",
    });
    expect(wrongStep(rated.answer)).toBe(0);
  });
});

describe("known steps", () => {
  const claim = {
    ...traceClaim(1),
    known: [0, 1].map((step) => ({
      step,
      value: "good",
      from: "t-9",
      said: step ? {} : { tags: ["guess"] },
    })),
  };

  it("come judged, with what was said of them, and the first new one is in focus", () => {
    const work = startWork(claim, "first_error");
    expect(work.focus).toBe(2);
    expect(noteOn(work.answer, 0).tags).toEqual(["guess"]);
    expect(submitted(work).complete).toBe(false);
    expect(startWork(claim, "every_step").answer).toMatchObject({ values: { 0: "good", 1: "good" } });
  });

  it("are as they were left once there is a draft", () => {
    expect(startWork(claim, "every_step", { labels: [{ step: 0, value: "bad" }] }).answer).toMatchObject({
      values: { 0: "bad" },
    });
  });
});

describe("a choice", () => {
  const prefer = (id: string): WorkAction => ({ type: "prefer", id });

  it("prefers one", () => {
    expect(submitted(choice(prefer("c-2")))).toEqual({
      complete: true,
      body: { preferred: "c-2" },
      says: "Prefer candidate 2",
    });
  });

  it("takes the preference back when given again, and lets the last one win", () => {
    expect(submitted(choice(prefer("c-2"), prefer("c-2"))).complete).toBe(false);
    expect(submitted(choice(prefer("c-2"), prefer("c-1")))).toMatchObject({ body: { preferred: "c-1" } });
  });

  it("calls it a tie of all", () => {
    expect(submitted(choice({ type: "tie-all" }))).toEqual({
      complete: true,
      body: { ranking: [["c-1", "c-2", "c-3"]] },
      says: "Tie: 1 = 2 = 3",
    });
  });

  it("ties some of them over the rest", () => {
    const work = choice(prefer("c-1"), { type: "tie-with-best", id: "c-3" });
    expect(submitted(work)).toMatchObject({
      body: { ranking: [["c-1", "c-3"]] },
      says: "1 = 3 over 2",
    });
    const less = updateWork(work, { type: "tie-with-best", id: "c-1" }).work;
    expect(submitted(less)).toMatchObject({ body: { preferred: "c-3" } });
  });

  it("says none is acceptable, and that ends a preference", () => {
    const none: WorkAction = { type: "none-acceptable" };
    expect(submitted(choice(prefer("c-1"), none))).toEqual({
      complete: true,
      body: { none_acceptable: true },
      says: "None acceptable",
    });
    expect(submitted(choice(none, prefer("c-1")))).toMatchObject({ body: { preferred: "c-1" } });
  });

  it("adds strength and a better step, but a better step alone is no verdict", () => {
    const better: WorkAction = { type: "write", field: "rewrite", text: " best " };
    expect(submitted(choice(better)).complete).toBe(false);
    expect(submitted(choice(prefer("c-1"), { type: "set-strength", value: 2 }, better))).toEqual({
      complete: true,
      body: { preferred: "c-1", strength: 2, rewrite: "best" },
      says: "Prefer candidate 1 · clearly better · with a better step",
    });
  });

  it("leaves strength out of a tie", () => {
    const work = choice(prefer("c-1"), { type: "set-strength", value: 3 }, { type: "tie-all" });
    expect(submitted(work)).not.toHaveProperty("body.strength");
  });
});

describe("a draft", () => {
  it.each([
    ["an undecided trace", trace({ type: "write", field: "comment", text: "hm" })],
    ["a decided trace", trace(next, x, { type: "toggle-error-type", key: "calculation" }, next, x)],
    ["no error", trace(a)],
    ["every step", every({ type: "rate", value: "good" }, { type: "rate", value: "unsure" })],
    ["a preference", choice({ type: "prefer", id: "c-3" }, { type: "set-strength", value: 1 })],
    ["none acceptable", choice({ type: "none-acceptable" }, { type: "write", field: "rewrite", text: "r" })],
  ])("of %s comes back as it went", (_, work) => {
    const mode = work.answer.mode === "every_step" ? "every_step" : "first_error";
    const stored = JSON.parse(JSON.stringify(toDraft(work.answer)));
    expect(fromDraft(work.claim, mode, stored)).toEqual(work.answer);
  });

  it("may be what was submitted before", () => {
    const said = { first_error: 2, error_types: ["calculation"], rewrite: "3!", comment: "c", confidence: 4 };
    const work = startWork(traceClaim(1), "first_error", said);
    expect(submitted(work)).toMatchObject({ complete: true, body: said });
    const liked = startWork(choiceClaim(1), "first_error", { preferred: "c-2", strength: 2 });
    expect(submitted(liked)).toMatchObject({ body: { preferred: "c-2", strength: 2 } });
  });

  it("that makes no sense is left out", () => {
    const nonsense = {
      first_error: 99,
      error_types: "x",
      comment: 5,
      confidence: 9,
      notes: [1],
      focus: "a",
      active_ms: "b",
    };
    expect(startWork(traceClaim(1), "first_error", nonsense)).toEqual(
      startWork(traceClaim(1), "first_error"),
    );
    const unknown = startWork(choiceClaim(1), "first_error", { ranking: [["gone"], "x", 4], strength: 0 });
    expect(unknown.answer).toEqual(startWork(choiceClaim(1), "first_error").answer);
  });

  it("of a step that is not judged any more is left out", () => {
    const work = startWork(traceClaim(1, 3, [1]), "first_error", { first_error: 1 });
    expect(submitted(work).complete).toBe(false);
  });

  it("restores where the person was, and the time spent", () => {
    expect(startWork(traceClaim(1), "first_error", { focus: 2, active_ms: 5000 })).toMatchObject({
      focus: 2,
      activeMs: 5000,
    });
  });
});
