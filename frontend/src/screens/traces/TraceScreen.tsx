import { useLocation, useRoute } from "preact-iso";
import { ApiError } from "../../api/client";
import type { TraceDetail } from "../../api/types";
import { ButtonLink } from "../../components/Button";
import { Loaded } from "../../components/Loaded";
import { Markdown } from "../../components/Markdown";
import { PageHeader } from "../../components/PageHeader";
import { getTrace } from "../../effects/finding";
import { getProject } from "../../effects/projects";
import { useResource } from "../../effects/useResource";
import { withdrawJudgement } from "../../effects/withdrawals";
import { t } from "../../i18n/admin";
import { shortId } from "../../model/format";
import { kindName } from "../../model/kinds";
import { type FullSchema, fullSchema } from "../../model/schema";
import "../../styles/finding.css";
import "../../styles/notes.css";
import { Withdraw } from "../admin/Withdraw";
import { ProblemContent } from "../content/ProblemContent";
import { StepContent } from "../content/StepContent";
import { NotFoundScreen } from "../ErrorScreens";
import { Fact, Numbers, ProblemFact, WorkFacts, Written } from "./parts";
import { Reshape } from "./Reshape";
import { type Label, ownWord, SaidBeside, SaidOfAll, who } from "./SaidBeside";

type Step = TraceDetail["steps"][number];

const VALUES: Record<string, string> = {
  "-1": t("trace.bad"),
  "0": t("trace.neutral"),
  "1": t("trace.good"),
  "2": t("trace.unsure"),
};

/** One trace with everything that is known of it: scores, labels, and what else could have come. */
export default function TraceScreen() {
  const { slug = "", id = "" } = useRoute().params;
  const trace = useResource(`trace ${id}`, (signal) => getTrace(id, signal));
  if (trace.error instanceof ApiError && trace.error.status === 404) return <NotFoundScreen />;
  return (
    <Loaded resource={trace}>{(data) => <Trace slug={slug} trace={data} reload={trace.reload} />}</Loaded>
  );
}

function Trace({ slug, trace, reload }: { slug: string; trace: TraceDetail; reload: () => void }) {
  const { query } = useLocation();
  const project = useResource(`project ${slug}`, (signal) => getProject(slug, signal));
  const list = `/p/${slug}/admin/traces`;
  const q = (text: string) => `${list}?q=${encodeURIComponent(text)}`;
  const named = trace.external_id ?? trace.id;
  const schema = fullSchema(project.data?.label_schema ?? { version: 0, error_types: [] });
  return (
    <>
      <PageHeader
        title={t("trace.trace", { named: shortId(named) })}
        actions={<ButtonLink href={query.q ? q(query.q) : list}>{t("trace.all-traces")}</ButtonLink>}
      />
      <div class="split">
        <aside class="stack" aria-label={t("trace.about-trace")}>
          <dl class="card trace-facts">
            <Fact name={t("trace.id")}>
              <code>{named}</code>
            </Fact>
            <ProblemFact id={trace.problem.id} href={q} />
            {trace.generator && (
              <Fact name={t("trace.generator")}>
                <a href={q(`generator:"${trace.generator}"`)}>
                  <bdi>{trace.generator}</bdi>
                </a>
              </Fact>
            )}
            {trace.answer !== null && (
              <Fact name={t("trace.answer")}>
                <bdi>{trace.answer}</bdi>
              </Fact>
            )}
            {trace.problem.answer !== null && (
              <Fact name={t("trace.reference")}>
                <bdi>{trace.problem.answer}</bdi>
              </Fact>
            )}
            <Fact name={t("trace.outcome")}>
              {trace.outcome === null
                ? t("trace.not-known")
                : trace.outcome
                  ? t("trace.right")
                  : t("trace.wrong")}
            </Fact>
            <WorkFacts about={trace} />
          </dl>
        </aside>
        <div class="stack-large">
          <section class="stack" aria-labelledby="problem-title">
            <h2 id="problem-title">{t("trace.problem")}</h2>
            <Markdown text={trace.problem.statement} />
            <ProblemContent slug={slug} problem={trace.problem} />
          </section>
          <section class="stack" aria-labelledby="steps-title">
            <h2 id="steps-title">{t("trace.steps")}</h2>
            <ol class="plain-list stack">
              {trace.steps.map((step, i) => (
                <StepCard
                  key={step.id}
                  slug={slug}
                  step={step}
                  index={i}
                  labels={trace.labels}
                  schema={schema}
                >
                  {trace.labels.length === 0 && project.data?.role === "admin" && (
                    <Reshape
                      trace={trace.id}
                      text={step.text}
                      index={i}
                      last={i === trace.steps.length - 1}
                      onChanged={reload}
                    />
                  )}
                </StepCard>
              ))}
            </ol>
          </section>
          <section class="stack" aria-labelledby="labels-title">
            <h2 id="labels-title">{t("trace.labels")}</h2>
            {trace.labels.length ? (
              <ul class="stack-small">
                {trace.labels.map((label) => (
                  <li key={who(label)}>
                    <strong dir="auto">{who(label)}</strong>:{" "}
                    {label.first_error === null ? (
                      label.values.includes(2) ? (
                        t("trace.not-sure")
                      ) : (
                        t("trace.no-error-there")
                      )
                    ) : (
                      <a href={`#step-${label.first_error + 1}`}>
                        {t("trace.first-error-step", { n: label.first_error + 1 })}
                      </a>
                    )}
                    {label.error_types.length > 0 && ` (${label.error_types.join(", ")})`}
                    {label.confidence !== null && (
                      <span class="muted"> {t("trace.how-sure", { confidence: label.confidence })}</span>
                    )}
                    {label.judgement !== undefined && project.data?.role === "admin" && (
                      <>
                        {" "}
                        <Withdraw
                          label={t("trace.withdraw-label", { label: who(label) })}
                          what={t("trace.what-said-trace", { label: who(label) })}
                          withdraw={(reason) => withdrawJudgement(label.judgement as number, reason)}
                          onDone={reload}
                        />
                      </>
                    )}
                    <SaidOfAll label={label} schema={schema} statement={trace.problem.statement} />
                    <Written rewrite={label.rewrite} comment={label.comment} />
                  </li>
                ))}
              </ul>
            ) : (
              <p class="muted">{t("trace.nobody-judged-no-label")}</p>
            )}
          </section>
        </div>
      </div>
    </>
  );
}

