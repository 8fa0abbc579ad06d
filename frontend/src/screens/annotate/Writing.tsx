import { useLayoutEffect, useRef } from "preact/hooks";
import { keyLabel } from "../../commands/registry";
import { Button } from "../../components/Button";
import { TextArea } from "../../components/Field";
import { useSettled } from "../../effects/useSettled";
import { t } from "../../i18n/desk";
import type { Field } from "../../model/work";
import { Prose } from "../content/Prose";
import { useDesk } from "./useDesk";

/** Typesetting every keystroke would make typing slow. */
const PREVIEW_MS = 150;

interface WritingProps {
  field: Field;
  label: string;
  text: string;
  open: boolean;
  /** What the field is filled with at first. Selected, so that typing replaces it rather than goes on after it. */
  original?: string;
  /** Show how it will look while it is written. */
  preview?: boolean;
}

/** A text that belongs to the answer: open for writing, or shown as it stands. */
export function Writing({ field, label, text, open, original, preview }: WritingProps) {
  const { dispatch } = useDesk();
  if (!open && !text.trim()) return null;
  if (!open) {
    return (
      <div class="written">
        <div class="written-head">
          <h3>{label}</h3>
          <Button variant="quiet" size="small" onClick={() => dispatch({ type: "open", panel: field })}>
            {t("writing.change")}
          </Button>
        </div>
        <Prose text={text} />
      </div>
    );
  }
  return <Editor field={field} label={label} text={text} original={original} preview={preview} />;
}

function Editor({ field, label, text, original, preview }: Omit<WritingProps, "open">) {
  const { dispatch } = useDesk();
  const ref = useRef<HTMLDivElement>(null);
  // Before the next key can come: it is meant for this field, and would be a command anywhere else.
  useLayoutEffect(() => {
    const area = ref.current?.querySelector("textarea");
    area?.focus({ preventScroll: true });
    area?.setSelectionRange(area.value === original ? 0 : area.value.length, area.value.length);
    ref.current?.scrollIntoView({ block: "nearest", behavior: "instant" });
  }, []);
  return (
    <div class={preview ? "writing writing-preview" : "writing"} ref={ref}>
      <TextArea
        label={label}
        rows={preview ? 6 : 3}
        dir="auto"
        hint={t("writing.goes-back-step-submits", {
          back: keyLabel("escape"),
          submit: keyLabel("mod+enter"),
        })}
        value={text}
        onChange={(next) => dispatch({ type: "write", field, text: next })}
      />
      {preview && (
        <div class="writing-look">
          <div class="field-label">{t("writing.preview")}</div>
          <Prose text={useSettled(text, PREVIEW_MS)} />
        </div>
      )}
    </div>
  );
}
