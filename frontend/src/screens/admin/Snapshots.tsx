import type { Snapshot } from "../../api/types";
import { ButtonLink } from "../../components/Button";
import { CopyButton } from "../../components/CopyBlock";
import { Table } from "../../components/Table";
import { bytes, count, dateTime } from "../../model/format";

export function Snapshots({ rows }: { rows: Snapshot[] }) {
  if (rows.length === 0) return <p class="muted">None yet.</p>;
  return (
    <Table
      caption="Snapshots"
      captionHidden
      rows={rows}
      rowKey={(row) => row.id}
      columns={[
        {
          key: "when",
          title: "Made",
          head: true,
          nowrap: true,
          cell: (row) => dateTime(row.created_at),
        },
        { key: "format", title: "Format", cell: (row) => row.format },
        {
          key: "labels",
          title: "Labels",
          cell: (row) => (row.labels === "imported" ? `imported from ${row.source}` : row.labels),
        },
        { key: "state", title: "State", cell: (row) => <State snapshot={row} /> },
        {
          key: "rows",
          title: "Rows",
          numeric: true,
          cell: (row) => (row.rows === null ? "–" : count(row.rows)),
        },
        {
          key: "size",
          title: "Size",
          numeric: true,
          cell: (row) => (row.bytes === null ? "–" : bytes(row.bytes)),
        },
        { key: "digest", title: "SHA-256", cell: (row) => <Digest sha256={row.sha256} /> },
        {
          key: "file",
          title: <span class="visually-hidden">File</span>,
          numeric: true,
          cell: (row) =>
            row.file && (
              <ButtonLink
                size="small"
                href={row.file}
                download
                target="_self"
                aria-label={`Download snapshot ${row.id}`}
              >
                Download
              </ButtonLink>
            ),
        },
      ]}
    />
  );
}

function State({ snapshot }: { snapshot: Snapshot }) {
  switch (snapshot.state) {
    case "done":
      return (
        <>
          <span class="state-good">✓ done</span>
          <LeftOut reasons={snapshot.manifest?.left_out ?? {}} />
        </>
      );
    case "failed":
      return (
        <span class="state-bad">
          ✗ failed{snapshot.error && <span class="small muted">: {snapshot.error}</span>}
        </span>
      );
    default:
      return (
        <span>
          <progress class="progress-small" aria-label="Making the snapshot" />
          <span class="small muted">{snapshot.state === "queued" ? "waiting" : "writing"}</span>
        </span>
      );
  }
}

/** What is known but could not be written in this format, and why. */
function LeftOut({ reasons }: { reasons: Record<string, number> }) {
  const entries = Object.entries(reasons);
  if (entries.length === 0) return null;
  return (
    <details class="small">
      <summary>{count(entries.reduce((sum, [, n]) => sum + n, 0))} left out</summary>
      <ul class="plain-list muted">
        {entries.map(([reason, n]) => (
          <li key={reason}>
            {count(n)} × {reason}
          </li>
        ))}
      </ul>
    </details>
  );
}

function Digest({ sha256 }: { sha256: string }) {
  if (!sha256) return <>–</>;
  return (
    <span class="row nowrap">
      <code title={sha256}>{sha256.slice(0, 12)}…</code>
      <CopyButton text={sha256} what="digest" />
    </span>
  );
}
