import { useState } from "preact/hooks";
import type { Snapshot } from "../../api/types";
import { Button, ButtonLink } from "../../components/Button";
import { CopyButton } from "../../components/CopyBlock";
import { ConfirmDialog } from "../../components/Dialog";
import { ErrorNotice } from "../../components/ErrorNotice";
import { Table } from "../../components/Table";
import { cancelSnapshot, deleteSnapshot, linkTo, manifestUrl } from "../../effects/exports";
import { useAction } from "../../effects/useAction";
import { t } from "../../i18n/admin";
import { bytes, count, dateTime } from "../../model/format";
import { SnapshotDiff } from "./SnapshotDiff";

/** The newest first, with what can be done to each. */
export function Snapshots({ rows, reload }: { rows: Snapshot[]; reload: () => void }) {
  const action = useAction();
  const [comparing, setComparing] = useState<Snapshot>();
  const [deleting, setDeleting] = useState<Snapshot>();
  const [link, setLink] = useState<{ of: string; url: string; until: string }>();
  if (rows.length === 0) return <p class="muted">{t("snapshots.none-yet")}</p>;

  const earlier = (row: Snapshot) =>
    rows.slice(rows.indexOf(row) + 1).filter((one) => one.state === "done" && one.format === row.format);
  const share = (row: Snapshot) =>
    action.run(async () => {
      const made = await linkTo(row.id, row.files[0]?.name ?? "", 24);
      setLink({ of: row.id, url: made.url, until: made.expires_at });
    });
  const remove = (row: Snapshot) =>
    action.run(async () => {
      await deleteSnapshot(row.id);
      setDeleting(undefined);
      reload();
    });
  return (
    <>
      {Boolean(action.error) && !deleting && <ErrorNotice error={action.error} />}
      {link && (
        <p class="notice row">
          <span>{t("snapshots.whoever-link-can-download", { until: dateTime(link.until) })}</span>
          <code class="break">{link.url}</code>
          <CopyButton text={link.url} what={t("snapshots.link")} />
        </p>
      )}
      <Table
        caption={t("snapshots.snapshots")}
        captionHidden
        rows={rows}
        rowKey={(row) => row.id}
        columns={[
          {
            key: "when",
            title: t("snapshots.made"),
            head: true,
            nowrap: true,
            cell: (row) => dateTime(row.created_at),
          },
          { key: "format", title: t("snapshots.format"), cell: (row) => row.format },
          { key: "labels", title: t("snapshots.labels"), cell: (row) => <Options snapshot={row} /> },
          { key: "state", title: t("snapshots.state"), cell: (row) => <State snapshot={row} /> },
          {
            key: "rows",
            title: t("snapshots.rows"),
            numeric: true,
            cell: (row) => (row.rows === null ? "–" : count(row.rows)),
          },
          {
            key: "size",
            title: t("snapshots.size"),
            numeric: true,
            cell: (row) => (row.bytes === null ? "–" : bytes(row.bytes)),
          },
          { key: "digest", title: t("snapshots.sha-256"), cell: (row) => <Digest sha256={row.sha256} /> },
          {
            key: "change",
            title: <span class="visually-hidden">{t("snapshots.what-can-done")}</span>,
            cell: (row) => (
              <span class="row snapshot-actions">
                <Files snapshot={row} />
                {row.state === "done" && (
                  <>
                    {row.files.length === 1 && (
                      <Button size="small" onClick={() => share(row)}>
                        {t("snapshots.make-link")}
                      </Button>
                    )}
                    {earlier(row).length > 0 && (
                      <Button size="small" onClick={() => setComparing(row)}>
                        {t("snapshots.compare")}
                      </Button>
                    )}
                  </>
                )}
                {row.state === "queued" || row.state === "running" ? (
                  <Button size="small" onClick={() => action.run(() => cancelSnapshot(row.id).then(reload))}>
                    {t("snapshots.cancel")}
                  </Button>
                ) : (
                  <Button
                    size="small"
                    variant="danger"
                    aria-label={t("snapshots.delete-snapshot", { id: row.id })}
                    onClick={() => {
                      action.clear();
                      setDeleting(row);
                    }}
                  >
                    {t("snapshots.delete")}
                  </Button>
                )}
              </span>
            ),
          },
        ]}
      />
      {comparing && (
        <SnapshotDiff
          snapshot={comparing}
          others={earlier(comparing)}
          onClose={() => setComparing(undefined)}
        />
      )}
      {deleting && (
        <ConfirmDialog
          title={t("snapshots.delete-this")}
          action={t("snapshots.delete-it")}
          busy={action.busy}
          onConfirm={() => remove(deleting)}
          onClose={() => {
            action.clear();
            setDeleting(undefined);
          }}
        >
          <p>{t("snapshots.files-go-links-end")}</p>
          {Boolean(action.error) && <ErrorNotice error={action.error} />}
        </ConfirmDialog>
      )}
    </>
  );
}

