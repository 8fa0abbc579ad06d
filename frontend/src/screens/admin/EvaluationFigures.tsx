import type { Figures, Measured } from "../../api/types";
import { Plot } from "../../components/Plot";
import { Table } from "../../components/Table";
import { area, curves, saved, share } from "../../model/evaluation";
import { count, plural } from "../../model/format";

/** How soon errors are met in each order. */
export function Lifts({ figures }: { figures: Figures }) {
  const lines = curves(figures);
  if (!lines.length)
    return <p class="muted">No labelled trace has an error: there is nothing to be found sooner.</p>;
  const points = (found: number[]) => found.map((y, i) => [i / (found.length - 1), y] as const);
  return (
    <section class="stack" aria-labelledby="lift-title">
      <h3 id="lift-title">How soon errors are found</h3>
      <Plot
        title="Erroneous traces found, against traces reviewed"
        summary={lines
          .map((one) => `${one.title}: ${share(one.lift.at_20)} found when 20 % are reviewed.`)
          .join(" ")}
        x="reviewed"
        y="found"
        lines={lines.map((one) => ({ key: one.key, title: one.title, points: points(one.lift.found) }))}
      />
      <Table
        caption="Orders compared"
        rows={lines}
        rowKey={(row) => row.key}
        columns={[
          { key: "order", title: "Reviewed in the order of", head: true, cell: (row) => row.title },
          { key: "at", title: "Found at 20 %", numeric: true, cell: (row) => share(row.lift.at_20) },
          { key: "lift", title: "Times chance", numeric: true, cell: (row) => row.lift.lift_20.toFixed(2) },
          {
            key: "to",
            title: "To review until 80 % are found",
            numeric: true,
            cell: (row) => share(row.lift.reviewed_80),
          },
          {
            key: "saved",
            title: "Time saved by then",
            numeric: true,
            cell: (row) => saved(row.lift.hours_saved),
          },
        ]}
      />
      <details class="small">
        <summary>The curves as a table</summary>
        <Table
          caption="Share of the erroneous traces found, by share reviewed"
          captionHidden
          rows={lines[0]?.lift.found.map((_, i) => i) ?? []}
          rowKey={(i) => i}
          columns={[
            { key: "reviewed", title: "Reviewed", head: true, cell: (i: number) => `${5 * i} %` },
            ...lines.map((one) => ({
              key: one.key,
              title: one.title,
              numeric: true,
              cell: (i: number) => share(one.lift.found[i]),
            })),
          ]}
        />
      </details>
    </section>
  );
}

/** The figures by which scorers are compared in print. */
export function ScorersTable({ figures }: { figures: Figures }) {
  return (
    <section class="stack" aria-labelledby="scorers-figures-title">
      <h3 id="scorers-figures-title">Scorers</h3>
      <Table
        caption="Figures of each scorer"
        captionHidden
        rows={figures.scorers}
        rowKey={(row) => row.key}
        columns={[
          {
            key: "key",
            title: "Scorer",
            head: true,
            cell: (row) => (
              <>
                <code>{row.key}</code> <span class="muted small">{row.version.slice(0, 12)}</span>
              </>
            ),
          },
          { key: "opinions", title: "Opinions", numeric: true, cell: (row) => count(row.with_opinion) },
          { key: "f1", title: "F1 at 0.5", numeric: true, cell: (row) => <F1 found={row.f1} /> },
          {
            key: "tuned",
            title: "F1, held out",
            numeric: true,
            cell: (row) => <F1 found={row.f1_tuned} tuned />,
          },
          { key: "step", title: "Step AUC", numeric: true, cell: (row) => area(row.step_auc) },
          { key: "trace", title: "Trace AUC", numeric: true, cell: (row) => area(row.trace_auc) },
        ]}
      />
      <p class="muted small measure">
        F1 is ProcessBench's: the harmonic mean of how often the first error is named exactly, and how often a
        trace without one is left alone. “Held out” takes the threshold that is best on half of the problems
        and measures on the other half. AUC is the share of pairs in the right order, with the interval in
        which it lies 95 times of 100 when problems are drawn anew. Opinions on whole traces alone have no
        place, so neither.
      </p>
    </section>
  );
}

function F1({ found, tuned }: { found: Measured["f1"]; tuned?: boolean }) {
  if (!found) return <>–</>;
  return (
    <>
      {share(found.f1)}
      <div class="small muted nowrap">
        {share(found.erroneous)} · {share(found.correct)}
        {tuned && ` at ${found.threshold.toFixed(2)}`}
      </div>
    </>
  );
}

const FIFTHS = ["first fifth", "second", "third", "fourth", "last fifth"];

