import { render } from "preact";
import { act } from "preact/test-utils";
import { expect, it } from "vitest";
import { LoadMore } from "../components/LoadMore";
import { usePages } from "./usePages";

interface Page {
  results: number[];
  next: string | null;
}

function List({ first, load }: { first: Page; load: (cursor: string) => Promise<Page> }) {
  const pages = usePages(first, load);
  return (
    <>
      <p>{pages.rows.join()}</p>
      <LoadMore pages={pages} />
    </>
  );
}

it("goes on page by page, says what fails, and begins anew with another first page", async () => {
  const root = document.createElement("div");
  const answers: (Page | Error)[] = [
    { results: [3], next: "b" },
    new Error("cut"),
    { results: [4], next: null },
  ];
  const cursors: string[] = [];
  const load = async (cursor: string) => {
    cursors.push(cursor);
    const answer = answers.shift();
    if (!answer || answer instanceof Error) throw answer;
    return answer;
  };
  const show = (first: Page) => act(() => render(<List first={first} load={load} />, root));
  const press = (title: string) =>
    act(async () => {
      [...root.querySelectorAll("button")].find((button) => button.textContent === title)?.click();
      await new Promise((done) => setTimeout(done));
    });
  const rows = () => root.querySelector("p")?.textContent;

  const first = { results: [1, 2], next: "a" };
  await show(first);
  await press("Load more");
  expect(rows()).toBe("1,2,3");
  await press("Load more");
  expect(root.querySelector("[role=alert]")).not.toBeNull();
  await press("Try again");
  expect(rows()).toBe("1,2,3,4");
  expect(cursors).toEqual(["a", "b", "b"]);
  expect(root.querySelector("button, [role=alert]")).toBeNull();
  await show({ ...first });
  expect(rows()).toBe("1,2");
});
