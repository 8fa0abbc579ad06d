import type { IngestResult, LineError } from "../../api/types";
import { Button } from "../../components/Button";
import { CopyButton } from "../../components/CopyBlock";
import { Table } from "../../components/Table";
import { saveText } from "../../effects/saveText";
import { count, plural } from "../../model/format";
import { errorsToCsv } from "../../model/ingest";

export function ImportResult({
  result,
  atomic,
  name,
}: {
  result: IngestResult;
  atomic: boolean;
  name: string;
}) {
  const { format, accepted, duplicates, rejected, errors } = result;
  return (
    <div class={`notice ${rejected ? "notice-bad" : "notice-good"} import-result`}>
      <p>
        <strong>{sentence(result, atomic)}</strong>
      </p>
      {format && (
        <p>
          Read as <code>{format.name}</code>. <Ticked text={format.reason} />
        </p>
      )}
      <dl class="figures">
        <div>
          <dt>accepted</dt>
          <dd>{count(accepted)}</dd>
        </div>
        <div>
          <dt>duplicates</dt>
          <dd>{count(duplicates)}</dd>
        </div>
        <div>
          <dt>rejected</dt>
          <dd>{count(rejected)}</dd>
        </div>
      </dl>
      {errors.length > 0 && <Errors errors={errors} more={result.truncated_errors ?? 0} name={name} />}
    </div>
  );
}

/** What stands between backticks is code. */
function Ticked({ text }: { text: string }) {
  return <>{text.split("`").map((part, i) => (i % 2 ? <code key={i}>{part}</code> : part))}</>;
}

function sentence({ accepted, duplicates, rejected }: IngestResult, atomic: boolean): string {
  if (rejected && atomic) return `Nothing was imported: ${plural(rejected, "line")} must be mended first.`;
  // A line may hold several traces and choices, which is what is counted.
  if (rejected) return `${count(accepted)} imported, ${plural(rejected, "line")} rejected.`;
  if (accepted) return `${count(accepted)} imported.`;
  if (duplicates) return "Nothing new: everything in this file was there already.";
  return "The file holds no lines.";
}

function Errors({ errors, more, name }: { errors: LineError[]; more: number; name: string }) {
  const json = `${JSON.stringify(errors, null, 2)}\n`;
  const stem = name.replace(/\.(jsonl|ndjson|json|gz)+$/g, "");
  return (
    <>
      <div class="row">
        <CopyButton text={json} label="Copy as JSON" />
        <Button size="small" onClick={() => saveText(`${stem}-errors.csv`, "text/csv", errorsToCsv(errors))}>
          Download CSV
        </Button>
        <Button size="small" onClick={() => saveText(`${stem}-errors.json`, "application/json", json)}>
          Download JSON
        </Button>
      </div>
      {more > 0 && (
        <p class="small muted">
          The first {count(errors.length)} are shown; there are {count(more)} more.
        </p>
      )}
      <Table
        caption="Rejected lines"
        rows={errors.map((error, i) => ({ ...error, i }))}
        rowKey={(row) => row.i}
        columns={[
          { key: "line", title: "Line", head: true, numeric: true, cell: (row) => count(row.line) },
          { key: "field", title: "Field", cell: (row) => (row.field ? <code>{row.field}</code> : "–") },
          { key: "code", title: "Code", cell: (row) => <code>{row.code}</code> },
          { key: "message", title: "What is wrong", cell: (row) => <Ticked text={row.message} /> },
        ]}
      />
    </>
  );
}
