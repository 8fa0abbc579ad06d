import { useState } from "preact/hooks";
import { Loaded } from "../../components/Loaded";
import { Table } from "../../components/Table";
import { listFailures } from "../../effects/scorers";
import { useResource } from "../../effects/useResource";
import { t } from "../../i18n/admin";
import { count, shortId } from "../../model/format";

/** What could not be scored and why, loaded when it is opened. */
export function ScorerFailures({ slug, id, failed }: { slug: string; id: number; failed: number }) {
  const [open, setOpen] = useState(false);
  return (
    <details onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{t("scorer-failures.failures-reasons", { n: failed })}</summary>
      {open && <Reasons slug={slug} id={id} failed={failed} />}
    </details>
  );
}

function Reasons({ slug, id, failed }: { slug: string; id: number; failed: number }) {
  const failures = useResource(`failures ${id} ${failed}`, (signal) => listFailures(id, signal));
  return (
    <Loaded resource={failures}>
      {({ reasons, results }) => (
        <div class="stack">
          <ul class="plain-list small">
            {reasons.map(({ reason, times }) => (
              <li key={reason}>
                {count(times)} × {reason}
              </li>
            ))}
          </ul>
          <Table
            caption={t("scorer-failures.failures")}
            captionHidden
            rows={results}
            rowKey={(row) => row.trace ?? row.choice ?? ""}
            columns={[
              {
                key: "what",
                title: t("scorer-failures.trace-or-choice"),
                head: true,
                nowrap: true,
                cell: (row) => <Where slug={slug} row={row} />,
              },
              {
                key: "attempts",
                title: t("scorer-failures.attempts"),
                numeric: true,
                cell: (row) => count(row.attempts),
              },
              { key: "error", title: t("scorer-failures.reason"), cell: (row) => row.error },
            ]}
          />
          {failed > results.length && (
            <p class="small muted">{t("scorer-failures.first-shown", { results: results.length })}</p>
          )}
        </div>
      )}
    </Loaded>
  );
}

function Where({
  slug,
  row,
}: {
  slug: string;
  row: { trace: string | null; external_id: string | null; choice: string | null };
}) {
  const name = row.external_id ?? shortId(row.trace ?? row.choice ?? "");
  if (!row.trace)
    return <a href={`/p/${slug}/choices/${row.choice}`}>{t("scorer-failures.choice", { name })}</a>;
  return <a href={`/p/${slug}/traces/${row.trace}`}>{name}</a>;
}
