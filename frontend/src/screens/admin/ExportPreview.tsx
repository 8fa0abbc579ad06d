import type { ExportPreview as Found } from "../../api/types";
import { t } from "../../i18n/admin";
import { count, percent } from "../../model/format";

/** What an export would hold: counts, what is left out and why, and the first rows as they are. */
export function ExportPreview({ found }: { found: Found }) {
  const { complete, items, total, rows, agreement } = found;
  return (
    <section class="stack" aria-label={t("export-preview.preview")} data-testid="export-preview">
      <p>
        <strong>{t("export-preview.rows", { n: rows })}</strong>{" "}
        {complete
          ? t("export-preview.traces-choices", { total })
          : t("export-preview.first-traces-choices-rest", { items, total })}
        {agreement &&
          ` ${t("export-preview.where-several-people-judged", {
            share: percent(Math.round(agreement.exact * agreement.items), agreement.items),
          })}`}
      </p>
      <Counts title={t("export-preview.labels")} counts={found.counts} />
      <Counts title={t("export-preview.steps")} counts={found.steps} />
      <Counts title={t("export-preview.by")} counts={found.by} />
      <Counts title={t("export-preview.labels-from")} counts={sums(found.labels_from)} />
      <Counts title={t("export-preview.pairs-from")} counts={found.pairs_from} />
      <Counts title={t("export-preview.left-out")} counts={found.left_out} />
      {found.first.length === 0 ? (
        <p class="notice">{t("export-preview.no-row-comes")}</p>
      ) : (
        found.first.map((row, i) => (
          <pre class="export-row" key={i}>
            {Array.isArray(row) ? row.join(" | ") : JSON.stringify(row, null, 2)}
          </pre>
        ))
      )}
    </section>
  );
}

const sums = (said: Record<string, Record<string, number>>) =>
  Object.fromEntries(
    Object.entries(said).map(([origin, counts]) => [
      origin,
      Object.values(counts).reduce((sum, n) => sum + n, 0),
    ]),
  );

function Counts({ title, counts }: { title: string; counts: Record<string, number> }) {
  const entries = Object.entries(counts);
  if (entries.length === 0) return null;
  return (
    <p class="small">
      {title}:{" "}
      <span class="muted">
        {entries.map(([name, n]) => `${count(n)} × ${name.replaceAll("_", " ")}`).join(", ")}
      </span>
    </p>
  );
}
