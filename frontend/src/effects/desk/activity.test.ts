import { describe, expect, it } from "vitest";
import { activity } from "./activity";

const MINUTE = 60_000;

function at(visible = true) {
  let now = 0;
  const spent = activity(() => now, visible);
  return { spent, pass: (ms: number) => (now += ms) };
}

describe("working time", () => {
  it("counts while the page is in sight and something is done", () => {
    const { spent, pass } = at();
    for (let n = 0; n < 5; n++) {
      pass(30_000);
      spent.touch();
    }
    expect(spent.take()).toBe(150_000);
    expect(spent.take()).toBe(0);
  });

  it("stops a minute after the last touch", () => {
    const { spent, pass } = at();
    pass(10 * MINUTE);
    spent.touch();
    expect(spent.take()).toBe(MINUTE);
  });

  it("does not count what is out of sight", () => {
    const { spent, pass } = at();
    pass(20_000);
    spent.show(false);
    pass(40 * MINUTE);
    spent.show(true);
    pass(10_000);
    expect(spent.take()).toBe(30_000);
  });
});
