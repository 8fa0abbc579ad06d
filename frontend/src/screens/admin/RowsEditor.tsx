import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { Button } from "../../components/Button";
import { t } from "../../i18n/admin";
import type { Named } from "../../model/schema";

interface RowsEditorProps<Row extends Named> {
  title: string;
  /** One of them, in words. */
  what: string;
  hint: string;
  rows: Row[];
  blank: (n: number) => Row;
  error?: string;
  onChange: (rows: Row[]) => void;
  /** The fields of a row; `place` counts from 1. */
  children: (row: Row, change: (row: Row) => void, place: number) => ComponentChildren;
}

/** A list whose rows are added, changed, moved and removed. */
export function RowsEditor<Row extends Named>(props: RowsEditorProps<Row>) {
  const { title, what, hint, rows, blank, error, onChange, children } = props;
  const list = useRef<HTMLOListElement>(null);
  const added = useRef(false);
  useLayoutEffect(() => {
    if (!added.current) return;
    added.current = false;
    list.current?.querySelector<HTMLInputElement>("li:last-child input")?.focus();
  });
  const move = (at: number, by: number) => {
    const next = [...rows];
    const [row] = next.splice(at, 1);
    if (row) next.splice(at + by, 0, row);
    onChange(next);
  };
  return (
    <fieldset class="stack rows-editor">
      <legend class="field-label">{title}</legend>
      <p class="field-hint">{hint}</p>
      <ol class="plain-list stack" ref={list}>
        {rows.map((row, at) => (
          // Keyed by place: keys and names are being typed.
          <li key={at} class="row">
            {children(row, (changed) => onChange(rows.map((old, i) => (i === at ? changed : old))), at + 1)}
            <Button
              size="small"
              variant="quiet"
              disabled={at === 0}
              aria-label={t("rows.move-up", { what, n: at + 1 })}
              onClick={() => move(at, -1)}
            >
              ↑
            </Button>
            <Button
              size="small"
              variant="quiet"
              aria-label={t("rows.remove", { what, n: at + 1 })}
              onClick={() => onChange(rows.filter((_, i) => i !== at))}
            >
              ✕
            </Button>
          </li>
        ))}
      </ol>
      {error && (
        <p class="field-error" role="alert">
          {error}
        </p>
      )}
      <div>
        <Button
          size="small"
          onClick={() => {
            added.current = true;
            onChange([...rows, blank(rows.length + 1)]);
          }}
        >
          {t("rows.add-a", { what })}
        </Button>
      </div>
    </fieldset>
  );
}
