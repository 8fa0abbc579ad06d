// The fields of which a row of the label schema's editor consists.

import type { ComponentChildren } from "preact";
import { t } from "../../i18n/admin";

export interface RowProps<Row> {
  row: Row;
  onChange: (row: Row) => void;
}

/** A field under a short head for the eye: once for a column, or in each row where rows differ. */
export function Headed(props: { head: string; always?: boolean; children: ComponentChildren }) {
  return (
    <span class="rows-field">
      <span class="rows-head small muted" data-always={props.always || undefined} aria-hidden="true">
        {props.head}
      </span>
      {props.children}
    </span>
  );
}

export function Choose<T extends string>(props: {
  head: string;
  label: string;
  value: T;
  options: readonly T[];
  onChange: (value: T) => void;
}) {
  const names: Record<string, string> = {
    good: t("label-schema.good"),
    neutral: t("label-schema.neutral"),
    bad: t("label-schema.bad"),
    step: t("label-schema.step"),
    trace: t("label-schema.trace"),
    problem: t("label-schema.problem"),
    choice: t("label-schema.choice"),
    rating: t("label-schema.rating"),
    number: t("label-schema.number"),
    text: t("label-schema.text"),
    formula: t("label-schema.formula"),
  };
  return (
    <Headed head={props.head}>
      <select
        class="input"
        aria-label={props.label}
        value={props.value}
        onChange={({ currentTarget }) => props.onChange(currentTarget.value as T)}
      >
        {props.options.map((option) => (
          <option key={option} value={option}>
            {names[option] ?? option}
          </option>
        ))}
      </select>
    </Headed>
  );
}

export function Short({
  head,
  label,
  value,
  onChange,
}: {
  head: string;
  label: string;
  value: string;
  onChange: (value: string) => void;
}) {
  return (
    <Headed head={head}>
      <input
        class="input short"
        aria-label={label}
        maxLength={1}
        inputMode="numeric"
        value={value}
        onInput={({ currentTarget }) => onChange(currentTarget.value)}
      />
    </Headed>
  );
}

export function Num({
  head,
  label,
  always,
  value,
  onChange,
}: {
  head: string;
  label: string;
  always?: boolean;
  value: number | null;
  onChange: (value: number | null) => void;
}) {
  return (
    <Headed head={head} always={always}>
      <input
        class="input short"
        type="number"
        aria-label={label}
        value={value ?? ""}
        onInput={({ currentTarget }) =>
          onChange(currentTarget.value === "" ? null : currentTarget.valueAsNumber)
        }
      />
    </Headed>
  );
}

export function Needed<Row extends { required: boolean }>({
  label,
  row,
  onChange,
}: RowProps<Row> & { label: string }) {
  return (
    <label class="small row nowrap">
      <input
        type="checkbox"
        aria-label={label}
        checked={row.required}
        onChange={({ currentTarget }) => onChange({ ...row, required: currentTarget.checked })}
      />
      {t("label-schema.needed")}
    </label>
  );
}
