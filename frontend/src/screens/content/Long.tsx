import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { Button } from "../../components/Button";
import { t } from "../../i18n";

/** Of a folded text only the beginning is put into the page. */
const FOLDED_CHARS = 4_000;

interface LongProps {
  text: string;
  /** More than this is folded: [characters, lines]. */
  limits: readonly [number, number];
  /** The text, or its beginning, as it is to be shown. */
  children: (shown: string) => ComponentChildren;
}

/** A text that is folded when it is long. */
export function Long({ text, limits: [chars, lines], children }: LongProps) {
  const long = text.length > chars || countLines(text, lines) > lines;
  const [open, setOpen] = useState(false);
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
          onClick={() => setOpen(!open)}
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
