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
import { t } from "../../i18n/admin";
import { labelsTitle, verdict } from "../../model/evaluation";
import { dateTime } from "../../model/format";
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
  usePoll(found.data?.state === "computing", 2_000, found);
  return (
    <section class="stack-large" aria-labelledby="evaluation-title">
      <div class="stack">
        <div class="row spread">
          <h2 id="evaluation-title">{t("evaluation.evaluation")}</h2>
          {project.data.role === "admin" && (
            <ButtonLink href={`/p/${slug}/admin/scorers`}>{t("evaluation.scorers")}</ButtonLink>
          )}
        </div>
        <p class="muted measure">{t("evaluation.scores-measured-against-labels")}</p>
      </div>
      <Loaded resource={found}>
        {(data) =>
          data.choices.length === 0 ? (
            <EmptyState title={t("evaluation.there-no-labels-yet")}>
              {t("evaluation.figures-come-as-soon")}
            </EmptyState>
          ) : (
            <>
              <div class="row wrap">
                <Select
                  label={t("evaluation.measured-against")}
                  value={data.labels ?? ""}
                  choices={data.choices.map((one) => ({
                    value: one.labels,
                    title: `${labelsTitle(one.labels)} (${t("evaluation.traces", { n: one.traces })})`,
                  }))}
                  onChange={setLabels}
                />
                <Checkbox
                  label={t("evaluation.only-tasks-drawn-at")}
                  hint={t("evaluation.what-order-puts-front")}
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
  if (state === "computing") return <Spinner label={t("evaluation.worker-computing-figures")} />;
  return (
    <div class="row spread card" role="status">
      <p>
        {data.error
          ? t("evaluation.last-try-failed", { error: data.error })
          : state === "old"
            ? data.computed_at
              ? t("evaluation.labels-or-scores-came", { when: dateTime(data.computed_at) })
              : t("evaluation.labels-or-scores-came-since")
            : t("evaluation.there-many-labels-worker")}
      </p>
      <Button busy={asking.busy} onClick={ask}>
        {state === "old" ? t("evaluation.compute-anew") : t("evaluation.compute")}
      </Button>
      {Boolean(asking.error) && <ErrorNotice error={asking.error} />}
    </div>
  );
}

function All({ figures }: { figures: Figures }) {
  if (figures.traces === 0)
    return (
      <EmptyState title={t("evaluation.no-label-stands")}>
        {figures.left_out ? t("evaluation.people-differ-on-every") : t("evaluation.no-task-was-drawn")}
      </EmptyState>
    );
  return (
    <>
      <p class="measure">
        <strong>{verdict(figures)}</strong>
      </p>
      <p class="muted small">
        {t("evaluation.labelled-traces-error", {
          n: figures.traces,
          problems: t("evaluation.problems", { n: figures.problems }),
          erroneous: figures.erroneous,
        })}{" "}
        {figures.left_out > 0 && `${t("evaluation.left-out-people-differ", { n: figures.left_out })} `}
        {figures.median_seconds === null
          ? t("evaluation.time-saved-can-told")
          : t("evaluation.trace-takes-s-here", {
              seconds: Math.round(figures.median_seconds),
              judgements: figures.judgements,
            })}
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
