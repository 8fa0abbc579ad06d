import { describe, expect, it } from "vitest";
import { answerText } from "./answerText";

describe("a final answer", () => {
  it.each([
    ["54-9\\pi", "$54-9\\pi$"],
    [" \\frac{e^2+1}{4} ", "$\\frac{e^2+1}{4}$"],
    ["x^2+1", "$x^2+1$"],
    ["12 \\text{ square units}", "$12 \\text{ square units}$"],
  ])("in bare LaTeX becomes a formula: %s", (answer, shown) => expect(answerText(answer)).toBe(shown));

  it.each([
    "143",
    "4.90",
    "10\\%",
    "$\\frac12$",
    "\\(x\\)",
    "`a^b`",
    "all primes p with p^2 > 4",
    "$5",
    "x^2\ny^2",
  ])("that is a text or marks its formulas stays as it is: %s", (answer) =>
    expect(answerText(answer)).toBe(answer),
  );
});
