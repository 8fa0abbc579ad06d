import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { t } from "../../i18n/desk";
import type { TraceClaim } from "../../model/claim";
import { onDrawn } from "../../render/draw";
import { lightUp, placesOf } from "../../render/highlights";
import { useDesk } from "./useDesk";

/** Finds words in the problem and the steps, also in folded ones. */
export function FindBar({ claim, focus }: { claim: TraceClaim; focus: number }) {
  const { dispatch } = useDesk();
  const [words, setWords] = useState("");
  const ref = useRef<HTMLInputElement>(null);
  useLayoutEffect(() => ref.current?.focus({ preventScroll: true }), []);
  const wanted = words.trim().toLocaleLowerCase();
  const steps = wanted
    ? claim.steps.flatMap((step, index) => (step.text.toLocaleLowerCase().includes(wanted) ? [index] : []))
    : [];
  useEffect(() => {
    const light = () =>
      lightUp(
        "found",
        wanted ? placesOf(words.trim(), document.querySelectorAll(".problem-body, [data-text]")) : [],
      );
    light();
    // What is typeset as it comes near has new nodes.
    const stop = wanted ? onDrawn(light) : undefined;
    return () => {
      stop?.();
      lightUp("found", []);
    };
  }, [words, focus]);
  const go = (by: 1 | -1) => {
    const next =
      by > 0
        ? (steps.find((step) => step > focus) ?? steps[0])
        : (steps.findLast((step) => step < focus) ?? steps.at(-1));
    if (next === undefined) return;
    dispatch({ type: "focus", at: next });
    document.querySelector(`[data-place="${next}"]`)?.scrollIntoView({ block: "nearest" });
  };
  return (
    <search class="find-bar">
      <input
        ref={ref}
        class="input"
        type="search"
        aria-label={t("find-bar.find-trace")}
        placeholder={t("find-bar.find-trace")}
        value={words}
        onInput={({ currentTarget }) => setWords(currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key !== "Enter" || event.ctrlKey || event.metaKey) return;
          event.preventDefault();
          event.stopPropagation();
          go(event.shiftKey ? -1 : 1);
        }}
      />
      <span class="muted small num" role="status">
        {wanted && (steps.length ? t("find-bar.in-steps", { n: steps.length }) : t("find-bar.no-step"))}
      </span>
    </search>
  );
}
