import { useEffect, useRef, useState } from "preact/hooks";

const loadRenderer = () => Promise.all([import("../render/markdown"), import("../render/katex")]);

/** Markdown and LaTeX. The renderer is fetched on first use; until then, or without it, the source itself is shown. */
export function Markdown({ text }: { text: string }) {
  const ref = useRef<HTMLDivElement>(null);
  const [drawn, setDrawn] = useState(false);
  useEffect(() => {
    let current = true;
    const draw = async () => {
      const [{ render }, { isKatexLoaded, loadKatex }] = await loadRenderer();
      const put = () => {
        const { fragment, math } = render(text);
        if (current && ref.current) ref.current.replaceChildren(fragment);
        return math;
      };
      if (put() && !isKatexLoaded()) {
        await loadKatex();
        put();
      }
    };
    draw()
      .then(() => current && setDrawn(true))
      .catch(() => {
        // Not fetched: the source is on screen, or the formulas stay as they were written.
      });
    return () => {
      current = false;
    };
  }, [text]);
  return (
    <>
      <div class="prose" ref={ref} hidden={!drawn} />
      {!drawn && (
        <div class="prose pre-wrap" dir="auto">
          {text}
        </div>
      )}
    </>
  );
}
