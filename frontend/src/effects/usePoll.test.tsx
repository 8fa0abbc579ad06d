import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { usePoll } from "./usePoll";
import { useResource } from "./useResource";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function Page({ on, load }: { on: boolean; load: (signal: AbortSignal) => Promise<number> }) {
  const resource = useResource("page", load);
  usePoll(on, 1_000, resource);
  return <p>{resource.data}</p>;
}

it("waits for an answer before it asks again, and asks seldom for what takes long", async () => {
  const root = document.createElement("div");
  let takes = 20;
  let asked = 0;
  let cutShort = 0;
  const load = (signal: AbortSignal) => {
    asked += 1;
    return new Promise<number>((resolve) => {
      const answer = setTimeout(() => resolve(asked), takes);
      signal.addEventListener("abort", () => {
        if (root.textContent !== String(asked)) cutShort += 1;
        clearTimeout(answer);
      });
    });
  };
  const pass = async (ms: number) => {
    for (let i = 0; i < ms / 200; i += 1) {
      await act(async () => {
        await vi.advanceTimersByTimeAsync(200);
      });
    }
  };
  await act(() => render(<Page on load={load} />, root));
  await pass(6_000);
  expect(asked).toBeGreaterThan(3);
  const before = asked;
  takes = 5_000; // longer than it is from one turn to the next
  await pass(60_000);
  expect(asked - before).toBe(2);
  expect(cutShort).toBe(0);
  await act(() => render(<Page on={false} load={load} />, root));
  await pass(200_000);
  expect(asked - before).toBe(2);
  await act(() => render(null, root));
});
