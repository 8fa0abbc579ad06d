import type { Judgements, PersonStats, ScorerStats, Stats } from "../../api/types";
import { ButtonLink } from "../../components/Button";
import { DayBars } from "../../components/DayBars";
import { EmptyState } from "../../components/EmptyState";
import { StackedBar } from "../../components/StackedBar";
import { Table } from "../../components/Table";
import { count, duration, percent, plural } from "../../model/format";
import type { TabProps } from "./AdminScreen";

/** Is this project on course? */
export function OverviewTab({ project, stats }: TabProps) {
  const { data } = stats;
  if (!data) return null; // The strip above says that it is loading, or why it failed.
  if (data.tasks.total === 0) {
    return (
      <EmptyState
        title="No traces yet"
        action={
          project.data.role === "admin" ? (
            <ButtonLink variant="primary" href={`/p/${project.data.slug}/admin/import`}>
              Import traces
            </ButtonLink>
          ) : undefined
        }
      >
        Numbers appear here as soon as there is something to judge.
      </EmptyState>
    );
  }
  return (
    <div class="stack-large">
      <div class="panels">
        <section class="card stack" aria-labelledby="said-title">
          <h2 id="said-title">What was said</h2>
          <Said judgements={data.judgements} />
          <Agreement agreement={data.agreement} />
        </section>
        <section class="card stack" aria-labelledby="pace-title">
          <h2 id="pace-title">Pace</h2>
          {data.throughput.some((day) => day.submitted > 0) ? (
            <DayBars
              title="Submitted"
              unit="task"
              days={data.throughput.map(({ day, submitted }) => ({ day, value: submitted }))}
            />
          ) : (
            <p class="muted">Nothing has been submitted in the last 30 days.</p>
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
  if (traces + choices === 0) return <p class="muted">Nothing has been judged yet.</p>;
  return (
    <>
      {traces > 0 && (
        <StackedBar
          title="Traces"
          parts={[
            { key: "bad", shape: "✗", title: "first error", value: judgements.first_error, tone: "bad" },
            { key: "good", shape: "✓", title: "no error", value: judgements.no_error, tone: "good" },
            // Only projects that ask for every step can hear it.
            ...(judgements.unsure > 0
              ? [
                  {
                    key: "unsure",
                    shape: "?",
                    title: "not sure",
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
          title="Choices"
          parts={[
            { key: "one", shape: "▲", title: "preferred one", value: judgements.preferred, tone: "accent" },
            { key: "tie", shape: "=", title: "tie", value: judgements.tie, tone: "unsure" },
            {
              key: "none",
              shape: "✗",
              title: "none acceptable",
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
      Of {plural(agreement.tasks, "task")} judged by several people, all of them said the same in{" "}
      <strong>{percent(agreement.exact, 1)}</strong>.
    </p>
  );
}

function Content({ stats }: { stats: Stats }) {
  return (
    <dl class="figures">
      <div>
        <dt>problems</dt>
        <dd>{count(stats.problems)}</dd>
      </div>
      <div>
        <dt>traces</dt>
        <dd>{count(stats.traces)}</dd>
      </div>
      <div>
        <dt>different steps</dt>
        <dd>{count(stats.steps)}</dd>
      </div>
      <div>
        <dt>imported labels from</dt>
        <dd>{stats.sources.length ? stats.sources.join(", ") : "–"}</dd>
      </div>
    </dl>
  );
}

function Scorers({ scorers }: { scorers: ScorerStats[] }) {
  return (
    <Table
      caption="Scorers"
      rows={scorers}
      rowKey={(row) => `${row.key} ${row.version}`}
      columns={[
        { key: "key", title: "Scorer", head: true, cell: (row) => row.key },
        { key: "version", title: "Version", cell: (row) => row.version || "–" },
        {
          key: "state",
          title: "State",
          nowrap: true,
          cell: (row) =>
            row.pending > 0
              ? "… working"
              : row.failed > 0
                ? "✗ some failed"
                : row.done > 0
                  ? "✓ done"
                  : "nothing to do",
        },
        { key: "done", title: "Done", numeric: true, cell: (row) => count(row.done) },
        { key: "pending", title: "To come", numeric: true, cell: (row) => count(row.pending) },
        { key: "failed", title: "Failed", numeric: true, cell: (row) => count(row.failed) },
      ]}
    />
  );
}

function People({ people }: { people: PersonStats[] }) {
  if (people.length === 0) return null;
  return (
    <Table
      caption="People"
      rows={people}
      rowKey={(row) => row.username}
      columns={[
        { key: "name", title: "Who", head: true, cell: (row) => row.username },
        { key: "submitted", title: "Submitted", numeric: true, cell: (row) => count(row.submitted) },
        { key: "skipped", title: "Skipped", numeric: true, cell: (row) => count(row.skipped) },
        {
          key: "median",
          title: "Median time a task",
          numeric: true,
          cell: (row) => (row.median_seconds === null ? "–" : duration(row.median_seconds)),
        },
      ]}
    />
  );
}