function StepCard(props: {
  slug: string;
  step: Step;
  index: number;
  labels: Label[];
  /** As it is now: what was asked for in words that are gone is told by its key. */
  schema: FullSchema;
  children?: preact.ComponentChildren;
}) {
  const { slug, step, index, labels, schema } = props;
  const said = labels
    .map((label) => ({
      who: who(label),
      value: label.values[index] ?? null,
      own: ownWord(label, index, schema),
    }))
    .filter((one) => one.value !== null);
  return (
    <li
      class="card stack-small trace-step"
      id={`step-${index + 1}`}
      data-bad={said.some((s) => s.value === -1) || undefined}
    >
      <div class="row">
        <strong>{index + 1}</strong>
        {kindName(step.kind) && <span class="badge">{kindName(step.kind)}</span>}
        {said.map((one) => (
          <span key={one.who} class="badge">
            <bdi>{one.who}</bdi>: {one.own ? <bdi>{one.own}</bdi> : VALUES[String(one.value)]}
          </span>
        ))}
      </div>
      <StepContent slug={slug} content={step} />
      <Premises premises={step.premises} />
      <SaidBeside labels={labels} index={index} schema={schema} text={step.text} />
      {props.children}
      <Numbers scores={step.scores} values={step.values} />
      {step.siblings.length > 0 && (
        <details>
          <summary>{t("trace.other-steps-place", { n: step.siblings.length })}</summary>
          <ul class="stack-small">
            {step.siblings.map((other) => (
              <li key={other.id}>
                <Markdown text={other.text} />
                {other.trace && (
                  <a href={`/p/${slug}/traces/${other.trace}`}>{t("trace.trace-goes-on-like")}</a>
                )}
              </li>
            ))}
          </ul>
        </details>
      )}
    </li>
  );
}

function Premises({ premises }: { premises: Step["premises"] }) {
  if (!premises) return null;
  const numbers = premises.map((step) => step + 1).join(", ");
  return (
    <p class="small muted">
      {numbers ? t("trace.rests-on", { n: premises.length, steps: numbers }) : t("trace.rests-on-nothing")}
    </p>
  );
}
