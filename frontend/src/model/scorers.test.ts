import { describe, expect, it } from "vitest";
import type { Scorer, ScorerSetting } from "../api/types";
import { condition, decides, draftOf, figures, limitToday, settingsOf } from "./scorers";

const field = (
  name: string,
  type: ScorerSetting["type"],
  more: Partial<ScorerSetting> = {},
): ScorerSetting => ({
  name,
  type,
  title: name,
  hint: "",
  required: false,
  default: null,
  choices: [],
  minimum: null,
  maximum: null,
  decides: true,
  ...more,
});

const FIELDS = [
  field("model", "text"),
  field("votes", "integer", { default: 4 }),
  field("price", "number", { decides: false }),
  field("shown", "switch", { default: false }),
];

const scorer: Scorer = {
  id: 1,
  key: "judge",
  version: "1-abc",
  kind: "judge",
  title: "Critic",
  settings: {},
  queue: "remote",
  paused: false,
  resume_at: null,
  notice: "",
  report: null,
  created_at: "2026-11-01T08:00:00Z",
  done: 10,
  pending: 0,
  claimed: 0,
  failed: 0,
  rate_per_minute: 0,
  eta_seconds: null,
  workers: 0,
  stats: {},
  usage: null,
};
const NOW = Date.parse("2026-11-01T09:00:00Z");

describe("the form of a scorer", () => {
  it("takes settings apart and puts them together again", () => {
    const draft = draftOf(FIELDS, { model: "m", price: 0.5 });
    expect(draft).toEqual({ model: "m", votes: "4", price: "0.5", shown: false });
    expect(settingsOf(FIELDS, { ...draft, votes: "8", price: "" })).toEqual({
      model: "m",
      votes: 8,
      price: null,
      shown: false,
    });
    // What is no number is for the server to name.
    expect(settingsOf(FIELDS, { ...draft, votes: "many" }).votes).toBe("many");
  });

  it("knows which changes score everything anew", () => {
    const draft = draftOf(FIELDS);
    expect(decides(FIELDS, draft, { ...draft, price: "1" })).toBe(false);
    expect(decides(FIELDS, draft, { ...draft, votes: "5" })).toBe(true);
  });
});

describe("what is said of a scorer", () => {
  it.each([
    [{}, "done"],
    [{ failed: 1 }, "done, with failures"],
    [{ pending: 3, claimed: 1 }, "at work"],
    [{ pending: 3, claimed: 1, queue: "celery" }, "waits for a worker"],
    [{ pending: 3, claimed: 1, queue: "celery", workers: 2 }, "at work"],
    [{ pending: 3, workers: 1 }, "waiting for its turn"],
    [{ pending: 3 }, "waits for a worker"],
    [{ pending: 3, paused: true }, "paused"],
    [{ pending: 3, resume_at: "2026-11-01T09:00:40Z", notice: "Busy." }, "goes on in 40 s"],
    [{ pending: 3, workers: 1, resume_at: "2026-11-01T08:59:59Z" }, "waiting for its turn"],
    [{ kind: "learned" }, "off"],
    [{ kind: "imported" }, "came with the data"],
  ] as [Partial<Scorer>, string][])("%o: %s", (state, word) => {
    expect(condition({ ...scorer, ...state }, NOW).word).toBe(word);
  });

  it("leaves out what nobody measured", () => {
    expect(figures(scorer)).toEqual([{ name: "waiting", value: "0" }]);
    const stats = { tokens_per_second: 1234, padding_share: 0.062, memory_bytes: 15 * 2 ** 30 };
    expect(figures({ ...scorer, stats }).slice(1)).toEqual([
      { name: "tokens a second", value: "1,234" },
      { name: "padding", value: "6 %" },
      { name: "memory", value: "15.0 GiB" },
    ]);
    const halved = { shared_share: 0.31, batch_tokens: 8192, memory_ran_out: 1 };
    expect(figures({ ...scorer, stats: halved }).slice(1)).toEqual([
      { name: "shared", value: "31 %" },
      { name: "tokens a pass, at most", value: "8,192" },
      { name: "memory ran out", value: "once" },
    ]);
  });

  it("says how much of the operator's limits is used", () => {
    const tokens = limitToday({ name: "tokens_per_day", limit: 5_000_000, used: 617_300 });
    expect(tokens).toContain("617,300 of 5,000,000 tokens");
    expect(tokens).not.toContain("reached");
    const money = limitToday({ name: "money_per_day", limit: 2.5, used: 2.5 });
    expect(money).toMatch(/2\.5 of 2\.5 .*reached/);
  });
});
