import { useState } from "preact/hooks";
import type { ExportDiff, Snapshot } from "../../api/types";
import { ButtonLink } from "../../components/Button";
import { Dialog } from "../../components/Dialog";
import { Select } from "../../components/Field";
import { Loaded } from "../../components/Loaded";
import { Table } from "../../components/Table";
import { compare, diffUrl } from "../../effects/exports";
import { useResource } from "../../effects/useResource";
import { t } from "../../i18n/admin";
import { dateTime } from "../../model/format";

interface Props {
  snapshot: Snapshot;
  /** Others in the same format, the newest first. */
  others: Snapshot[];
  onClose: () => void;
}

/** What changed from an earlier snapshot to this one. */
export function SnapshotDiff({ snapshot, others, onClose }: Props) {
  const [against, setAgainst] = useState(others[0]?.id ?? "");
  const diff = useResource(`diff ${snapshot.id} ${against}`, (signal) =>
    compare(snapshot.id, against, signal),
  );
  return (
    <Dialog
      title={t("snapshot-diff.changes-up", { created_at: dateTime(snapshot.created_at) })}
      wide
      onClose={onClose}
    >
      <div class="stack">
        <Select
          label={t("snapshot-diff.since-snapshot")}
          value={against}
          choices={others.map((one) => ({ value: one.id, title: named(one) }))}
          onChange={setAgainst}
        />
        <Loaded resource={diff}>{(found) => <Changes found={found} />}</Loaded>
        <ButtonLink href={diffUrl(snapshot.id, against)} download target="_self">
          {t("snapshot-diff.download-all-changes")}
        </ButtonLink>
      </div>
    </Dialog>
  );
}

/** Two may have been made in the same minute. */
const named = (one: Snapshot) =>
  t("snapshot-diff.one-snapshot", {
    at: dateTime(one.created_at),
    n: one.rows ?? 0,
    digest: one.sha256.slice(0, 8),
  });

function Changes({ found }: { found: ExportDiff }) {
  const gone = found.people.filter((person) => person.after === 0).map((person) => person.name);
  return (
    <>
      <p data-testid="diff-counts">
        {t("snapshot-diff.added-removed-relabelled-changed", {
          added: found.added,
          removed: found.removed,
          relabelled: found.relabelled,
          changed: found.changed,
          same: found.same,
        })}
      </p>
      {gone.length > 0 && (
        <p class="notice">{t("snapshot-diff.no-labels-any-more", { gone: gone.join(", ") })}</p>
      )}
      {found.withdrawn.map((one) => (
        <p class="small" key={one.at}>
          {t(one.by ? "snapshot-diff.judgements-withdrawn-by" : "snapshot-diff.judgements-withdrawn", {
            at: dateTime(one.at),
            n: one.judgements,
            annotator: one.annotator,
            by: one.by ?? "",
          })}
          {one.reason && `: ${one.reason}`}
        </p>
      ))}
      {found.changes.length > 0 && (
        <Table
          caption={t("snapshot-diff.changes")}
          captionHidden
          rows={found.changes}
          rowKey={(row) => `${row.problem} ${row.kind} ${row.item}`}
          columns={[
            {
              key: "change",
              title: t("snapshot-diff.change"),
              cell: (row) => t(`snapshot-diff.${row.change}`),
            },
            { key: "item", title: t("snapshot-diff.trace-or-choice"), head: true, cell: (row) => row.item },
            { key: "before", title: t("snapshot-diff.before"), cell: (row) => row.before || "–" },
            {
              key: "after",
              title: t("snapshot-diff.after"),
              cell: (row) => (
                <>
                  {row.after || "–"}
                  {row.gone.length > 0 && (
                    <div class="small muted">
                      {t("snapshot-diff.no-longer-by", { gone: row.gone.join(", ") })}
                    </div>
                  )}
                </>
              ),
            },
          ]}
        />
      )}
    </>
  );
}
