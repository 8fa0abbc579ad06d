import type { ComponentChildren, PartialInputHTMLAttributes, Ref, TextareaHTMLAttributes } from "preact";
import { useId } from "preact/hooks";

interface FieldProps {
  label: string;
  hint?: ComponentChildren;
  error?: string;
  optional?: boolean;
  /** Draws the control with the ids that tie it to its label, hint and error. */
  children: (control: {
    id: string;
    "aria-describedby"?: string;
    "aria-invalid"?: boolean;
  }) => ComponentChildren;
}

export function Field({ label, hint, error, optional, children }: FieldProps) {
  const id = useId();
  const described = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(" ");
  return (
    <div class="field">
      <label class="field-label" for={id}>
        {label}
        {optional && <span class="field-optional"> (optional)</span>}
      </label>
      {hint && (
        <div class="field-hint" id={`${id}-hint`}>
          {hint}
        </div>
      )}
      {children({ id, "aria-describedby": described || undefined, "aria-invalid": error ? true : undefined })}
      {error && (
        <div class="field-error" id={`${id}-error`}>
          {error}
        </div>
      )}
    </div>
  );
}

interface Common {
  label: string;
  hint?: ComponentChildren;
  error?: string;
  optional?: boolean;
}

type TextFieldProps = Common &
  Omit<PartialInputHTMLAttributes<HTMLInputElement>, "label" | "value" | "onChange" | "role" | "type"> & {
    type?: "text" | "password" | "search";
    value: string;
    onChange: (value: string) => void;
    inputRef?: Ref<HTMLInputElement>;
  };

export function TextField(props: TextFieldProps) {
  const { label, hint, error, optional, value, onChange, inputRef, type = "text", ...rest } = props;
  return (
    <Field label={label} hint={hint} error={error} optional={optional}>
      {(control) => (
        <input
          {...rest}
          {...control}
          type={type as "text"}
          ref={inputRef}
          class="input"
          value={value}
          onInput={(event) => onChange(event.currentTarget.value)}
        />
      )}
    </Field>
  );
}

type TextAreaProps = Common &
  Omit<TextareaHTMLAttributes<HTMLTextAreaElement>, "label" | "value" | "onChange"> & {
    value: string;
    onChange: (value: string) => void;
    /** For source text. */
    mono?: boolean;
  };

export function TextArea(props: TextAreaProps) {
  const { label, hint, error, optional, value, onChange, mono, ...rest } = props;
  return (
    <Field label={label} hint={hint} error={error} optional={optional}>
      {(control) => (
        <textarea
          rows={4}
          {...rest}
          {...control}
          class={mono ? "input mono" : "input"}
          value={value}
          onInput={(event) => onChange(event.currentTarget.value)}
        />
      )}
    </Field>
  );
}

export interface Choice<T extends string> {
  value: T;
  title: string;
  text?: ComponentChildren;
}

interface SelectProps<T extends string> extends Common {
  value: T;
  choices: Choice<T>[];
  onChange: (value: T) => void;
  disabled?: boolean;
}

export function Select<T extends string>(props: SelectProps<T>) {
  const { label, hint, error, optional, value, choices, onChange, disabled } = props;
  return (
    <Field label={label} hint={hint} error={error} optional={optional}>
      {(control) => (
        <select
          {...control}
          class="input"
          value={value}
          disabled={disabled}
          onChange={(event) => onChange(event.currentTarget.value as T)}
        >
          {choices.map((choice) => (
            <option key={choice.value} value={choice.value}>
              {choice.title}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

/** A handful of choices that each deserve a sentence. */
export function RadioGroup<T extends string>(props: {
  legend: string;
  value: T;
  choices: Choice<T>[];
  onChange: (value: T) => void;
}) {
  const name = useId();
  return (
    <fieldset class="field choices">
      <legend class="field-label">{props.legend}</legend>
      {props.choices.map((choice) => (
        <label key={choice.value} class="choice">
          <input
            type="radio"
            name={name}
            value={choice.value}
            checked={props.value === choice.value}
            onChange={() => props.onChange(choice.value)}
          />
          <span>
            <span class="choice-title">{choice.title}</span>
            {choice.text && <span class="choice-text">{choice.text}</span>}
          </span>
        </label>
      ))}
    </fieldset>
  );
}

export function Checkbox(props: {
  label: string;
  hint?: ComponentChildren;
  checked: boolean;
  onChange: (checked: boolean) => void;
}) {
  return (
    <label class="choice">
      <input
        type="checkbox"
        checked={props.checked}
        onChange={(event) => props.onChange(event.currentTarget.checked)}
      />
      <span>
        <span class="choice-title">{props.label}</span>
        {props.hint && <span class="choice-text">{props.hint}</span>}
      </span>
    </label>
  );
}
