import { useId, useLayoutEffect, useRef } from "preact/hooks";
import { t } from "../../i18n/desk";
import { noteOn, ofTrace, type TraceAnswer } from "../../model/answer";
import type { Reply } from "../../model/extras";
import { type Axis, fullSchema, type Question } from "../../model/schema";
import type { Work } from "../../model/work";
import { Prose } from "../content/Prose";
import { useDesk } from "./useDesk";

export interface AskedProps {
  work: Work;
  /** The step, 0-based; null: the trace and the problem. */
  at: number | null;
  /** Has the keyboard: the first control is focused. */
  open: boolean;
}

/** What the project asks about a step, or about the trace and the problem: tags, ratings and questions. */
export function Asked({ work, at, open }: AskedProps) {
  const { desk, dispatch } = useDesk();
  const ref = useRef<HTMLDivElement>(null);
  const { answer } = work;
  useLayoutEffect(() => {
    if (!open) return;
    const first = ref.current?.querySelector<HTMLElement>("button, input:checked, input, textarea");
    first?.focus({ preventScroll: true });
    ref.current?.scrollIntoView({ block: "nearest", behavior: "instant" });
  }, [open]);
  if (!ofTrace(answer)) return null;
  const schema = fullSchema(desk.value.project.label_schema);
  const here = ({ scope }: { scope: string }) => (scope === "step") === (at !== null);
  const reply = (about: "rubric" | "answers", key: string) => (value: Reply | null) =>
    dispatch({ type: "reply", about, key, value, at });
  return (
    <div class="asked" ref={ref}>
      {at !== null && schema.tags.length > 0 && (
        <fieldset class="error-types">
          <legend class="visually-hidden">{ofStep(t("asked.tags"), at)}</legend>
          {schema.tags.map(({ key, name }) => (
            <button
              key={key}
              type="button"
              class="chip"
              aria-pressed={noteOn(answer, at).tags.includes(key)}
              onClick={() => dispatch({ type: "toggle-tag", key, at })}
            >
              {name}
            </button>
          ))}
        </fieldset>
      )}
      {schema.rubric.filter(here).map((axis) => (
        <Rating
          key={axis.key}
          axis={axis}
          at={at}
          value={repliesAt(answer, at).rubric[axis.key]}
          onChange={reply("rubric", axis.key)}
        />
      ))}
      {schema.questions.filter(here).map((question) => (
        <Ask
          key={question.key}
          question={question}
          at={at}
          value={repliesAt(answer, at).answers[question.key]}
          onChange={reply("answers", question.key)}
        />
      ))}
    </div>
  );
}

function repliesAt(answer: TraceAnswer, at: number | null) {
  return at === null ? answer : noteOn(answer, at);
}

/** What is asked, and of which step. */
const ofStep = (name: string, at: number | null) =>
  at === null ? name : t("asked.of-step", { name, n: at + 1 });

interface ReplyProps {
  at: number | null;
  value: Reply | undefined;
  onChange: (value: Reply | null) => void;
}

function Rating({ axis, ...rest }: ReplyProps & { axis: Axis }) {
  return <Options {...rest} name={axis.name} required={axis.required} options={scale(axis.min, axis.max)} />;
}

function scale(min: number, max: number): [Reply, string][] {
  return Array.from({ length: max - min + 1 }, (_, i) => [min + i, String(min + i)]);
}

function Ask({ question, at, value, onChange }: ReplyProps & { question: Question }) {
  const id = useId();
  const { name, kind, required } = question;
  if (kind === "choice" || kind === "rating") {
    const options: [Reply, string][] =
      kind === "rating"
        ? scale(question.min ?? 1, question.max ?? 5)
        : (question.options ?? []).map((option) => [option.key, option.name]);
    return <Options {...{ name, at, required, value, onChange, options }} />;
  }
  const written = value === undefined ? "" : String(value);
  return (
    <div class="ask">
      <label class="ask-label" for={id}>
        {name}
        {required && <Required />}
        {kind === "number" ? (
          <input
            id={id}
            class="input"
            type="number"
            step="any"
            min={question.min ?? undefined}
            max={question.max ?? undefined}
            value={value === "unsure" ? "" : written}
            onInput={({ currentTarget }) =>
              onChange(currentTarget.value === "" ? null : currentTarget.valueAsNumber)
            }
          />
        ) : (
          <textarea
            id={id}
            class="input"
            dir="auto"
            rows={kind === "formula" ? 1 : 2}
            value={written}
            onInput={({ currentTarget }) => onChange(currentTarget.value || null)}
          />
        )}
      </label>
      {kind === "number" && (
        <button
          type="button"
          class="chip"
          aria-pressed={value === "unsure"}
          aria-label={`${name}: ${t("asked.unsure")}`}
          onClick={() => onChange(value === "unsure" ? null : "unsure")}
        >
          {t("asked.unsure")}
        </button>
      )}
      {kind === "formula" && written.trim() && (
        <div class="writing-look">
          <Prose text={/[$\\]\(|\$/.test(written) ? written : `$${written}$`} />
        </div>
      )}
    </div>
  );
}

interface OptionsProps extends ReplyProps {
  name: string;
  required: boolean;
  options: [Reply, string][];
}

/** One of several, or "unsure". The chosen one again takes it back. */
function Options({ name, at, required, options, value, onChange }: OptionsProps) {
  return (
    <fieldset class="scale">
      <legend>
        {name}
        {required && <Required />}
      </legend>
      {[...options, ["unsure", t("asked.unsure")] as const].map(([reply, word]) => (
        <button
          key={reply}
          type="button"
          class="chip"
          aria-pressed={value === reply}
          aria-label={`${ofStep(name, at)}: ${word}`}
          onClick={() => onChange(value === reply ? null : reply)}
        >
          {word}
        </button>
      ))}
    </fieldset>
  );
}

function Required() {
  return <span class="muted"> {t("asked.needed")}</span>;
}
