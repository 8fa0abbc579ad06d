import { Checkbox } from "../../components/Field";
import { t } from "../../i18n/admin";
import type { Axis, Named, Question, ValueDef } from "../../model/schema";
import type { SchemaForm } from "../../model/settings";
import { keyify } from "../../model/slug";
import "../../styles/notes.css";
import { RowsEditor } from "./RowsEditor";
import { Choose, Headed, Needed, Num, type RowProps, Short } from "./SchemaFields";

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
        <h2 id="labels-title">{t("label-schema.what-annotators-say")}</h2>
        <span class="badge">{t("label-schema.version", { version })}</span>
      </div>
      <p class="muted measure">{t("label-schema.change-makes-new-version")}</p>
      <RowsEditor<ValueDef>
        title={t("label-schema.values-step")}
        what={t("label-schema.value")}
        hint={t("label-schema.projects-rate-every-step")}
        rows={value.values}
        blank={(n) => ({ ...named("", "value", n), means: "neutral", hotkey: freeDigit(value.values) })}
        error={errors.values}
        onChange={set("values")}
      >
        {(row, change, place) => (
          <>
            <NameField row={row} what={t("label-schema.value-at", { place })} onChange={change} />
            <Choose
              head={t("label-schema.head-means")}
              label={t("label-schema.what-value-means", { place })}
              value={row.means}
              options={["good", "neutral", "bad"]}
              onChange={(means) => change({ ...row, means })}
            />
            <Short
              head={t("label-schema.head-key")}
              label={t("label-schema.key-value", { place })}
              value={row.hotkey}
              onChange={(hotkey) => change({ ...row, hotkey })}
            />
          </>
        )}
      </RowsEditor>
      <NamedRows
        title={t("label-schema.tags")}
        key_="tag"
        what={t("label-schema.tag")}
        hint={t("label-schema.any-number-them-on")}
        rows={value.tags}
        error={errors.tags}
        onChange={set("tags")}
      />
      <NamedRows
        title={t("label-schema.marks")}
        key_="mark"
        what={t("label-schema.mark")}
        hint={t("label-schema.stretch-text-step-or")}
        rows={value.spans}
        error={errors.spans}
        onChange={set("spans")}
      />
      <RowsEditor<Axis>
        title={t("label-schema.ratings")}
        what={t("label-schema.rating")}
        hint={t("label-schema.axes-rubric-whole-numbers")}
        rows={value.rubric}
        blank={(n) => ({ ...named("", "rating", n), scope: "step", min: 1, max: 5, required: false })}
        error={errors.rubric}
        onChange={set("rubric")}
      >
        {(row, change, place) => (
          <>
            <NameField row={row} what={t("label-schema.rating-at", { place })} onChange={change} />
            <Choose
              head={t("label-schema.head-about")}
              label={t("label-schema.what-rating", { place })}
              value={row.scope}
              options={["step", "trace"]}
              onChange={(scope) => change({ ...row, scope })}
            />
            <Num
              head={t("label-schema.head-from")}
              label={t("label-schema.smallest-rating", { place })}
              value={row.min}
              onChange={(min) => change({ ...row, min: min ?? 0 })}
            />
            <Num
              head={t("label-schema.head-to")}
              label={t("label-schema.largest-rating", { place })}
              value={row.max}
              onChange={(max) => change({ ...row, max: max ?? 0 })}
            />
            <Needed label={t("label-schema.rating-needed", { place })} row={row} onChange={change} />
          </>
        )}
      </RowsEditor>
      <RowsEditor<Question>
        title={t("label-schema.questions")}
        what={t("label-schema.question")}
        hint={t("label-schema.about-each-step-trace")}
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
        label={t("label-schema.ask-which-steps-step")}
        hint={t("label-schema.premises-what-rests-on")}
        checked={value.premises}
        onChange={set("premises")}
      />
      <Checkbox
        label={t("label-schema.ask-how-sure-they")}
        checked={value.confidence}
        onChange={set("confidence")}
      />
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
  /** What their keys begin with. */
  key_: string;
  hint: string;
  rows: Named[];
  error?: string;
  onChange: (rows: Named[]) => void;
}

