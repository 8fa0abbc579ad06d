import { useEffect, useRef, useState } from "preact/hooks";
import type { IngestResult } from "../../api/types";
import { Button } from "../../components/Button";
import { CodeTabs } from "../../components/CodeTabs";
import { CopyBlock } from "../../components/CopyBlock";
import { ErrorNotice } from "../../components/ErrorNotice";
import { Checkbox, Select, TextField } from "../../components/Field";
import { FileDrop } from "../../components/FileDrop";
import { Loaded } from "../../components/Loaded";
import { Progress } from "../../components/Progress";
import { listImports } from "../../effects/imports";
import { type Upload, upload } from "../../effects/ingest";
import { getFormats } from "../../effects/projects";
import { useAction } from "../../effects/useAction";
import { usePoll } from "../../effects/usePoll";
import { useResource } from "../../effects/useResource";
import { rich, t } from "../../i18n/admin";
import { bytes, percent } from "../../model/format";
import { goesOn } from "../../model/imports";
import { AUTO, IMPORT_FORMATS } from "../../model/ingest";
import { importSnippets } from "../../model/snippets";
import type { TabProps } from "./AdminScreen";
import { ImportPreview } from "./ImportPreview";
import { ImportResult } from "./ImportResult";
import { Imports } from "./Imports";

export function ImportTab({ project, stats }: TabProps) {
  const { slug } = project.data;
  const formats = useResource("formats", getFormats);
  const [file, setFile] = useState<File>();
  const [format, setFormat] = useState(AUTO);
  const [segmenter, setSegmenter] = useState("");
  const [atomic, setAtomic] = useState(false);
  const [newVersions, setNewVersions] = useState(false);
  const [licence, setLicence] = useState("");
  const [source, setSource] = useState("");
  const [sent, setSent] = useState(0);
  const [result, setResult] = useState<IngestResult>();
  const [kept, setKept] = useState("");
  const sending = useRef<Upload>(undefined);
  const action = useAction();
  const imports = useResource(`imports ${slug}`, (signal) => listImports(slug, signal));
  const working = imports.data?.some(goesOn) ?? false;
  usePoll(working && !imports.error, 1_000, imports);
  const wasWorking = useRef(working);
  useEffect(() => {
    if (wasWorking.current && !working) stats.reload();
    wasWorking.current = working;
  }, [working]);
  // Leaving the tab ends the upload: nobody would see what became of it.
  useEffect(() => () => sending.current?.cancel(), []);
  const outcome = useRef<HTMLDivElement>(null);
  // It stands under the form, which fills a small window.
  useEffect(() => {
    if (result || action.error) outcome.current?.scrollIntoView({ block: "nearest" });
  }, [result, action.error]);

  const choose = (chosen: File) => {
    setFile(chosen);
    setResult(undefined);
    setKept("");
    action.clear();
  };
  const start = () =>
    action.run(async () => {
      if (!file) return;
      setSent(0);
      setResult(undefined);
      setKept("");
      sending.current = upload(
        slug,
        file,
        { format, segmenter, atomic, newVersions, licence, source },
        setSent,
      );
      const answer = await sending.current.result;
      if ("report" in answer) setResult(answer.report);
      else setKept(file.name);
      imports.reload();
      stats.reload();
    });
  const known = formats.data?.import ?? Object.keys(IMPORT_FORMATS).map((name) => ({ name, title: name }));
  const choices = [
    {
      value: AUTO,
      title: t("import.recognise-it"),
      text: t("import.by-first-row-answer"),
    },
    ...known.map(({ name, title }) => ({ value: name, title, text: IMPORT_FORMATS[name]?.text })),
  ];
  return (
    <div class="stack-large">
      <section class="stack" aria-labelledby="file-title">
        <h2 id="file-title">{t("import.import-traces-from-file")}</h2>
        <p class="muted measure">{t("import.what-already-there-recognised")}</p>
        <FileDrop
          label={t("import.drop-file-here-or")}
          hint={t("import.json-lines-json-or")}
          accept=".jsonl,.ndjson,.json,.gz,.zst,.parquet,.zip,.traj"
          disabled={action.busy}
          chosen={file && `${file.name} · ${bytes(file.size)}`}
          onFile={choose}
        />
        <Select
          label={t("import.format")}
          hint={choices.find(({ value }) => value === format)?.text}
          value={format}
          choices={choices}
          onChange={setFormat}
        />
        {IMPORT_FORMATS[format] && (
          <CopyBlock title={t("import.line-looks-like")} text={IMPORT_FORMATS[format].example} />
        )}
        <ImportPreview
          slug={slug}
          file={file}
          format={format}
          segmenter={segmenter}
          onSegmenter={setSegmenter}
        />
        <Checkbox
          label={t("import.all-or-nothing")}
          hint={t("import.if-single-line-wrong")}
          checked={atomic}
          onChange={setAtomic}
        />
        <Checkbox
          label={t("import.changed-lines-become-new")}
          hint={t("import.id-here-already-other")}
          checked={newVersions}
          onChange={setNewVersions}
        />
        <TextField
          label={t("import.licence-data")}
          hint={t("import.as-cc-by-4")}
          optional
          maxLength={200}
          value={licence}
          onChange={setLicence}
        />
        <TextField
          label={t("import.source")}
          hint={t("import.address-or-how-cite")}
          optional
          maxLength={2000}
          value={source}
          onChange={setSource}
        />
        <div class="row">
          <Button variant="primary" disabled={!file} busy={action.busy} onClick={start}>
            {t("import.import")}
          </Button>
          {action.busy && <Button onClick={() => sending.current?.cancel()}>{t("import.cancel")}</Button>}
        </div>
        <div aria-live="polite" class="stack" ref={outcome}>
          {action.busy && file && (
            <Progress
              label={
                sent < 1 ? t("import.sending", { name: file.name }) : t("import.sent-server-checking-storing")
              }
              value={sent < 1 ? sent : undefined}
              text={sent < 1 ? percent(sent, 1) : undefined}
            />
          )}
          {Boolean(action.error) && <ErrorNotice error={action.error} onRetry={start} />}
          {result && <ImportResult result={result} atomic={atomic} name={file?.name ?? "import"} />}
          {kept && <p class="notice notice-good">{t("import.here-read-background-you", { kept })}</p>}
        </div>
      </section>
      <section class="stack" aria-labelledby="imports-title">
        <h2 id="imports-title">{t("import.imports")}</h2>
        <Loaded resource={imports}>{(rows) => <Imports rows={rows} reload={imports.reload} />}</Loaded>
      </section>
      <section class="stack" aria-labelledby="program-title">
        <h2 id="program-title">{t("import.same-from-program")}</h2>
        <p class="muted measure">
          {rich("import.make-token-on-your", {
            a: (text) => <a href="/account">{text}</a>,
            code: <code>STEPMARK_TOKEN</code>,
          })}
        </p>
        <CodeTabs
          legend={t("import.how-import-from-program")}
          snippets={importSnippets(location.origin, slug, format, atomic)}
        />
      </section>
    </div>
  );
}
