import type { TraceDetail } from "../../api/types";
import { t } from "../../i18n/admin";
import { NO_NOTE, type StepNote } from "../../model/answer";
import { extrasFrom, extrasSaid, marksFrom, repliesFrom } from "../../model/extras";
import type { FullSchema } from "../../model/schema";
import { SaidOfStep, WholeFacts } from "../history/SaidInFull";

export type Label = TraceDetail["labels"][number];

export const who = (label: Label): string => label.by ?? label.source ?? "";

interface SaidBesideProps {
  labels: readonly Label[];
  /** 0-based. */
  index: number;
  schema: FullSchema;
  text: string;
}

/**
 * What was said of a step beyond its value, side by side. A person who judged it and said nothing stands there too, where
 * somebody else did: that is how they differ.
 */
export function SaidBeside({ labels, index, schema, text }: SaidBesideProps) {
  const notes = labels.map((label) => ({ label, note: noteOf(label, index) }));
  if (!notes.some(({ note }) => note)) return null;
  return (
    <ul class="plain-list said-beside">
      {notes
        .filter(({ label, note }) => note || (label.by && label.values[index] !== null))
        .map(({ label, note }) => (
          <li key={who(label)}>
            <strong class="small" dir="auto">
              {who(label)}
            </strong>
            {note ? (
              <SaidOfStep note={note} schema={schema} text={text} />
            ) : (
              <p class="small muted">{t("trace.nothing-more")}</p>
            )}
          </li>
        ))}
    </ul>
  );
}

/** What a label says of the trace and of the problem. */
export function SaidOfAll({ label, schema, statement }: SaidOfAllProps) {
  const { rubric, answers, problem_spans } = label.details;
  const answer = {
    rubric: repliesFrom(rubric),
    answers: repliesFrom(answers),
    problemSpans: marksFrom(problem_spans),
  };
  return <WholeFacts answer={answer} schema={schema} statement={statement} />;
}

interface SaidOfAllProps {
  label: Label;
  schema: FullSchema;
  statement: string;
}

/** The project's own word for a step, where it is not the meaning itself. */
export function ownWord(label: Label, index: number, schema: FullSchema): string | undefined {
  const key = stepSaid(label, index).value;
  return schema.values.find((value) => value.key === key)?.name;
}

function noteOf(label: Label, index: number): StepNote | null {
  const said = stepSaid(label, index);
  const errorTypes = label.first_error === index ? label.error_types : ((said.error_types ?? []) as string[]);
  const note = { ...NO_NOTE, ...extrasFrom(said), errorTypes };
  return errorTypes.length || Object.keys(extrasSaid(note)).length ? note : null;
}

function stepSaid(label: Label, index: number): Record<string, unknown> {
  const steps = (label.details.steps ?? []) as Record<string, unknown>[];
  return steps.find((one) => one.step === index) ?? {};
}
