import type { ComponentChildren, PartialInputHTMLAttributes, Ref, TextareaHTMLAttributes } from "preact";
import { useId } from "preact/hooks";
import { t } from "../i18n";

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
        {optional && <span class="field-optional"> {t("field.optional")}</span>}
      </label>
      {hint && (
        <div class="field-hint" id={`${id}-hint`}>
          {hint}
        </div>
      )}
      {children({ id, "aria-describedby": described || undefined, "aria-invalid": error ? true : undefined })}
      {error && (
        <div class="field-error" role="alert" id={`${id}-error`}>
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
          dir="auto"
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
          dir="auto"
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
      {props.choices.map(({ value, title, text }) => (
        <ChoiceLabel key={value} id={`${name}-${value}`} title={title} text={text}>
          {(names) => (
            <input
              {...names}
              type="radio"
              name={name}
              value={value}
              checked={props.value === value}
              onChange={() => props.onChange(value)}
            />
          )}
        </ChoiceLabel>
      ))}
    </fieldset>
  );
}

export function Checkbox(props: {
  label: string;
  hint?: ComponentChildren;
  checked: boolean;
  disabled?: boolean;
  onChange: (checked: boolean) => void;
}) {
  const id = useId();
  return (
    <ChoiceLabel id={id} title={props.label} text={props.hint}>
      {(names) => (
        <input
          {...names}
          type="checkbox"
          checked={props.checked}
          disabled={props.disabled}
          onChange={(event) => props.onChange(event.currentTarget.checked)}
        />
      )}
    </ChoiceLabel>
  );
}

interface ChoiceLabelProps {
  id: string;
  title: string;
  text?: ComponentChildren;
  children: (names: {
    id: string;
    "aria-labelledby": string;
    "aria-describedby"?: string;
  }) => ComponentChildren;
}

/** All of it can be clicked, but only the title is the name that is read out; the text follows as description. */
function ChoiceLabel({ id, title, text, children }: ChoiceLabelProps) {
  return (
    <label class="choice" for={id}>
      {children({
        id,
        "aria-labelledby": `${id}-title`,
        "aria-describedby": text ? `${id}-text` : undefined,
      })}
      <span>
        <span class="choice-title" id={`${id}-title`}>
          {title}
        </span>
        {text && (
          <span class="choice-text" id={`${id}-text`}>
            {text}
          </span>
        )}
      </span>
    </label>
  );
}
