import { useState } from "preact/hooks";
import type { Import } from "../../api/types";
import { Button, ButtonLink } from "../../components/Button";
import { ConfirmDialog } from "../../components/Dialog";
import { ErrorNotice } from "../../components/ErrorNotice";
import { Table } from "../../components/Table";
import { changeImport, rejectedUrl } from "../../effects/imports";
import { useAction } from "../../effects/useAction";
import { bytes, count, dateTime, percent, plural } from "../../model/format";
import { type ImportChange, importChanges, withdrawnInWords } from "../../model/imports";

const TITLES: Record<ImportChange, string> = { pause: "Pause", resume: "Resume", withdraw: "Withdraw…" };

/** All imports of a project, the newest first, with what can be done to each. */
export function Imports({ rows, reload }: { rows: Import[]; reload: () => void }) {
  const action = useAction();
  const [withdrawing, setWithdrawing] = useState<Import>();
  const change = (row: Import, what: ImportChange) =>
    action.run(async () => {
      await changeImport(row.id, what);
      setWithdrawing(undefined);
      reload();
    });
  if (rows.length === 0) return <p class="muted">None yet.</p>;
  return (
    <>
      {Boolean(action.error) && !withdrawing && <ErrorNotice error={action.error} />}
      <Table
        caption="Imports"
        captionHidden
        rows={rows}
        rowKey={(row) => row.id}
        columns={[
          { key: "when", title: "When", head: true, nowrap: true, cell: (row) => dateTime(row.created_at) },
          { key: "file", title: "File", cell: (row) => <File import_={row} /> },
          { key: "state", title: "State", cell: (row) => <State import_={row} /> },
          { key: "accepted", title: "Accepted", numeric: true, cell: (row) => count(row.accepted) },
          { key: "duplicates", title: "Duplicates", numeric: true, cell: (row) => count(row.duplicates) },
          { key: "rejected", title: "Rejected", numeric: true, cell: (row) => <Rejected import_={row} /> },
          {
            key: "change",
            title: <span class="visually-hidden">Change</span>,
            numeric: true,
            cell: (row) => (
              <span class="row">
                {importChanges(row).map((what) => (
                  <Button
                    key={what}
                    size="small"
                    variant={what === "withdraw" ? "danger" : undefined}
                    aria-label={`${TITLES[what].replace("…", "")} the import of ${named(row)}`}
                    onClick={() => (what === "withdraw" ? setWithdrawing(row) : change(row, what))}
                  >
                    {TITLES[what]}
                  </Button>
                ))}
              </span>
            ),
          },
        ]}
      />
      {withdrawing && (
        <ConfirmDialog
          title={`Withdraw the import of ${named(withdrawing)}?`}
          action="Withdraw"
          busy={action.busy}
          onConfirm={() => change(withdrawing, "withdraw")}
          onClose={() => {
            action.clear();
            setWithdrawing(undefined);
          }}
        >
          <p>
            What came with it goes, with its tasks and scores. What somebody has judged, begun or asked about
            stays, and so does what another import brought too.
          </p>
          {Boolean(action.error) && <ErrorNotice error={action.error} />}
        </ConfirmDialog>
      )}
    </>
  );
}

const named = (row: Import) => row.name || dateTime(row.created_at);

function File({ import_: { name, size, recognised, format } }: { import_: Import }) {
  const formats = [...new Set(recognised.map((one) => one.format))];
  return (
    <>
      {name || <span class="muted">sent by a program</span>}{" "}
      <span class="small muted">
        {[size !== null && bytes(size), formats.join(", ") || format].filter(Boolean).join(" · ")}
      </span>
    </>
  );
}

function State({ import_ }: { import_: Import }) {
  const { state, error, size, bytes_read, withdrawn } = import_;
  switch (state) {
    case "done":
      return <span class="state-good">✓ done</span>;
    case "failed":
      return <span class="state-bad">✗ failed{error && <span class="small muted">: {error}</span>}</span>;
    case "withdrawn":
      return (
        <span>
          withdrawn <span class="small muted">{withdrawnInWords(withdrawn ?? {})}</span>
        </span>
      );
    case "running":
      return (
        <span>
          <progress
            class="progress-small"
            aria-label="Reading the file"
            value={bytes_read}
            max={size || undefined}
          />
          <span class="small muted num">
            {size ? percent(bytes_read, size) : plural(import_.lines, "line")}
          </span>
        </span>
      );
    case "paused":
      return (
        <span>
          paused <span class="small muted">after {plural(import_.lines, "line")}</span>
        </span>
      );
    case "open":
      return <span>open</span>;
    default:
      return (
        <span>
          <progress class="progress-small" aria-label={state === "queued" ? "Waiting" : "Withdrawing"} />
          <span class="small muted">{state === "queued" ? "waiting" : "withdrawing"}</span>
        </span>
      );
  }
}

function Rejected({ import_ }: { import_: Import }) {
  if (!import_.rejected_kept) return <>{count(import_.rejected)}</>;
  return (
    <ButtonLink
      size="small"
      href={rejectedUrl(import_.id, "csv")}
      download
      target="_self"
      aria-label={`Download the ${plural(import_.rejected_kept, "rejected line")} of ${named(import_)}`}
    >
      {count(import_.rejected)} ↓
    </ButtonLink>
  );
}
