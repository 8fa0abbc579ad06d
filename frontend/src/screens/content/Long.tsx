import type { ComponentChildren } from "preact";
import { useContext, useLayoutEffect, useState } from "preact/hooks";
import { Button } from "../../components/Button";
import { t } from "../../i18n";
import { FoldingContext } from "./folding";

/** Of a folded text only the beginning is put into the page. */
const FOLDED_CHARS = 4_000;

interface LongProps {
  text: string;
  /** More than this is folded: [characters, lines]. */
  limits: readonly [number, number];
  /** The text, or its beginning, as it is to be shown. */
  children: (shown: string) => ComponentChildren;
}

/** A text that is folded when it is long: by itself, or with all of the step that it stands in. */
export function Long({ text, limits: [chars, lines], children }: LongProps) {
  const long = text.length > chars || countLines(text, lines) > lines;
  const [opened, setOpened] = useState(false);
  const together = useContext(FoldingContext);
  useLayoutEffect(() => {
    if (long) together?.isLong();
  }, [long]);
  const open = together?.open ?? opened;
  const folded = long && !open;
  return (
    <div class="text" data-folded={folded || undefined}>
      {children(folded ? text.slice(0, FOLDED_CHARS) : text)}
      {long && (
        <Button
          variant="quiet"
          size="small"
          class="text-fold"
          aria-expanded={open}
          hint={together?.hint}
          // On the desk a click leaves the focus on the step, where the keys go on.
          onMouseDown={together ? (event) => event.preventDefault() : undefined}
          onClick={() => (together ? together.toggle() : setOpened(!open))}
        >
          {open ? t("content.fold") : t("content.show-all", { n: text.length })}
        </Button>
      )}
    </div>
  );
}

/** The number of lines, counted no further than just past `most`. */
function countLines(text: string, most: number): number {
  let lines = 1;
  for (let at = text.indexOf("\n"); at >= 0 && lines <= most; at = text.indexOf("\n", at + 1)) lines++;
  return lines;
}
