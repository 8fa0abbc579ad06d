import type { IngestResult, LineError } from "../../api/types";
import { Button } from "../../components/Button";
import { CopyButton } from "../../components/CopyBlock";
import { Table } from "../../components/Table";
import { Ticked } from "../../components/Ticked";
import { saveText } from "../../effects/saveText";
import { rich, t } from "../../i18n/admin";
import { count } from "../../model/format";
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
          {rich("import-result.read-as", { name: <code>{format.name}</code> })}{" "}
          <Ticked text={format.reason} />
        </p>
      )}
      <dl class="figures">
        <div>
          <dt>{t("import-result.accepted")}</dt>
          <dd>{count(accepted)}</dd>
        </div>
        <div>
          <dt>{t("import-result.duplicates")}</dt>
          <dd>{count(duplicates)}</dd>
        </div>
        <div>
          <dt>{t("import-result.rejected")}</dt>
          <dd>{count(rejected)}</dd>
        </div>
      </dl>
      {errors.length > 0 && <Errors errors={errors} more={result.truncated_errors ?? 0} name={name} />}
    </div>
  );
}

function sentence({ accepted, duplicates, rejected }: IngestResult, atomic: boolean): string {
  if (rejected && atomic) return t("import-result.nothing-was-imported-lines", { n: rejected });
  // A line may hold several traces and choices, which is what is counted.
  if (rejected) return t("import-result.imported-lines-rejected", { accepted, n: rejected });
  if (accepted) return t("import-result.imported", { accepted });
  if (duplicates) return t("import-result.nothing-new-everything-file");
  return t("import-result.file-holds-no-lines");
}

function Errors({ errors, more, name }: { errors: LineError[]; more: number; name: string }) {
  const json = `${JSON.stringify(errors, null, 2)}\n`;
  const stem = name.replace(/\.(jsonl|ndjson|json|gz)+$/g, "");
  return (
    <>
      <div class="row">
        <CopyButton text={json} label={t("import-result.copy-as-json")} />
        <Button size="small" onClick={() => saveText(`${stem}-errors.csv`, "text/csv", errorsToCsv(errors))}>
          {t("import-result.download-csv")}
        </Button>
        <Button size="small" onClick={() => saveText(`${stem}-errors.json`, "application/json", json)}>
          {t("import-result.download-json")}
        </Button>
      </div>
      {more > 0 && (
        <p class="small muted">
          {t("import-result.first-shown-there-more", { errors: errors.length, more })}
        </p>
      )}
      <Table
        caption={t("import-result.rejected-lines")}
        rows={errors.map((error, i) => ({ ...error, i }))}
        rowKey={(row) => row.i}
        columns={[
          {
            key: "line",
            title: t("import-result.line"),
            head: true,
            numeric: true,
            cell: (row) => count(row.line),
          },
          {
            key: "field",
            title: t("import-result.field"),
            cell: (row) => (row.field ? <code>{row.field}</code> : "–"),
          },
          { key: "code", title: t("import-result.code"), cell: (row) => <code>{row.code}</code> },
          {
            key: "message",
            title: t("import-result.what-wrong"),
            cell: (row) => <Ticked text={row.message} />,
          },
        ]}
      />
    </>
  );
}
