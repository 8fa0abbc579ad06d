import { useState } from "preact/hooks";
import type { Evaluation, Figures, Sample } from "../../api/types";
import { Button, ButtonLink } from "../../components/Button";
import { EmptyState } from "../../components/EmptyState";
import { ErrorNotice } from "../../components/ErrorNotice";
import { Checkbox, Select } from "../../components/Field";
import { Loaded } from "../../components/Loaded";
import { Spinner } from "../../components/Progress";
import { askForEvaluation, getEvaluation } from "../../effects/evaluation";
import { useAction } from "../../effects/useAction";
import { usePoll } from "../../effects/usePoll";
import { useResource } from "../../effects/useResource";
import { labelsTitle, verdict } from "../../model/evaluation";
import { count, dateTime, plural } from "../../model/format";
import "../../styles/evaluation.css";
import type { TabProps } from "./AdminScreen";
import { Anchoring, Lifts, ScorerFigures, ScorersTable } from "./EvaluationFigures";

/** How well the project's scorers find errors, and what the order of the queue is worth. */
export function EvaluationTab({ project }: TabProps) {
  const { slug } = project.data;
  const [labels, setLabels] = useState<string | null>(null);
  const [sample, setSample] = useState<Sample>("all");
  const found = useResource(`evaluation ${slug} ${labels} ${sample}`, (signal) =>
    getEvaluation(slug, labels, sample, signal),
  );
  usePoll(found.data?.state === "computing", 2_000, found.reload);
  return (
    <section class="stack-large" aria-labelledby="evaluation-title">
      <div class="stack">
        <div class="row spread">
          <h2 id="evaluation-title">Evaluation</h2>
          {project.data.role === "admin" && (
            <ButtonLink href={`/p/${slug}/admin/scorers`}>Scorers</ButtonLink>
          )}
        </div>
        <p class="muted measure">
          Scores are measured against labels: how well they find errors, and how much sooner people meet the
          errors than in a random order, or with the longest traces first.
        </p>
      </div>
      <Loaded resource={found}>
        {(data) =>
          data.choices.length === 0 ? (
            <EmptyState title="There are no labels yet">
              Figures come as soon as people have judged traces here, or when traces come in with labels.
            </EmptyState>
          ) : (
            <>
              <div class="row wrap">
                <Select
                  label="Measured against"
                  value={data.labels ?? ""}
                  choices={data.choices.map((one) => ({
                    value: one.labels,
                    title: `${labelsTitle(one.labels)} (${plural(one.traces, "trace")})`,
                  }))}
                  onChange={setLabels}
                />
                <Checkbox
                  label="Only tasks drawn at random"
                  hint="What the order puts in front is not like the rest; the random share is."
                  checked={sample === "random"}
                  onChange={(on) => setSample(on ? "random" : "all")}
                />
              </div>
              <State slug={slug} data={data} sample={sample} set={found.set} />
              {data.result && <All figures={data.result} />}
            </>
          )
        }
      </Loaded>
    </section>
  );
}

interface StateProps {
  slug: string;
  data: Evaluation;
  sample: Sample;
  set: (data: Evaluation) => void;
}

function State({ slug, data, sample, set }: StateProps) {
  const asking = useAction();
  const { labels, state } = data;
  const ask = () =>
    asking.run(async () => {
      if (labels) set(await askForEvaluation(slug, labels, sample));
    });
  if (state === "current") return null;
  if (state === "computing") return <Spinner label="A worker is computing the figures…" />;
  return (
    <div class="row spread card" role="status">
      <p>
        {data.error
          ? `The last try failed: ${data.error}`
          : state === "old"
            ? `Labels or scores came in since ${data.computed_at ? dateTime(data.computed_at) : "then"}.`
            : "There are many labels: a worker computes the figures in a minute or so."}
      </p>
      <Button busy={asking.busy} onClick={ask}>
        {state === "old" ? "Compute anew" : "Compute"}
      </Button>
      {Boolean(asking.error) && <ErrorNotice error={asking.error} />}
    </div>
  );
}

function All({ figures }: { figures: Figures }) {
  if (figures.traces === 0)
    return (
      <EmptyState title="No label stands">
        {figures.left_out
          ? "People differ on every trace, or were not sure."
          : "No task that was drawn at random has been judged yet."}
      </EmptyState>
    );
  return (
    <>
      <p class="measure">
        <strong>{verdict(figures)}</strong>
      </p>
      <p class="muted small">
        {plural(figures.traces, "labelled trace")} of {plural(figures.problems, "problem")},{" "}
        {count(figures.erroneous)} with an error.
        {figures.left_out > 0 && ` ${count(figures.left_out)} left out: people differ, or were not sure.`}{" "}
        {figures.median_seconds === null
          ? "Time saved can be told once people have judged traces here."
          : `A trace takes ${Math.round(figures.median_seconds)} s here (median of ${count(figures.judgements)}).`}
      </p>
      <Lifts figures={figures} />
      <ScorersTable figures={figures} />
      {figures.scorers
        .filter((one) => one.steps)
        .map((one) => (
          <ScorerFigures key={one.key} scorer={one} />
        ))}
      <Anchoring figures={figures} />
    </>
  );
}
