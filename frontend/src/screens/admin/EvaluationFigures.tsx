import type { Figures, Measured } from "../../api/types";
import { Plot } from "../../components/Plot";
import { Table } from "../../components/Table";
import { t } from "../../i18n/admin";
import { area, curves, saved, share } from "../../model/evaluation";
import { count, decimal } from "../../model/format";

/** How soon errors are met in each order. */
export function Lifts({ figures }: { figures: Figures }) {
  const lines = curves(figures);
  if (!lines.length) return <p class="muted">{t("evaluation-figures.no-labelled-trace-error")}</p>;
  const points = (found: number[]) => found.map((y, i) => [i / (found.length - 1), y] as const);
  return (
    <section class="stack" aria-labelledby="lift-title">
      <h3 id="lift-title">{t("evaluation-figures.how-soon-errors-found")}</h3>
      <Plot
        title={t("evaluation-figures.erroneous-traces-found-against")}
        summary={lines
          .map((one) =>
            t("evaluation-figures.found-when-20-reviewed", {
              title: one.title,
              at_20: share(one.lift.at_20),
            }),
          )
          .join(" ")}
        x={t("evaluation-figures.reviewed")}
        y={t("evaluation-figures.found")}
        lines={lines.map((one) => ({ key: one.key, title: one.title, points: points(one.lift.found) }))}
      />
      <Table
        caption={t("evaluation-figures.orders-compared")}
        rows={lines}
        rowKey={(row) => row.key}
        columns={[
          {
            key: "order",
            title: t("evaluation-figures.reviewed-order"),
            head: true,
            cell: (row) => row.title,
          },
          {
            key: "at",
            title: t("evaluation-figures.found-at-20"),
            numeric: true,
            cell: (row) => share(row.lift.at_20),
          },
          {
            key: "lift",
            title: t("evaluation-figures.times-chance"),
            numeric: true,
            cell: (row) => decimal(row.lift.lift_20, 2),
          },
          {
            key: "to",
            title: t("evaluation-figures.review-until-80-found"),
            numeric: true,
            cell: (row) => share(row.lift.reviewed_80),
          },
          {
            key: "saved",
            title: t("evaluation-figures.time-saved-by-then"),
            numeric: true,
            cell: (row) => saved(row.lift.hours_saved),
          },
        ]}
      />
      <details class="small">
        <summary>{t("evaluation-figures.curves-as-table")}</summary>
        <Table
          caption={t("evaluation-figures.share-erroneous-traces-found")}
          captionHidden
          rows={lines[0]?.lift.found.map((_, i) => i) ?? []}
          rowKey={(i) => i}
          columns={[
            {
              key: "reviewed",
              title: t("evaluation-figures.reviewed-column"),
              head: true,
              cell: (i: number) => `${5 * i} %`,
            },
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
      <h3 id="scorers-figures-title">{t("evaluation-figures.scorers")}</h3>
      <Table
        caption={t("evaluation-figures.figures-each-scorer")}
        captionHidden
        rows={figures.scorers}
        rowKey={(row) => row.key}
        columns={[
          {
            key: "key",
            title: t("evaluation-figures.scorer"),
            head: true,
            cell: (row) => (
              <>
                <code>{row.key}</code> <span class="muted small">{row.version.slice(0, 12)}</span>
              </>
            ),
          },
          {
            key: "opinions",
            title: t("evaluation-figures.opinions"),
            numeric: true,
            cell: (row) => count(row.with_opinion),
          },
          {
            key: "f1",
            title: t("evaluation-figures.f1-at-0-5"),
            numeric: true,
            cell: (row) => <F1 found={row.f1} />,
          },
          {
            key: "tuned",
            title: t("evaluation-figures.f1-held-out"),
            numeric: true,
            cell: (row) => <F1 found={row.f1_tuned} tuned />,
          },
          {
            key: "step",
            title: t("evaluation-figures.step-auc"),
            numeric: true,
            cell: (row) => area(row.step_auc),
          },
          {
            key: "trace",
            title: t("evaluation-figures.trace-auc"),
            numeric: true,
            cell: (row) => area(row.trace_auc),
          },
        ]}
      />
      <p class="muted small measure">{t("evaluation-figures.f1-processbenchs-harmonic-mean")}</p>
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
        {tuned && ` ${t("evaluation-figures.at", { threshold: decimal(found.threshold, 2) })}`}
      </div>
    </>
  );
}

const FIFTHS = [
  t("evaluation-figures.first-fifth"),
  t("evaluation-figures.second-fifth"),
  t("evaluation-figures.third-fifth"),
  t("evaluation-figures.fourth-fifth"),
  t("evaluation-figures.last-fifth"),
];

/** Whether its numbers mean what they say, and where it puts its lowest one. */
export function ScorerFigures({ scorer }: { scorer: Measured }) {
  const { calibration, lowest_at: lowest } = scorer;
  const bins = calibration?.bins.filter((bin) => bin.steps > 0) ?? [];
  return (
    <section class="stack" aria-label={t("evaluation-figures.one-scorer", { key: scorer.key })}>
      <h3>
        <code>{scorer.key}</code>
      </h3>
      <div class="scorer-plots">
        {calibration && (
          <div class="stack">
            <Plot
              title={t("evaluation-figures.calibration-how-many-steps")}
              summary={bins
                .map((bin) =>
                  t("evaluation-figures.score-right", {
                    score: bin.score == null ? "–" : decimal(bin.score, 2),
                    right: share(bin.right),
                  }),
                )
                .join(" ")}
              x={t("evaluation-figures.score")}
              y={t("evaluation-figures.right")}
              lines={[
                {
                  key: "scorer",
                  title: scorer.key,
                  dots: true,
                  points: bins.map((bin) => [bin.score ?? 0, bin.right ?? 0] as const),
                },
                {
                  key: "exact",
                  title: t("evaluation-figures.as-scores-say"),
                  points: [
                    [0, 0],
                    [1, 1],
                  ],
                },
              ]}
            />
            <p class="small">
              {t("evaluation-figures.scores-away-from-truth", {
                error: share(calibration.error),
                brier: decimal(calibration.brier, 3),
              })}
            </p>
            <details class="small">
              <summary>{t("evaluation-figures.as-table")}</summary>
              <Table
                caption={t("evaluation-figures.calibration-of", { key: scorer.key })}
                captionHidden
                rows={bins}
                rowKey={(bin) => bin.low}
                columns={[
                  {
                    key: "range",
                    title: t("evaluation-figures.scores"),
                    head: true,
                    cell: (bin) =>
                      t("evaluation-figures.to", { low: decimal(bin.low, 1), high: decimal(bin.high, 1) }),
                  },
                  {
                    key: "steps",
                    title: t("evaluation-figures.steps"),
                    numeric: true,
                    cell: (bin) => count(bin.steps),
                  },
                  {
                    key: "score",
                    title: t("evaluation-figures.mean"),
                    numeric: true,
                    cell: (bin) => (bin.score == null ? "–" : decimal(bin.score, 3)),
                  },
                  {
                    key: "right",
                    title: t("evaluation-figures.right-column"),
                    numeric: true,
                    cell: (bin) => share(bin.right),
                  },
                ]}
              />
            </details>
          </div>
        )}
        {lowest && (
          <div class="stack">
            <Table
              caption={t("evaluation-figures.where-lowest-score-stands")}
              rows={FIFTHS.map((title, i) => ({ title, i }))}
              rowKey={(row) => row.i}
              columns={[
                {
                  key: "part",
                  title: t("evaluation-figures.of-the-trace"),
                  head: true,
                  cell: (row) => row.title,
                },
                {
                  key: "lowest",
                  title: t("evaluation-figures.lowest-score"),
                  numeric: true,
                  cell: (row) => share(lowest.lowest[row.i]),
                },
                {
                  key: "errors",
                  title: t("evaluation-figures.first-errors"),
                  numeric: true,
                  cell: (row) => share(lowest.errors?.[row.i]),
                },
              ]}
            />
            <p class="small measure">
              {t("evaluation-figures.at-very-last-step", {
                lowest_last: share(lowest.lowest_last),
                errors_last: share(lowest.errors_last),
              })}
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
      <h3 id="anchoring-title">{t("evaluation-figures.do-scores-sway-people")}</h3>
      {shown.judgements === 0 ? (
        <p class="muted measure">{t("evaluation-figures.nobody-judged-scores-sight")}</p>
      ) : (
        <>
          <Table
            caption={t("evaluation-figures.scores-sight-without")}
            rows={[
              {
                title: t("evaluation-figures.judgements"),
                cells: [count(shown.judgements), count(hidden.judgements)],
              },
              {
                title: t("evaluation-figures.median-time"),
                cells: [seconds(shown.median_seconds), seconds(hidden.median_seconds)],
              },
              ...keys.map((key) => ({
                title: t("evaluation-figures.same-first-error-as", { key }),
                cells: [shown, hidden].map((group) => {
                  const one = group.agreement[key];
                  return one
                    ? t("evaluation-figures.of", { share: share(one.share), judgements: one.judgements })
                    : "–";
                }),
              })),
            ]}
            rowKey={(row) => row.title}
            columns={[
              { key: "what", title: "", head: true, cell: (row) => row.title },
              {
                key: "shown",
                title: t("evaluation-figures.scores-seen"),
                numeric: true,
                cell: (row) => row.cells[0],
              },
              {
                key: "hidden",
                title: t("evaluation-figures.not-seen"),
                numeric: true,
                cell: (row) => row.cells[1],
              },
            ]}
          />
          <p class="muted small measure">
            {t("evaluation-figures.who-sees-them-drawn", { n: shown.judgements })}
          </p>
        </>
      )}
    </section>
  );
}

function seconds(value: number | null): string {
  return value === null ? "–" : `${Math.round(value)} s`;
}
