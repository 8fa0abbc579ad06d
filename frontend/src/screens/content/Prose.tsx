import { useLayoutEffect, useRef } from "preact/hooks";
import { colourFences } from "../../render/code";
import { draw } from "../../render/draw";
import { isKatexLoaded, loadKatex } from "../../render/katex";
import { visibleControls } from "../../render/markdown";
import { Long } from "./Long";

/** Shown letter for letter in monospace: layout carries meaning there. */
export const VERBATIM: ReadonlySet<string> = new Set(["code", "formal", "tool_call", "observation"]);
/** More than this is folded: [characters, lines]. */
const LONG_VERBATIM = [1_500, 20] as const;
const LONG_PROSE = [6_000, 80] as const;

interface ProseProps {
  text: string;
  kind?: string;
  /** Show the source as it was written. */
  raw?: boolean;
}

/** A model's or a person's text: typeset, or letter for letter; folded when it is long. */
export function Prose({ text, kind = "reasoning", raw = false }: ProseProps) {
  const verbatim = raw || (VERBATIM.has(kind) && !isFenced(text));
  return (
    <Long text={text} limits={verbatim ? LONG_VERBATIM : LONG_PROSE}>
      {(shown) =>
        verbatim ? (
          <pre class="text-verbatim" dir={raw ? "auto" : "ltr"}>
            {visibleControls(shown)}
          </pre>
        ) : (
          <Typeset text={shown} />
        )
      }
    </Long>
  );
}

/** Boxes that keep their size out of sight (`content-visibility`): their texts are typeset while they are near. */
const LAZY_BOX = ".step";

function Typeset({ text }: { text: string }) {
  const ref = useRef<HTMLDivElement>(null);
  // Drawn before the browser paints: a new task never flashes its source when it was prepared.
  useLayoutEffect(() => {
    const node = ref.current;
    if (!node) return;
    let giveUp = () => {};
    let current = true;
    const drawn = ({ math }: { math: boolean }) => {
      colourFences(node);
      if (!math || isKatexLoaded()) return;
      loadKatex().then(
        () => current && put(),
        () => {
          // The formulas' source stays on the screen.
        },
      );
    };
    const put = () => {
      giveUp();
      giveUp = draw(node, text, drawn, node.closest(LAZY_BOX));
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
