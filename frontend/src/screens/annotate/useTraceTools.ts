// What works on the trace as it is shown: occurrences light up, marks are highlighted, text is copied. The code for it
// is fetched when it is first wanted.

import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { TOOL_EVENT, type Tool } from "../../commands/desk";
import { toast } from "../../components/Toast";
import { t } from "../../i18n/desk";
import { noteOn, ofTrace } from "../../model/answer";
import type { TraceClaim } from "../../model/claim";
import type { FullSchema } from "../../model/schema";
import type { Work } from "../../model/work";
import { onDrawn } from "../../render/draw";

const TEXTS = ".problem-body, [data-text]";
const loadHighlights = () => import("../../render/highlights");
const loadPositions = () => import("../../render/positions");
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
    const show = async () => {
      const token = lit.current;
      const { lightUp, occurrences } = await loadHighlights();
      if (!signal.aborted && lit.current === token)
        lightUp("occurrence", token ? occurrences(token, texts()) : []);
    };
    const light = async (token: string) => {
      if (token === lit.current) return;
      lit.current = token;
      await show();
    };
    const point = async ({ clientX, clientY }: PointerEvent) => {
      const caret = caretAt(clientX, clientY);
      if (!caret || !inText(caret.node)) return light("");
      const { tokenAt } = await loadHighlights();
      return light(tokenAt(caret.node, caret.offset));
    };
    const ignore = () => {
      // Not fetched, perhaps offline: nothing lights up.
    };
    const tools: Partial<Record<Tool, () => void>> = {
      mark: onMark,
      "light-up": () => void lightNext(now.current.work.focus, lit.current, light).catch(ignore),
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
        timer = setTimeout(() => void point(event).catch(ignore), REST_MS);
      },
      { signal, passive: true },
    );
    document.addEventListener("keydown", (event) => event.key === "Escape" && void light("").catch(ignore), {
      signal,
    });
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
    const again = onDrawn(() => lit.current && void show().catch(ignore));
    return () => {
      stop.abort();
      again();
      clearTimeout(timer);
      lit.current = "";
      void loadHighlights().then(({ lightUp }) => lightUp("occurrence", []), ignore);
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
    let current = true;
    const paint = async () => {
      const [{ lightUp }, { rangeOf }] = await Promise.all([loadHighlights(), loadPositions()]);
      if (!current) return;
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
      frame = requestAnimationFrame(() => void paint().catch(() => {}));
    };
    again();
    const observer = new MutationObserver(again);
    for (const root of texts()) observer.observe(root, { childList: true, subtree: true });
    return () => {
      current = false;
      cancelAnimationFrame(frame);
      observer.disconnect();
      void loadHighlights().then(
        ({ lightUp }) => lightUp("marked", []),
        () => {},
      );
    };
  }, [claim.assignment, key]);
}

async function lightNext(
  focus: number,
  before: string,
  light: (token: string) => Promise<void>,
): Promise<void> {
  const root = document.querySelector(`[data-text="${focus}"]`);
  if (!root) return;
  const { tokensIn } = await loadHighlights();
  const tokens = tokensIn(root);
  // Behind the last one is none: the key goes round.
  await light(tokens[tokens.indexOf(before) + 1] ?? "");
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
