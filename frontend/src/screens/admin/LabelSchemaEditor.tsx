import { Checkbox } from "../../components/Field";
import type { Axis, Named, Question, ValueDef } from "../../model/schema";
import type { SchemaForm } from "../../model/settings";
import { keyify } from "../../model/slug";
import { RowsEditor } from "./RowsEditor";

interface LabelSchemaEditorProps {
  version: number;
  value: SchemaForm;
  onChange: (value: SchemaForm) => void;
  /** By part. */
  errors: Partial<Record<keyof SchemaForm, string>>;
}

/** What annotators may say of steps, traces and problems, beyond right or wrong. */
export function LabelSchemaEditor({ version, value, onChange, errors }: LabelSchemaEditorProps) {
  const set = <K extends keyof SchemaForm>(name: K) => {
    return (part: SchemaForm[K]) => onChange({ ...value, [name]: part });
  };
  return (
    <section class="stack" id="labels" aria-labelledby="labels-title">
      <div class="row">
        <h2 id="labels-title">What annotators say</h2>
        <span class="badge">version {version}</span>
      </div>
      <p class="muted measure">
        A change makes a new version; what was judged before keeps its own. Everything that is rated or chosen
        may also be called “unsure”.
      </p>
      <RowsEditor<ValueDef>
        title="Values of a step"
        what="value"
        hint="For projects that rate every step. What a value means is what trainers read; its own name is kept beside it."
        rows={value.values}
        blank={(n) => ({ ...named("", "value", n), means: "neutral", hotkey: freeDigit(value.values) })}
        error={errors.values}
        onChange={set("values")}
      >
        {(row, change, place) => (
          <>
            <NameField row={row} what={`value ${place}`} onChange={change} />
            <Choose
              label={`What value ${place} means`}
              value={row.means}
              options={["good", "neutral", "bad"]}
              onChange={(means) => change({ ...row, means })}
            />
            <Short
              label={`Key of value ${place}`}
              value={row.hotkey}
              onChange={(hotkey) => change({ ...row, hotkey })}
            />
          </>
        )}
      </RowsEditor>
      <NamedRows
        title="Tags"
        what="tag"
        hint="Any number of them on each step, such as patterns of reasoning."
        rows={value.tags}
        error={errors.tags}
        onChange={set("tags")}
      />
      <NamedRows
        title="Marks"
        what="mark"
        hint="For a stretch of text in a step or in the problem, such as an irrelevant condition."
        rows={value.spans}
        error={errors.spans}
        onChange={set("spans")}
      />
      <RowsEditor<Axis>
        title="Ratings"
        what="rating"
        hint="Axes of a rubric, in whole numbers, for each step or for the trace."
        rows={value.rubric}
        blank={(n) => ({ ...named("", "rating", n), scope: "step", min: 1, max: 5, required: false })}
        error={errors.rubric}
        onChange={set("rubric")}
      >
        {(row, change, place) => (
          <>
            <NameField row={row} what={`rating ${place}`} onChange={change} />
            <Choose
              label={`What rating ${place} is of`}
              value={row.scope}
              options={["step", "trace"]}
              onChange={(scope) => change({ ...row, scope })}
            />
            <Num
              label={`Smallest of rating ${place}`}
              value={row.min}
              onChange={(min) => change({ ...row, min: min ?? 0 })}
            />
            <Num
              label={`Largest of rating ${place}`}
              value={row.max}
              onChange={(max) => change({ ...row, max: max ?? 0 })}
            />
            <Needed label={`Rating ${place} is needed`} row={row} onChange={change} />
          </>
        )}
      </RowsEditor>
      <RowsEditor<Question>
        title="Questions"
        what="question"
        hint="About each step, the trace or the problem."
        rows={value.questions}
        blank={(n) => ({
          ...named("", "question", n),
          scope: "trace",
          kind: "text",
          options: null,
          min: null,
          max: null,
          required: false,
        })}
        error={errors.questions}
        onChange={set("questions")}
      >
        {(row, change, place) => <QuestionRow row={row} place={place} onChange={change} />}
      </RowsEditor>
      <Checkbox
        label="Ask which steps a step rests on"
        hint="Its premises. What rests on a wrong step is shown as broken."
        checked={value.premises}
        onChange={set("premises")}
      />
      <Checkbox label="Ask how sure they are" checked={value.confidence} onChange={set("confidence")} />
      <Preview schema={value} />
    </section>
  );
}

const named = (name: string, what: string, n: number): Named => ({ key: `${what}_${n}`, name });

function freeDigit(values: readonly ValueDef[]): string {
  return "123456789".split("").find((digit) => !values.some(({ hotkey }) => hotkey === digit)) ?? "9";
}

interface NamedRowsProps {
  title: string;
  what: string;
  hint: string;
  rows: Named[];
  error?: string;
  onChange: (rows: Named[]) => void;
}

function NamedRows({ what, ...rest }: NamedRowsProps) {
  return (
    <RowsEditor<Named> what={what} blank={(n) => named("", what, n)} {...rest}>
      {(row, change, place) => <NameField row={row} what={`${what} ${place}`} onChange={change} />}
    </RowsEditor>
  );
}

interface RowProps<Row> {
  row: Row;
  onChange: (row: Row) => void;
}

