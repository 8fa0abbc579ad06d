import { useState } from "preact/hooks";
import type { ExportDiff, Snapshot } from "../../api/types";
import { ButtonLink } from "../../components/Button";
import { Dialog } from "../../components/Dialog";
import { Select } from "../../components/Field";
import { Loaded } from "../../components/Loaded";
import { Table } from "../../components/Table";
import { compare, diffUrl } from "../../effects/exports";
import { useResource } from "../../effects/useResource";
import { count, dateTime } from "../../model/format";

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
    <Dialog title={`Changes up to ${dateTime(snapshot.created_at)}`} wide onClose={onClose}>
      <div class="stack">
        <Select
          label="Since the snapshot of"
          value={against}
          choices={others.map((one) => ({ value: one.id, title: dateTime(one.created_at) }))}
          onChange={setAgainst}
        />
        <Loaded resource={diff}>{(found) => <Changes found={found} />}</Loaded>
        <ButtonLink href={diffUrl(snapshot.id, against)} download target="_self">
          Download all changes
        </ButtonLink>
      </div>
    </Dialog>
  );
}

function Changes({ found }: { found: ExportDiff }) {
  const gone = found.people.filter((person) => person.after === 0).map((person) => person.name);
  return (
    <>
      <p data-testid="diff-counts">
        {count(found.added)} added, {count(found.removed)} removed, {count(found.relabelled)} relabelled,{" "}
        {count(found.changed)} changed otherwise, {count(found.same)} the same.
      </p>
      {gone.length > 0 && <p class="notice">No labels any more of: {gone.join(", ")}.</p>}
      {found.withdrawn.map((one) => (
        <p class="small" key={one.at}>
          {dateTime(one.at)}: {count(one.judgements)} of {one.annotator}'s judgements withdrawn
          {one.by && ` by ${one.by}`}
          {one.reason && `: ${one.reason}`}.
        </p>
      ))}
      {found.changes.length > 0 && (
        <Table
          caption="Changes"
          captionHidden
          rows={found.changes}
          rowKey={(row) => `${row.problem} ${row.kind} ${row.item}`}
          columns={[
            { key: "change", title: "Change", cell: (row) => row.change },
            { key: "item", title: "Trace or choice", head: true, cell: (row) => row.item },
            { key: "before", title: "Before", cell: (row) => row.before ?? "–" },
            { key: "after", title: "After", cell: (row) => row.after ?? "–" },
            { key: "gone", title: "No longer by", cell: (row) => row.gone.join(", ") || "–" },
          ]}
        />
      )}
    </>
  );
}
