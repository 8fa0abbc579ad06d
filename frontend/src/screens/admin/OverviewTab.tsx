import type { Judgements, PersonStats, ScorerStats, Stats } from "../../api/types";
import { ButtonLink } from "../../components/Button";
import { DayBars } from "../../components/DayBars";
import { EmptyState } from "../../components/EmptyState";
import { StackedBar } from "../../components/StackedBar";
import { Table } from "../../components/Table";
import { rich, t } from "../../i18n/admin";
import { count, duration, percent } from "../../model/format";
import type { TabProps } from "./AdminScreen";

/** Is this project on course? */
export function OverviewTab({ project, stats }: TabProps) {
  const { data } = stats;
  if (!data) return null; // The strip above says that it is loading, or why it failed.
  if (data.tasks.total === 0) {
    return (
      <EmptyState
        title={t("overview.no-traces-yet")}
        action={
          project.data.role === "admin" ? (
            <ButtonLink variant="primary" href={`/p/${project.data.slug}/admin/import`}>
              {t("overview.import-traces")}
            </ButtonLink>
          ) : undefined
        }
      >
        {t("overview.numbers-appear-here-as")}
      </EmptyState>
    );
  }
  return (
    <div class="stack-large">
      <div class="panels">
        <section class="card stack" aria-labelledby="said-title">
          <h2 id="said-title">{t("overview.what-was-said")}</h2>
          <Said judgements={data.judgements} />
          <Agreement agreement={data.agreement} />
        </section>
        <section class="card stack" aria-labelledby="pace-title">
          <h2 id="pace-title">{t("overview.pace")}</h2>
          {data.throughput.some((day) => day.submitted > 0) ? (
            <DayBars
              title={t("overview.submitted")}
              unit={(n) => t("overview.tasks", { n })}
              days={data.throughput.map(({ day, submitted }) => ({ day, value: submitted }))}
            />
          ) : (
            <p class="muted">{t("overview.nothing-been-submitted-last")}</p>
          )}
        </section>
      </div>
      <Content stats={data} />
      {data.scorers.length > 0 && <Scorers scorers={data.scorers} />}
      {data.people && <People people={data.people} />}
    </div>
  );
}

function Said({ judgements }: { judgements: Judgements }) {
  const traces = judgements.first_error + judgements.no_error + judgements.unsure;
  const choices = judgements.preferred + judgements.tie + judgements.none_acceptable;
  if (traces + choices === 0) return <p class="muted">{t("overview.nothing-been-judged-yet")}</p>;
  return (
    <>
      {traces > 0 && (
        <StackedBar
          title={t("overview.traces")}
          parts={[
            {
              key: "bad",
              shape: "✗",
              title: t("overview.first-error"),
              value: judgements.first_error,
              tone: "bad",
            },
            {
              key: "good",
              shape: "✓",
              title: t("overview.no-error"),
              value: judgements.no_error,
              tone: "good",
            },
            // Only projects that ask for every step can hear it.
            ...(judgements.unsure > 0
              ? [
                  {
                    key: "unsure",
                    shape: "?",
                    title: t("overview.not-sure"),
                    value: judgements.unsure,
                    tone: "unsure",
                  } as const,
                ]
              : []),
          ]}
        />
      )}
      {choices > 0 && (
        <StackedBar
          title={t("overview.choices")}
          parts={[
            {
              key: "one",
              shape: "▲",
              title: t("overview.preferred-one"),
              value: judgements.preferred,
              tone: "accent",
            },
            { key: "tie", shape: "=", title: t("overview.tie"), value: judgements.tie, tone: "unsure" },
            {
              key: "none",
              shape: "✗",
              title: t("overview.none-acceptable"),
              value: judgements.none_acceptable,
              tone: "bad",
            },
          ]}
        />
      )}
    </>
  );
}

function Agreement({ agreement }: { agreement: Stats["agreement"] }) {
  if (!agreement || agreement.tasks === 0) return null;
  return (
    <p class="small">
      {rich("overview.tasks-judged-by-several", {
        n: agreement.tasks,
        exact: <strong>{percent(agreement.exact, 1)}</strong>,
      })}
    </p>
  );
}

function Content({ stats }: { stats: Stats }) {
  return (
    <dl class="figures">
      <div>
        <dt>{t("overview.problems")}</dt>
        <dd>{count(stats.problems)}</dd>
      </div>
      <div>
        <dt>{t("overview.of-traces")}</dt>
        <dd>{count(stats.traces)}</dd>
      </div>
      <div>
        <dt>{t("overview.different-steps")}</dt>
        <dd>{count(stats.steps)}</dd>
      </div>
      <div>
        <dt>{t("overview.imported-labels-from")}</dt>
        <dd>{stats.sources.length ? stats.sources.join(", ") : "–"}</dd>
      </div>
    </dl>
  );
}

function Scorers({ scorers }: { scorers: ScorerStats[] }) {
  return (
    <Table
      caption={t("overview.scorers")}
      rows={scorers}
      rowKey={(row) => `${row.key} ${row.version}`}
      columns={[
        { key: "key", title: t("overview.scorer"), head: true, cell: (row) => row.key },
        { key: "version", title: t("overview.version"), cell: (row) => row.version || "–" },
        {
          key: "state",
          title: t("overview.state"),
          nowrap: true,
          cell: (row) =>
            row.pending > 0
              ? t("overview.working")
              : row.failed > 0
                ? t("overview.some-failed")
                : row.done > 0
                  ? t("overview.all-done")
                  : t("overview.nothing-do"),
        },
        { key: "done", title: t("overview.done"), numeric: true, cell: (row) => count(row.done) },
        { key: "pending", title: t("overview.to-come"), numeric: true, cell: (row) => count(row.pending) },
        { key: "failed", title: t("overview.failed"), numeric: true, cell: (row) => count(row.failed) },
      ]}
    />
  );
}

function People({ people }: { people: PersonStats[] }) {
  if (people.length === 0) return null;
  return (
    <Table
      caption={t("overview.people")}
      rows={people}
      rowKey={(row) => row.username}
      columns={[
        { key: "name", title: t("overview.who"), head: true, cell: (row) => row.username },
        {
          key: "submitted",
          title: t("overview.submitted"),
          numeric: true,
          cell: (row) => count(row.submitted),
        },
        { key: "skipped", title: t("overview.skipped"), numeric: true, cell: (row) => count(row.skipped) },
        {
          key: "median",
          title: t("overview.median-time-task"),
          numeric: true,
          cell: (row) => (row.median_seconds === null ? "–" : duration(row.median_seconds)),
        },
      ]}
    />
  );
}
