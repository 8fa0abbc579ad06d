import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, expect, it, vi } from "vitest";
import { SignInAgain } from "./SignInAgain";

afterEach(() => vi.useRealTimers());

it("comes at once when nobody types, and otherwise when the keys rest", async () => {
  vi.useFakeTimers();
  const root = document.createElement("div");
  document.body.append(root);
  const type = () => document.body.dispatchEvent(new KeyboardEvent("keydown", { key: "a", bubbles: true }));
  const wait = (ms: number) => act(async () => void (await vi.advanceTimersByTimeAsync(ms)));
  const there = () => root.querySelector("dialog") !== null;
  await act(() => render(<SignInAgain />, root));
  expect(there()).toBe(true);
  await act(() => render(null, root));

  type();
  await act(() => render(<SignInAgain />, root));
  for (let keys = 0; keys < 5; keys += 1) {
    await wait(800);
    expect(there()).toBe(false);
    type();
  }
  await wait(1_100);
  expect(there()).toBe(true);
});
