import { describe, expect, it } from "vitest";
import { differences } from "./differences";

const shown = (...texts: string[]) =>
  differences(texts).map((stretches, index) =>
    stretches.map(({ start, end }) => texts[index]?.slice(start, end)),
  );

describe("differences", () => {
  it("are words, not letters, and neighbours go together", () => {
    expect(shown("She sold 24 clips.", "She sold 42 red clips.")).toEqual([["24"], ["42 red"]]);
  });

  it("are formulas as a whole, whatever their space", () => {
    expect(shown("So $x = 48/2$ holds.", "So $x=48 / 2$ holds.")).toEqual([[], []]);
    expect(shown("So $x = 48/2$ holds.", "So $x = 48/4$ holds.")).toEqual([["$x = 48/2$"], ["$x = 48/4$"]]);
  });

  it("never cut a code point", () => {
    expect(shown("Es ist 𝟛🙂 da", "Es ist 𝟜🙃 da")).toEqual([["𝟛🙂"], ["𝟜🙃"]]);
  });

  it("of several are what not all have", () => {
    expect(shown("a b c", "a x c", "a b d")).toEqual([["b c"], ["x c"], ["b d"]]);
  });

  it("of texts that are alike, or of one, are none", () => {
    expect(shown("a", "a")).toEqual([[], []]);
    expect(shown("a")).toEqual([[]]);
  });
});
