import type { ComponentChildren } from "preact";
import { Markdown } from "../../components/Markdown";
import { t } from "../../i18n/pages";
import type { StepNote, TraceAnswer } from "../../model/answer";
import { codePoints, type Marks, type Replies, type Reply } from "../../model/extras";
import { type FullSchema, type Named, wholeAsked } from "../../model/schema";
import { wordOf } from "../../model/stepState";

interface SaidOfStepProps {
  note: StepNote;
  /** Under which it was said. */
  schema: FullSchema;
  /** The step's, as it was imported. */
  text: string;
}

/** All that was said of one step beyond what it is worth; nothing where nothing was. */
export function SaidOfStep({ note, schema, text }: SaidOfStepProps) {
  const premises = note.premises.map((step) => step + 1).join(", ");
  return (
    <Facts>
      {named(t("history.error-types"), note.errorTypes, schema.error_types)}
      {named(t("history.tags"), note.tags, schema.tags)}
      {premises && <Fact name={t("history.premises")}>{premises}</Fact>}
      {replies(note.rubric, note.answers, schema)}
      {marks(note.spans, schema, text)}
      {note.comment && <Written name={t("history.comment")} text={note.comment} />}
    </Facts>
  );
}

/** What was said of the trace and of the problem. */
export function SaidOfWhole({ answer, schema, statement }: SaidOfWholeProps) {
  if (!wholeAsked(schema).length && !answer.problemSpans.length) return null;
  return (
    <section class="stack">
      <h2>{t("history.whole")}</h2>
      <WholeFacts answer={answer} schema={schema} statement={statement} />
    </section>
  );
}

/** The same without a heading; nothing where nothing was said. */
export function WholeFacts({ answer, schema, statement }: SaidOfWholeProps) {
  return (
    <Facts>
      {replies(answer.rubric, answer.answers, schema)}
      {marks(answer.problemSpans, schema, statement)}
    </Facts>
  );
}

interface SaidOfWholeProps {
  answer: Pick<TraceAnswer, "rubric" | "answers" | "problemSpans">;
  schema: FullSchema;
  statement: string;
}

const nameIn = (all: readonly Named[], key: string) => all.find((one) => one.key === key)?.name ?? key;

function named(name: string, keys: readonly string[], all: readonly Named[]) {
  return keys.length > 0 && <Fact name={name}>{keys.map((key) => nameIn(all, key)).join(", ")}</Fact>;
}

function replies(rubric: Replies, answers: Replies, schema: FullSchema) {
  const word = (reply: Reply) => (typeof reply === "number" ? String(reply) : wordOf(reply));
  return [
    ...Object.entries(rubric).map(([key, reply]) => (
      <Fact key={key} name={nameIn(schema.rubric, key)}>
        {word(reply)}
      </Fact>
    )),
    ...Object.entries(answers).map(([key, reply]) => {
      const asked = schema.questions.find((one) => one.key === key);
      const name = asked?.name ?? key;
      const text = String(reply);
      if (asked?.kind === "text") return <Written key={key} name={name} text={text} />;
      if (asked?.kind === "formula")
        return <Written key={key} name={name} text={/\$|\\[([]/.test(text) ? text : `$${text}$`} />;
      const option = asked?.options?.find((one) => one.key === reply)?.name;
      return (
        <Fact key={key} name={name}>
          {option ?? word(reply)}
        </Fact>
      );
    }),
  ];
}

function marks(spans: Marks, schema: FullSchema, text: string) {
  const points = spans.length ? codePoints(text) : [];
  return spans.map(({ start, end, label }) => (
    <Fact key={`${start}-${end}-${label}`} name={nameIn(schema.spans, label)}>
      <q>{points.slice(start, end).join("").trim()}</q>
    </Fact>
  ));
}

const Facts = ({ children }: { children: ComponentChildren }) => <dl class="facts said small">{children}</dl>;

/** Something short, beside its name whichever way it runs. */
function Fact({ name, children }: { name: string; children: ComponentChildren }) {
  return (
    <>
      <Name name={name} />
      <dd>
        <bdi>{children}</bdi>
      </dd>
    </>
  );
}

function Written({ name, text }: { name: string; text: string }) {
  return (
    <>
      <Name name={name} />
      <dd>
        <Markdown text={text} />
      </dd>
    </>
  );
}

const Name = ({ name }: { name: string }) => (
  <dt>
    <bdi>{name}</bdi>
  </dt>
);
