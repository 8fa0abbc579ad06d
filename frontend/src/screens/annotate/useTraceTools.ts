// What works on the trace as it is shown: occurrences light up, marks are highlighted, text is copied.

import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { TOOL_EVENT, type Tool } from "../../commands/desk";
import { toast } from "../../components/Toast";
import { t } from "../../i18n/desk";
import { noteOn, ofTrace } from "../../model/answer";
import type { TraceClaim } from "../../model/claim";
import type { FullSchema } from "../../model/schema";
import type { Work } from "../../model/work";
import { onDrawn } from "../../render/draw";
import { lightUp, occurrences, tokenAt, tokensIn } from "../../render/highlights";
import { rangeOf } from "../../render/positions";

const TEXTS = ".problem-body, [data-text]";
const texts = () => document.querySelectorAll(TEXTS);
const inText = (node: Node | null) =>
  (node instanceof Element ? node : node?.parentElement)?.closest(TEXTS) != null;
/** A pointer that only passes by lights nothing up. */
const REST_MS = 120;

export function useTraceTools(work: Work, claim: TraceClaim, schema: FullSchema, onMark: () => void): void {
  const now = useRef({ work, claim });
  now.current = { work, claim };
  const lit = useRef("");
  const canMark = schema.spans.length > 0;

  // With the task itself and not a frame later: a key that comes right behind it is meant for this.
  useLayoutEffect(() => {
    const stop = new AbortController();
    const { signal } = stop;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const show = () => lightUp("occurrence", lit.current ? occurrences(lit.current, texts()) : []);
    const light = (token: string) => {
      if (token === lit.current) return;
      lit.current = token;
      show();
    };
    const point = ({ clientX, clientY }: PointerEvent) => {
      const caret = caretAt(clientX, clientY);
      light(caret && inText(caret.node) ? tokenAt(caret.node, caret.offset) : "");
    };
    const tools: Partial<Record<Tool, () => void>> = {
      mark: onMark,
      "light-up": () => light(tokenBehind(lit.current, now.current.work.focus)),
      "copy-latex": () =>
        void copy(now.current.claim).catch(() => toast({ text: t("use-trace-tools.could-not-copied") })),
    };
    document.addEventListener(TOOL_EVENT, (event) => tools[(event as CustomEvent<Tool>).detail]?.(), {
      signal,
    });
    document.addEventListener(
      "pointermove",
      (event) => {
        clearTimeout(timer);
        if (event.pointerType !== "mouse" || event.buttons) return;
        timer = setTimeout(() => point(event), REST_MS);
      },
      { signal, passive: true },
    );
    document.addEventListener("keydown", (event) => event.key === "Escape" && light(""), { signal });
    // Text was selected by mouse: offer to mark it.
    document.addEventListener(
      "pointerup",
      () => {
        const selection = getSelection();
        if (canMark && selection && !selection.isCollapsed && inText(selection.anchorNode)) onMark();
      },
      { signal },
    );
    // What is typeset as it comes near has new nodes.
    const again = onDrawn(() => lit.current && show());
    return () => {
      stop.abort();
      again();
      clearTimeout(timer);
      lit.current = "";
      lightUp("occurrence", []);
    };
  }, [claim.assignment, canMark]);

  useMarks(work, claim);
}

/** Highlights what is marked, also after a text was drawn anew. */
function useMarks({ answer }: Work, claim: TraceClaim): void {
  const marked = !ofTrace(answer)
    ? []
    : [
        ...answer.problemSpans.map((mark) => ({ at: null as number | null, mark })),
        ...claim.steps.flatMap((_, at) => noteOn(answer, at).spans.map((mark) => ({ at, mark }))),
      ];
  const key = JSON.stringify(marked);
  useEffect(() => {
    if (!marked.length) return;
    let frame = 0;
    const paint = () => {
      const ranges = marked.flatMap(({ at, mark }) => {
        const root = document.querySelector(
          at === null ? ".problem-body .text" : `[data-text="${at}"] .text`,
        );
        const source = at === null ? claim.problem.statement : (claim.steps[at]?.text ?? "");
        return (root && rangeOf(root, source, mark.start, mark.end)) ?? [];
      });
      lightUp("marked", ranges);
    };
    const again = () => {
      cancelAnimationFrame(frame);
      frame = requestAnimationFrame(paint);
    };
    again();
    const observer = new MutationObserver(again);
    for (const root of texts()) observer.observe(root, { childList: true, subtree: true });
    return () => {
      cancelAnimationFrame(frame);
      observer.disconnect();
      lightUp("marked", []);
    };
  }, [claim.assignment, key]);
}

/** The one that lights up next of a step. Behind the last is none: the key goes round. */
function tokenBehind(before: string, step: number): string {
  const root = document.querySelector(`[data-text="${step}"]`);
  const tokens = root ? tokensIn(root) : [];
  return tokens[tokens.indexOf(before) + 1] ?? "";
}

async function copy(claim: TraceClaim): Promise<void> {
  const { traceLatex } = await import("../../model/latex");
  await navigator.clipboard.writeText(traceLatex(claim));
  toast({ text: t("use-trace-tools.copied-as-latex") });
}

function caretAt(x: number, y: number): { node: Text; offset: number } | null {
  const page = document as Document & {
    caretPositionFromPoint?: (x: number, y: number) => { offsetNode: Node; offset: number } | null;
    caretRangeFromPoint?: (x: number, y: number) => Range | null;
  };
  const position = page.caretPositionFromPoint?.(x, y);
  const range = position ? null : page.caretRangeFromPoint?.(x, y);
  const node = position?.offsetNode ?? range?.startContainer;
  const offset = position?.offset ?? range?.startOffset ?? 0;
  return node instanceof Text ? { node, offset } : null;
}
