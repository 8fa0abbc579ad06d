import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { t } from "../../i18n/desk";
import { noteOn } from "../../model/answer";
import type { Work } from "../../model/work";
import { useDesk } from "./useDesk";

/** Which earlier steps a step rests on: typed as numbers, or clicked while this is open. */
export function Premises({ work, at }: { work: Work; at: number }) {
  const { dispatch } = useDesk();
  const ref = useRef<HTMLInputElement>(null);
  const { premises } = noteOn(work.answer, at);
  const shown = premises.map((step) => step + 1).join(", ");
  const [typed, setTyped] = useState(shown);
  // What is clicked appears in the field; what is being typed is left as it is.
  const numbers = stepsIn(typed).filter((step) => step < at);
  const value = same(numbers, premises) ? typed : shown;
  useLayoutEffect(() => ref.current?.focus({ preventScroll: true }), []);
  return (
    <div class="premises">
      <label>
        {t("premises.step-rests-on-steps", { n: at + 1 })}
        <input
          ref={ref}
          class="input"
          inputMode="numeric"
          value={value}
          placeholder="1, 2"
          onInput={({ currentTarget }) => {
            setTyped(currentTarget.value);
            dispatch({ type: "set-premises", at, steps: stepsIn(currentTarget.value) });
          }}
          onKeyDown={(event) => {
            if (event.key !== "Enter" || event.ctrlKey || event.metaKey) return;
            event.preventDefault();
            event.stopPropagation();
            dispatch({ type: "open", panel: null });
          }}
        />
      </label>
      <span class="muted small">{t("premises.type-their-numbers-or")}</span>
    </div>
  );
}

/** The steps named in a text, 0-based. */
const stepsIn = (text: string): number[] => (text.match(/\d+/g) ?? []).map((n) => Number(n) - 1);

function same(a: readonly number[], b: readonly number[]): boolean {
  const [x, y] = [new Set(a), new Set(b)];
  return x.size === y.size && [...x].every((step) => y.has(step));
}
