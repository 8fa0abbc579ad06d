import { useLayoutEffect, useRef } from "preact/hooks";
import { rich } from "../../i18n/desk";
import { readable } from "../../model/readable";
import { isKatexLoaded, loadKatex, mathNode } from "../../render/katex";
import { cutMath } from "../../render/math";

/** More than this nobody keeps in mind while they listen. */
const MOST = 20;

/** For those who hear the page: what only this candidate has. Formulas are mathematics here, too, not their source. */
export function Differs({ words }: { words: readonly string[] }) {
  const ref = useRef<HTMLSpanElement>(null);
  const told = words.slice(0, MOST);
  useLayoutEffect(() => {
    let current = true;
    const put = () => current && ref.current?.replaceChildren(...told.flatMap(spoken));
    put();
    if (!isKatexLoaded() && told.some((word) => cutMath(word).some(isFormula)))
      loadKatex().then(put, () => {
        // What they say stands there in signs.
      });
    return () => {
      current = false;
    };
  }, [JSON.stringify(told)]);
  return <p class="visually-hidden">{rich("choice-task.differs-in", { differs: <span ref={ref} /> })}</p>;
}

const isFormula = (piece: unknown) => typeof piece !== "string";

function spoken(word: string, index: number): (string | Node)[] {
  const pieces = cutMath(word).map((piece) =>
    typeof piece === "string" ? piece : (mathNode(piece).querySelector("math") ?? readable(piece.source)),
  );
  return index ? ["; ", ...pieces] : pieces;
}
