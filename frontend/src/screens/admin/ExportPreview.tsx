import type { ExportPreview as Found } from "../../api/types";
import { count, percent, plural } from "../../model/format";

/** What an export would hold: counts, what is left out and why, and the first rows as they are. */
export function ExportPreview({ found }: { found: Found }) {
  const { complete, items, total, rows, agreement } = found;
  return (
    <section class="stack" aria-label="Preview" data-testid="export-preview">
      <p>
        <strong>{plural(rows, "row")}</strong>{" "}
        {complete
          ? `of ${count(total)} traces and choices.`
          : `of the first ${count(items)} of ${count(total)} traces and choices. The rest was not looked at.`}
        {agreement &&
          ` Where several people judged, ${percent(Math.round(agreement.exact * agreement.items), agreement.items)} agree in everything.`}
      </p>
      <Counts title="Labels" counts={found.counts} />
      <Counts title="By" counts={found.by} />
      <Counts title="Pairs from" counts={found.pairs_from} />
      <Counts title="Left out" counts={found.left_out} />
      {found.first.length === 0 ? (
        <p class="notice">No row comes of this.</p>
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