function Files({ snapshot }: { snapshot: Snapshot }) {
  if (snapshot.state !== "done") return null;
  const [only] = snapshot.files;
  return (
    <>
      {only && snapshot.files.length === 1 ? (
        <ButtonLink
          size="small"
          href={only.url}
          download
          target="_self"
          aria-label={t("snapshots.download-snapshot", { id: snapshot.id })}
        >
          {t("snapshots.download")}
        </ButtonLink>
      ) : (
        <details class="small">
          <summary>{t("snapshots.files", { files: snapshot.files.length })}</summary>
          <ul class="plain-list">
            {snapshot.files.map((file) => (
              <li key={file.name}>
                <a href={file.url} download target="_self">
                  {file.name}
                </a>{" "}
                <span class="muted">{bytes(file.bytes)}</span>
              </li>
            ))}
          </ul>
        </details>
      )}
      <ButtonLink size="small" href={manifestUrl(snapshot.id)} download="manifest.json" target="_self">
        {t("snapshots.manifest")}
      </ButtonLink>
    </>
  );
}

/** Whose labels, and what else was chosen. */
function Options({ snapshot }: { snapshot: Snapshot }) {
  const { labels, source, options } = snapshot;
  const usual = ["format", "labels", "source", "container"];
  const others = Object.entries(options as Record<string, unknown>).filter(([name]) => !usual.includes(name));
  return (
    <>
      {labels === "imported" ? t("snapshots.imported-from", { source }) : labels}
      {others.length > 0 && (
        <span class="small muted">
          {" "}
          {others.map(([name, value]) => `${name.replaceAll("_", " ")}: ${value}`).join(", ")}
        </span>
      )}
    </>
  );
}

function State({ snapshot }: { snapshot: Snapshot }) {
  switch (snapshot.state) {
    case "done":
      return (
        <>
          <span class="state-good">{t("snapshots.done")}</span>
          <LeftOut reasons={snapshot.manifest?.left_out ?? {}} />
        </>
      );
    case "failed":
      return (
        <span class="state-bad">
          {t("snapshots.failed")}
          {snapshot.error && <span class="small muted">: {snapshot.error}</span>}
        </span>
      );
    case "cancelled":
      return <span class="muted">{t("snapshots.cancelled")}</span>;
    default:
      return (
        <span>
          <progress
            class="progress-small"
            aria-label={t("snapshots.making-snapshot")}
            max={snapshot.total || undefined}
            value={snapshot.total ? (snapshot.items ?? 0) : undefined}
          />
          <span class="small muted">
            {snapshot.state === "queued" ? t("snapshots.waiting") : t("snapshots.writing")}
          </span>
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
      <summary>{t("snapshots.left-out", { entries: entries.reduce((sum, [, n]) => sum + n, 0) })}</summary>
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
      <code title={sha256}>{sha256.slice(0, 8)}…</code>
      <CopyButton text={sha256} what={t("snapshots.digest")} />
    </span>
  );
}
