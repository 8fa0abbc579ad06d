import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { isControl, isTextField } from "../../commands/keys";
import { t } from "../../i18n/desk";
import type { TraceClaim } from "../../model/claim";
import type { Named } from "../../model/schema";
import { onDrawn } from "../../render/draw";
import { firstWord, rangeOf, stretchOf } from "../../render/positions";
import { useDesk } from "./useDesk";

export interface MarkBarProps {
  claim: TraceClaim;
  labels: Named[];
  /** The step in focus. */
  focus: number;
  onClose: () => void;
}

const textOf = (at: number | null) =>
  document.querySelector<HTMLElement>(at === null ? ".problem-body .text" : `[data-text="${at}"] .text`);

/** The text that holds the selection: a step's index, null for the problem, undefined for none. */
function selectedText(): number | null | undefined {
  const selection = getSelection();
  const node = selection?.anchorNode;
  const element = node instanceof Element ? node : node?.parentElement;
  if (!selection || selection.isCollapsed || !element) return undefined;
  const step = element.closest<HTMLElement>("[data-text]");
  if (step) return Number(step.dataset.text);
  return element.closest(".problem-body .text") === textOf(null) && textOf(null) ? null : undefined;
}

/** What a selected stretch of text is marked as. Without a selection the arrows make one, word by word. */
export function MarkBar({ claim, labels, focus, onClose }: MarkBarProps) {
  const { dispatch } = useDesk();
  const [shown, setShown] = useState("");
  // Read by the listener, which stays the same while the focus moves.
  const now = useRef(focus);
  now.current = focus;
  const sourceOf = (at: number | null) => (at === null ? claim.problem.statement : claim.steps[at]?.text);
  // What is selected, by its place in the source: a text that is typeset meanwhile has new nodes.
  const meant = useRef<{ at: number | null; start: number; end: number } | null>(null);
  const remember = () => {
    const at = selectedText();
    meant.current = null;
    if (at === undefined) return;
    const [root, source, range] = [textOf(at), sourceOf(at), getSelection()?.getRangeAt(0)];
    const stretch = range && root && source !== undefined && stretchOf(range, root, source);
    if (stretch) meant.current = { at, ...stretch };
  };
  const bringBack = () => {
    const selection = getSelection();
    // Taking nodes away leaves the selection at their parent; a click would have left it in a text.
    if (!meant.current || !selection?.isCollapsed || selection.anchorNode instanceof Text) return;
    const { at, start, end } = meant.current;
    select(at, (root, source) => rangeOf(root, source, start, end));
  };
  const begin = (at: number | null) => select(at, firstWord);
  const select = (at: number | null, rangeIn: (root: Element, source: string) => Range | null) => {
    const [root, source, selection] = [textOf(at), sourceOf(at), getSelection()];
    const range = root && source !== undefined && rangeIn(root, source);
    if (!range) return;
    selection?.removeAllRanges();
    selection?.addRange(range);
  };
  const apply = (label: Named | undefined) => {
    const at = selectedText();
    const selection = getSelection();
    if (at === undefined || !selection?.rangeCount || !label) return;
    const root = textOf(at);
    const source = sourceOf(at);
    const stretch = root && source !== undefined && stretchOf(selection.getRangeAt(0), root, source);
    if (stretch) dispatch({ type: "mark", at, mark: { ...stretch, label: label.key } });
    selection.removeAllRanges();
    onClose();
  };
  const onKey = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    // Not this bar's: what is typed into a field, what a dialog asks, and Enter on a button.
    if (isTextField(event.target) || document.querySelector("dialog[open]")) return;
    if (event.key === "Enter" && isControl(event.target)) return;
    const selection = getSelection();
    const keys: Record<string, () => void> = {
      ArrowRight: () => {
        selection?.collapseToEnd();
        selection?.modify("move", "forward", "word");
        selection?.modify("move", "backward", "word");
        selection?.modify("extend", "forward", "word");
      },
      ArrowLeft: () => {
        selection?.collapseToStart();
        selection?.modify("move", "backward", "word");
        selection?.modify("extend", "forward", "word");
      },
      ArrowDown: () => selection?.modify("extend", "forward", "word"),
      ArrowUp: () => selection?.modify("extend", "backward", "word"),
      Enter: () => apply(labels[0]),
      Escape: () => {
        selection?.removeAllRanges();
        onClose();
      },
      p: () => begin(selectedText() === null ? now.current : null),
    };
    const act =
      keys[event.key] ?? (/^[1-9]$/.test(event.key) ? () => apply(labels[Number(event.key) - 1]) : null);
    if (!act) return;
    event.preventDefault();
    event.stopPropagation();
    bringBack();
    act();
    remember();
  };
  // Before the next key can come: it is meant for this bar.
  useLayoutEffect(() => {
    if (selectedText() === undefined) begin(focus);
    remember();
    const again = onDrawn(bringBack);
    const tell = () => setShown(getSelection()?.toString().trim().slice(0, 60) ?? "");
    tell();
    document.addEventListener("selectionchange", tell);
    document.addEventListener("keydown", onKey, { capture: true });
    return () => {
      again();
      document.removeEventListener("selectionchange", tell);
      document.removeEventListener("keydown", onKey, { capture: true });
    };
  }, []);
  return (
    <div class="mark-bar" role="toolbar" aria-label={t("mark-bar.mark-selected-text")}>
      <span class="mark-bar-words" role="status">
        {shown ? `“${shown}”` : t("mark-bar.select-stretch-text")}
      </span>
      {labels.map((label, place) => (
        <button
          key={label.key}
          type="button"
          class="chip"
          onMouseDown={(event) => event.preventDefault()}
          onClick={() => apply(label)}
        >
          {place < 9 && (
            <span aria-hidden="true">
              <kbd>{place + 1}</kbd>
            </span>
          )}
          {label.name}
        </button>
      ))}
      <span class="muted small">{t("mark-bar.other-word-longer-shorter")}</span>
    </div>
  );
}
