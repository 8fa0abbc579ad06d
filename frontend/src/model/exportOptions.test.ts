import { expect, it } from "vitest";
import type { ExportFormat } from "../api/types";
import { asked, lacksScorer, NOTHING_CHOSEN, ofValues, pairsFrom, withPairs } from "./exportOptions";

const FORMAT = {
  scorer: "may",
  choices: { pairs: ["choice", "rewrite"], neutral: [], after_first_error: [], container: [] },
} as unknown as ExportFormat;

it("asks for pairs only where they come from elsewhere than usual", () => {
  const usual = NOTHING_CHOSEN;
  expect(pairsFrom(usual, FORMAT)).toEqual(["choice", "rewrite"]);
  const more = { ...usual, pairs: withPairs(usual, FORMAT, "values", true) };
  expect(asked(more, FORMAT).pairs).toBe("choice,rewrite,values");
  expect(ofValues(more, FORMAT)).toBe(true);
  expect(lacksScorer(more, FORMAT)).toBe(true);
  expect(lacksScorer({ ...more, scorer: "answer" }, FORMAT)).toBe(false);
  expect(lacksScorer(usual, FORMAT)).toBe(false);
  const fewer = { ...more, pairs: withPairs(more, FORMAT, "values", false) };
  expect(asked(fewer, FORMAT).pairs).toBeUndefined();
  expect(withPairs(usual, FORMAT, "choice", false)).toBe("rewrite");
});