function NamedRows({ what, key_, ...rest }: NamedRowsProps) {
  return (
    <RowsEditor<Named> what={what} blank={(n) => named("", key_, n)} {...rest}>
      {(row, change, place) => <NameField row={row} what={`${what} ${place}`} onChange={change} />}
    </RowsEditor>
  );
}

/** The key follows the name as long as nobody has used it: a key of the kind `tag_3` was made here. */
function NameField<Row extends Named>({ row, what, onChange }: RowProps<Row> & { what: string }) {
  return (
    <Headed head={t("label-schema.head-name")}>
      <input
        class="input"
        aria-label={t("label-schema.name-of", { what })}
        maxLength={500}
        value={row.name}
        onInput={({ currentTarget: { value } }) => {
          const own =
            keyify(row.name) === row.key || /^(value|tag|mark|rating|question|option)_\d+$/.test(row.key);
          onChange({ ...row, name: value, key: own && keyify(value) ? keyify(value) : row.key });
        }}
      />
    </Headed>
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
      <NameField row={row} what={t("label-schema.question-at", { place })} onChange={onChange} />
      <Choose
        head={t("label-schema.head-about")}
        label={t("label-schema.what-question-about", { place })}
        value={row.scope}
        options={["step", "trace", "problem"]}
        onChange={(scope) => onChange({ ...row, scope })}
      />
      <Choose
        head={t("label-schema.head-kind")}
        label={t("label-schema.kind-question", { place })}
        value={row.kind}
        options={["choice", "rating", "number", "text", "formula"]}
        onChange={turn}
      />
      {row.kind === "choice" && (
        <Headed head={t("label-schema.head-options")} always>
          <input
            class="input"
            aria-label={t("label-schema.options-question-commas-between", { place })}
            placeholder={t("label-schema.yes-no")}
            value={(row.options ?? []).map(({ name }) => name).join(", ")}
            onChange={({ currentTarget }) =>
              onChange({ ...row, options: optionsIn(currentTarget.value, row.options ?? []) })
            }
          />
        </Headed>
      )}
      {scaled && (
        <>
          <Num
            head={t("label-schema.head-from")}
            always
            label={t("label-schema.smallest-answer-question", { place })}
            value={row.min ?? null}
            onChange={(min) => onChange({ ...row, min })}
          />
          <Num
            head={t("label-schema.head-to")}
            always
            label={t("label-schema.largest-answer-question", { place })}
            value={row.max ?? null}
            onChange={(max) => onChange({ ...row, max })}
          />
        </>
      )}
      <Needed label={t("label-schema.question-needed", { place })} row={row} onChange={onChange} />
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

/** What the annotate page will ask, in its own order. */
function Preview({ schema }: { schema: SchemaForm }) {
  const asked = (scope: string): string[] => [
    ...(scope === "step" ? schema.tags.map(({ name }) => name) : []),
    ...[...schema.rubric, ...schema.questions]
      .filter((one) => one.scope === scope)
      .map(({ name, required }) => (required ? t("label-schema.is-needed", { name }) : name)),
  ];
  const rows: [string, string[]][] = [
    [
      t("label-schema.each-step"),
      [...asked("step"), ...(schema.premises ? [t("label-schema.rests-on-steps")] : [])],
    ],
    [t("label-schema.stretch-text"), schema.spans.map(({ name }) => name)],
    [
      t("label-schema.the-trace"),
      [...asked("trace"), ...(schema.confidence ? [t("label-schema.how-sure")] : [])],
    ],
    [t("label-schema.the-problem"), asked("problem")],
    [
      t("label-schema.every-step-projects"),
      schema.values.map(({ name, hotkey }) => `${hotkey} ${name}`).concat(`u ${t("label-schema.unsure")}`),
    ],
  ];
  return (
    <section class="stack" aria-label={t("label-schema.preview")}>
      <h3>{t("label-schema.on-annotate-page")}</h3>
      <dl class="facts">
        {rows
          .filter(([, words]) => words.length)
          .map(([title, words]) => (
            <div key={title}>
              <dt>{title}</dt>
              <dd class="row">
                {words.map((word, n) => (
                  <span key={n} class="badge">
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
