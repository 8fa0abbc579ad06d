// Shows on the page where candidates differ: text by the browser's own highlights, formulas by a mark of their own.

import { useEffect, useMemo } from "preact/hooks";
import type { Piece } from "../../model/claim";
import { differences } from "../../model/differences";
import { lightUp } from "../../render/highlights";
import { placesIn } from "../../render/positions";

/** The words that differ, by candidate. `root` holds the texts in elements with `data-text={index}`. */
export function useDifferences(
  root: { current: HTMLElement | null },
  pieces: readonly Piece[],
  shown: boolean,
): readonly (readonly string[])[] {
  const found = useMemo(() => differences(pieces.map(({ text }) => text)), [pieces]);
  useEffect(() => {
    if (!shown || !found.some((stretches) => stretches.length > 0)) return;
    let frame = 0;
    const show = () => {
      const ranges: Range[] = [];
      found.forEach((stretches, index) => {
        const element = root.current?.querySelector(`[data-text="${index}"]`);
        if (!element) return;
        const differs = (start: number, end: number) =>
          stretches.some((one) => one.start < end && one.end > start);
        for (const { node, offset, start, end } of placesIn(element, pieces[index]?.text ?? "")) {
          if (node instanceof Element) node.toggleAttribute("data-differs", differs(start, end));
          else if (differs(start, end)) {
            const range = document.createRange();
            range.setStart(node, offset);
            range.setEnd(node, offset + 1);
            ranges.push(range);
          }
        }
      });
      lightUp("differs", ranges);
    };
    const soon = () => {
      cancelAnimationFrame(frame);
      frame = requestAnimationFrame(show);
    };
    soon();
    // Formulas are drawn when their code is there; a long text may be unfolded.
    const watch = new MutationObserver(soon);
    if (root.current) watch.observe(root.current, { childList: true, subtree: true });
    const element = root.current;
    return () => {
      cancelAnimationFrame(frame);
      watch.disconnect();
      for (const one of element?.querySelectorAll("[data-differs]") ?? [])
        one.removeAttribute("data-differs");
      lightUp("differs", []);
    };
  }, [found, shown]);
  return useMemo(
    () =>
      found.map((stretches, i) =>
        stretches.map(({ start, end }) => (pieces[i]?.text ?? "").slice(start, end)),
      ),
    [found],
  );
}