/** The key follows the name as long as nobody has used it: a key of the kind `tag_3` was made here. */
function NameField<Row extends Named>({ row, what, onChange }: RowProps<Row> & { what: string }) {
  return (
    <input
      class="input"
      aria-label={`Name of ${what}`}
      maxLength={500}
      value={row.name}
      onInput={({ currentTarget: { value } }) => {
        const own =
          keyify(row.name) === row.key || /^(value|tag|mark|rating|question|option)_\d+$/.test(row.key);
        onChange({ ...row, name: value, key: own && keyify(value) ? keyify(value) : row.key });
      }}
    />
  );
}

function QuestionRow({ row, place, onChange }: RowProps<Question> & { place: number }) {
  const scaled = row.kind === "rating" || row.kind === "number";
  const turn = (kind: Question["kind"]) =>
    onChange({
      ...row,
      kind,
      options: kind === "choice" ? (row.options ?? []) : null,
      min: kind === "rating" ? 1 : null,
      max: kind === "rating" ? 5 : null,
    });
  return (
    <>
      <NameField row={row} what={`question ${place}`} onChange={onChange} />
      <Choose
        label={`What question ${place} is about`}
        value={row.scope}
        options={["step", "trace", "problem"]}
        onChange={(scope) => onChange({ ...row, scope })}
      />
      <Choose
        label={`Kind of question ${place}`}
        value={row.kind}
        options={["choice", "rating", "number", "text", "formula"]}
        onChange={turn}
      />
      {row.kind === "choice" && (
        <input
          class="input"
          aria-label={`Options of question ${place}, with commas between them`}
          placeholder="Yes, No"
          value={(row.options ?? []).map(({ name }) => name).join(", ")}
          onChange={({ currentTarget }) =>
            onChange({ ...row, options: optionsIn(currentTarget.value, row.options ?? []) })
          }
        />
      )}
      {scaled && (
        <>
          <Num
            label={`Smallest answer to question ${place}`}
            value={row.min ?? null}
            onChange={(min) => onChange({ ...row, min })}
          />
          <Num
            label={`Largest answer to question ${place}`}
            value={row.max ?? null}
            onChange={(max) => onChange({ ...row, max })}
          />
        </>
      )}
      <Needed label={`Question ${place} is needed`} row={row} onChange={onChange} />
    </>
  );
}

/** One option for each name; those that were there keep their keys. */
function optionsIn(text: string, before: readonly Named[]): Named[] {
  const names = text
    .split(",")
    .map((name) => name.trim())
    .filter(Boolean);
  return names.map(
    (name, n) => before.find((one) => one.name === name) ?? { key: keyify(name) || `option_${n + 1}`, name },
  );
}

function Choose<T extends string>(props: {
  label: string;
  value: T;
  options: readonly T[];
  onChange: (value: T) => void;
}) {
  return (
    <select
      class="input"
      aria-label={props.label}
      value={props.value}
      onChange={({ currentTarget }) => props.onChange(currentTarget.value as T)}
    >
      {props.options.map((option) => (
        <option key={option} value={option}>
          {option}
        </option>
      ))}
    </select>
  );
}

function Short({
  label,
  value,
  onChange,
}: {
  label: string;
  value: string;
  onChange: (value: string) => void;
}) {
  return (
    <input
      class="input short"
      aria-label={label}
      maxLength={1}
      inputMode="numeric"
      value={value}
      onInput={({ currentTarget }) => onChange(currentTarget.value)}
    />
  );
}

function Num({
  label,
  value,
  onChange,
}: {
  label: string;
  value: number | null;
  onChange: (value: number | null) => void;
}) {
  return (
    <input
      class="input short"
      type="number"
      aria-label={label}
      value={value ?? ""}
      onInput={({ currentTarget }) =>
        onChange(currentTarget.value === "" ? null : currentTarget.valueAsNumber)
      }
    />
  );
}

function Needed<Row extends { required: boolean }>({
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
      needed
    </label>
  );
}

/** What the annotate page will ask, in its own order. */
function Preview({ schema }: { schema: SchemaForm }) {
  const asked = (scope: string): string[] => [
    ...(scope === "step" ? schema.tags.map(({ name }) => name) : []),
    ...[...schema.rubric, ...schema.questions]
      .filter((one) => one.scope === scope)
      .map(({ name, required }) => (required ? `${name} (needed)` : name)),
  ];
  const rows: [string, string[]][] = [
    ["Each step", [...asked("step"), ...(schema.premises ? ["rests on steps …"] : [])]],
    ["A stretch of text", schema.spans.map(({ name }) => name)],
    ["The trace", [...asked("trace"), ...(schema.confidence ? ["how sure"] : [])]],
    ["The problem", asked("problem")],
    [
      "In every-step projects",
      schema.values.map(({ name, hotkey }) => `${hotkey} ${name}`).concat("u Unsure"),
    ],
  ];
  return (
    <section class="stack" aria-label="Preview">
      <h3>On the annotate page</h3>
      <dl class="facts">
        {rows
          .filter(([, words]) => words.length)
          .map(([title, words]) => (
            <div key={title}>
              <dt>{title}</dt>
              <dd class="row">
                {words.map((word, n) => (
                  <span key={n} class="chip">
                    {word || "…"}
                  </span>
                ))}
              </dd>
            </div>
          ))}
      </dl>
    </section>
  );
}
