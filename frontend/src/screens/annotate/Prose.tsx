import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { Button } from "../../components/Button";
import { isKatexLoaded, loadKatex } from "../../render/katex";
import { visibleControls } from "../../render/markdown";
import { draw } from "../../render/prepared";

/** Shown letter for letter in monospace: layout carries meaning there. */
const VERBATIM = new Set(["code", "formal", "tool_call", "observation"]);
/** More than this is folded: [characters, lines]. */
const LONG_VERBATIM = [1_500, 20] as const;
const LONG_PROSE = [6_000, 80] as const;
/** Of a folded text only the beginning is put into the page. */
const FOLDED_CHARS = 4_000;

interface ProseProps {
  text: string;
  kind?: string;
  /** Show the source as it was written. */
  raw?: boolean;
}

/** A model's or a person's text: typeset, or letter for letter; folded when it is long. */
export function Prose({ text, kind = "reasoning", raw = false }: ProseProps) {
  const verbatim = raw || (VERBATIM.has(kind) && !isFenced(text));
  const [chars, lines] = verbatim ? LONG_VERBATIM : LONG_PROSE;
  const long = text.length > chars || countLines(text, lines) > lines;
  const [open, setOpen] = useState(false);
  const folded = long && !open;
  const shown = folded ? text.slice(0, FOLDED_CHARS) : text;
  return (
    <div class="text" data-folded={folded || undefined}>
      {verbatim ? (
        <pre class="text-verbatim" dir={raw ? "auto" : "ltr"}>
          {visibleControls(shown)}
        </pre>
      ) : (
        <Typeset text={shown} />
      )}
      {long && (
        <Button
          variant="quiet"
          size="small"
          class="text-fold"
          aria-expanded={open}
          onClick={() => setOpen(!open)}
        >
          {open ? "Fold" : `Show all ${text.length.toLocaleString("en")} characters`}
        </Button>
      )}
    </div>
  );
}

function Typeset({ text }: { text: string }) {
  const ref = useRef<HTMLDivElement>(null);
  // Drawn before the browser paints: a new task never flashes its source when it was prepared.
  useLayoutEffect(() => {
    const node = ref.current;
    if (!node) return;
    let giveUp = () => {};
    let current = true;
    const put = () => {
      giveUp = draw(node, text, ({ math }) => {
        if (!math || isKatexLoaded()) return;
        loadKatex().then(
          () => current && put(),
          () => {
            // The formulas' source stays on the screen.
          },
        );
      });
    };
    put();
    return () => {
      current = false;
      giveUp();
    };
  }, [text]);
  return <div ref={ref} class="prose" />;
}

/** A block of code in Markdown's own fences says itself how it is to be shown. */
function isFenced(text: string): boolean {
  const lines = text.trim().split("\n", 2);
  return /^(```|~~~)[\w+-]*$/.test(lines[0] ?? "") && /(```|~~~)$/.test(text.trimEnd());
}

/** The number of lines, counted no further than just past `most`. */
function countLines(text: string, most: number): number {
  let lines = 1;
  for (let at = text.indexOf("\n"); at >= 0 && lines <= most; at = text.indexOf("\n", at + 1)) lines++;
  return lines;
}