/** Whether its numbers mean what they say, and where it puts its lowest one. */
export function ScorerFigures({ scorer }: { scorer: Measured }) {
  const { calibration, lowest_at: lowest } = scorer;
  const bins = calibration?.bins.filter((bin) => bin.steps > 0) ?? [];
  return (
    <section class="stack" aria-label={`Scorer ${scorer.key}`}>
      <h3>
        <code>{scorer.key}</code>
      </h3>
      <div class="scorer-plots">
        {calibration && (
          <div class="stack">
            <Plot
              title="Calibration: how many steps with a score are right"
              summary={bins
                .map((bin) => `Score ${bin.score?.toFixed(2)}: ${share(bin.right)} right.`)
                .join(" ")}
              x="score"
              y="right"
              lines={[
                {
                  key: "scorer",
                  title: scorer.key,
                  dots: true,
                  points: bins.map((bin) => [bin.score ?? 0, bin.right ?? 0] as const),
                },
                {
                  key: "exact",
                  title: "As the scores say",
                  points: [
                    [0, 0],
                    [1, 1],
                  ],
                },
              ]}
            />
            <p class="small">
              Scores are {share(calibration.error)} away from the truth on average (Brier score{" "}
              {calibration.brier.toFixed(3)}).
            </p>
            <details class="small">
              <summary>As a table</summary>
              <Table
                caption={`Calibration of ${scorer.key}`}
                captionHidden
                rows={bins}
                rowKey={(bin) => bin.low}
                columns={[
                  {
                    key: "range",
                    title: "Scores",
                    head: true,
                    cell: (bin) => `${bin.low.toFixed(1)} to ${bin.high.toFixed(1)}`,
                  },
                  { key: "steps", title: "Steps", numeric: true, cell: (bin) => count(bin.steps) },
                  { key: "score", title: "Mean", numeric: true, cell: (bin) => bin.score?.toFixed(3) ?? "–" },
                  { key: "right", title: "Right", numeric: true, cell: (bin) => share(bin.right) },
                ]}
              />
            </details>
          </div>
        )}
        {lowest && (
          <div class="stack">
            <Table
              caption="Where the lowest score stands"
              rows={FIFTHS.map((title, i) => ({ title, i }))}
              rowKey={(row) => row.i}
              columns={[
                { key: "part", title: "Of the trace", head: true, cell: (row) => row.title },
                {
                  key: "lowest",
                  title: "Lowest score",
                  numeric: true,
                  cell: (row) => share(lowest.lowest[row.i]),
                },
                {
                  key: "errors",
                  title: "First errors",
                  numeric: true,
                  cell: (row) => share(lowest.errors?.[row.i]),
                },
              ]}
            />
            <p class="small measure">
              At the very last step: {share(lowest.lowest_last)} of the lowest scores,{" "}
              {share(lowest.errors_last)} of the first errors. Far more of the scores than of the errors means
              that it judges the outcome rather than the steps.
            </p>
          </div>
        )}
      </div>
    </section>
  );
}

/** Whether seeing scores changes what people say. */
export function Anchoring({ figures }: { figures: Figures }) {
  const { shown, hidden } = figures.anchoring;
  const keys = [...new Set([...Object.keys(shown.agreement), ...Object.keys(hidden.agreement)])].sort();
  return (
    <section class="stack" aria-labelledby="anchoring-title">
      <h3 id="anchoring-title">Do scores sway people?</h3>
      {shown.judgements === 0 ? (
        <p class="muted measure">
          Nobody has judged with scores in sight. Under Settings they can be shown to a random share, to be
          compared here with those who did not see them.
        </p>
      ) : (
        <>
          <Table
            caption="With scores in sight, and without"
            rows={[
              { title: "Judgements", cells: [count(shown.judgements), count(hidden.judgements)] },
              {
                title: "Median time",
                cells: [seconds(shown.median_seconds), seconds(hidden.median_seconds)],
              },
              ...keys.map((key) => ({
                title: `Same first error as ${key}`,
                cells: [shown, hidden].map((group) => {
                  const one = group.agreement[key];
                  return one ? `${share(one.share)} of ${count(one.judgements)}` : "–";
                }),
              })),
            ]}
            rowKey={(row) => row.title}
            columns={[
              { key: "what", title: "", head: true, cell: (row) => row.title },
              { key: "shown", title: "Scores seen", numeric: true, cell: (row) => row.cells[0] },
              { key: "hidden", title: "Not seen", numeric: true, cell: (row) => row.cells[1] },
            ]}
          />
          <p class="muted small measure">
            Who sees them is drawn by lot, so a difference is the scores' doing, beyond what so few judgements
            ({plural(shown.judgements, "judgement")}) differ by chance. If people agree with a scorer more
            often when they see it, they lean on it.
          </p>
        </>
      )}
    </section>
  );
}

function seconds(value: number | null): string {
  return value === null ? "–" : `${Math.round(value)} s`;
}
