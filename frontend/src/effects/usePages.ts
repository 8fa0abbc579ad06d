import { useState } from "preact/hooks";
import { useAction } from "./useAction";

interface Page<Row> {
  results: Row[];
  next: string | null;
}

export interface Pages<Row> {
  rows: Row[];
  /** Whether there is more behind these rows. */
  next: boolean;
  more: () => void;
  busy: boolean;
  /** Why the next page did not come; `more` tries again. */
  error: unknown;
}

/** A first page and those that were loaded after it. A refreshed first page makes the later ones stale. */
export function usePages<Row>(
  first: Page<Row> | undefined,
  load: (cursor: string) => Promise<Page<Row>>,
): Pages<Row> {
  const [later, setLater] = useState<{ of?: Page<Row>; pages: Page<Row>[] }>({ pages: [] });
  const loading = useAction();
  const after = later.of === first ? later.pages : [];
  const pages = first ? [first, ...after] : [];
  const next = pages[pages.length - 1]?.next ?? null;
  const more = () => {
    if (next === null) return;
    void loading.run(async () => {
      const page = await load(next);
      setLater({ of: first, pages: [...after, page] });
    });
  };
  const rows = pages.flatMap((page) => page.results);
  return { rows, next: next !== null, more, busy: loading.busy, error: loading.error };
}
