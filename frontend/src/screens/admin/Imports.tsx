import { useState } from "preact/hooks";
import type { Import } from "../../api/types";
import { Button, ButtonLink } from "../../components/Button";
import { ConfirmDialog } from "../../components/Dialog";
import { ErrorNotice } from "../../components/ErrorNotice";
import { Table } from "../../components/Table";
import { changeImport, rejectedUrl } from "../../effects/imports";
import { useAction } from "../../effects/useAction";
import { rich, t } from "../../i18n/admin";
import { bytes, count, dateTime, percent } from "../../model/format";
import { type ImportChange, importChanges, withdrawnInWords } from "../../model/imports";

const TITLES: Record<ImportChange, string> = {
  pause: t("imports.pause"),
  resume: t("imports.resume"),
  withdraw: t("imports.withdraw"),
};
const LABELS: Record<ImportChange, Parameters<typeof t>[0]> = {
  pause: "imports.pause-of",
  resume: "imports.resume-of",
  withdraw: "imports.withdraw-of",
};

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
  if (rows.length === 0) return <p class="muted">{t("imports.none-yet")}</p>;
  return (
    <>
      {Boolean(action.error) && !withdrawing && <ErrorNotice error={action.error} />}
      <Table
        caption={t("imports.imports")}
        captionHidden
        rows={rows}
        rowKey={(row) => row.id}
        columns={[
          {
            key: "when",
            title: t("imports.when"),
            head: true,
            nowrap: true,
            cell: (row) => dateTime(row.created_at),
          },
          { key: "file", title: t("imports.file"), cell: (row) => <File import_={row} /> },
          { key: "state", title: t("imports.state"), cell: (row) => <State import_={row} /> },
          {
            key: "accepted",
            title: t("imports.accepted"),
            numeric: true,
            cell: (row) => count(row.accepted),
          },
          {
            key: "duplicates",
            title: t("imports.duplicates"),
            numeric: true,
            cell: (row) => count(row.duplicates),
          },
          {
            key: "rejected",
            title: t("imports.rejected"),
            numeric: true,
            cell: (row) => <Rejected import_={row} />,
          },
          {
            key: "change",
            title: <span class="visually-hidden">{t("imports.change")}</span>,
            numeric: true,
            cell: (row) => (
              <span class="row">
                {importChanges(row).map((what) => (
                  <Button
                    key={what}
                    size="small"
                    variant={what === "withdraw" ? "danger" : undefined}
                    aria-label={t(LABELS[what], { name: named(row) })}
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
          title={t("imports.withdraw-import", { name: named(withdrawing) })}
          action={t("imports.withdraw-it")}
          busy={action.busy}
          onConfirm={() => change(withdrawing, "withdraw")}
          onClose={() => {
            action.clear();
            setWithdrawing(undefined);
          }}
        >
          <p>{t("imports.what-came-goes-tasks")}</p>
          {Boolean(action.error) && <ErrorNotice error={action.error} />}
        </ConfirmDialog>
      )}
    </>
  );
}

const named = (row: Import) => row.name || dateTime(row.created_at);

function File({ import_: { name, size, recognised, format, licence, source } }: { import_: Import }) {
  const formats = [...new Set(recognised.map((one) => one.format))];
  return (
    <>
      {name || <span class="muted">{t("imports.sent-by-program")}</span>}{" "}
      <span class="small muted">
        {[size !== null && bytes(size), formats.join(", ") || format, licence, source]
          .filter(Boolean)
          .join(" · ")}
      </span>
    </>
  );
}

function State({ import_ }: { import_: Import }) {
  const { state, error, size, bytes_read, withdrawn } = import_;
  switch (state) {
    case "done":
      return <span class="state-good">{t("imports.done")}</span>;
    case "failed":
      return (
        <span class="state-bad">
          {t("imports.failed")}
          {error && <span class="small muted">: {error}</span>}
        </span>
      );
    case "withdrawn":
      return (
        <span>
          {rich("imports.withdrawn", {
            withdrawn: <span class="small muted">{withdrawnInWords(withdrawn ?? {})}</span>,
          })}
        </span>
      );
    case "running":
      return (
        <span>
          <progress
            class="progress-small"
            aria-label={t("imports.reading-file")}
            value={bytes_read}
            max={size || undefined}
          />
          <span class="small muted num">
            {size ? percent(bytes_read, size) : t("imports.lines", { n: import_.lines })}
          </span>
        </span>
      );
    case "paused":
      return (
        <span>
          {rich("imports.paused-after-lines", { span: <span class="small muted" />, n: import_.lines })}
        </span>
      );
    case "open":
      return <span>{t("imports.open")}</span>;
    default:
      return (
        <span>
          <progress
            class="progress-small"
            aria-label={state === "queued" ? t("imports.waiting") : t("imports.withdrawing")}
          />
          <span class="small muted">
            {state === "queued" ? t("imports.waits") : t("imports.is-withdrawing")}
          </span>
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
      aria-label={t("imports.download-rejected-lines", { n: import_.rejected_kept, name: named(import_) })}
    >
      {count(import_.rejected)} ↓
    </ButtonLink>
  );
}
