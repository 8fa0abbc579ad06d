import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, expect, it, vi } from "vitest";
import { Later } from "./Later";

afterEach(() => vi.useRealTimers());

it("fetches again what could not be fetched, as long as it is wanted", async () => {
  vi.useFakeTimers();
  const root = document.createElement("div");
  let offline = true;
  const load = vi.fn(async () => {
    if (offline) throw new TypeError("Failed to fetch");
    return { default: () => <p>here</p> };
  });
  const wait = (ms: number) => act(async () => void (await vi.advanceTimersByTimeAsync(ms)));
  await act(() => render(<Later load={load} props={{}} />, root));
  await wait(5_000);
  expect(load).toHaveBeenCalledTimes(2);
  await act(() => render(null, root));
  await wait(20_000);
  expect(load).toHaveBeenCalledTimes(2);

  await act(() => render(<Later load={load} props={{}} />, root));
  offline = false;
  await wait(5_000);
  expect(root.textContent).toBe("here");
});
