import { useEffect, useRef, useState } from "preact/hooks";
import type { IngestResult } from "../../api/types";
import { Button } from "../../components/Button";
import { CodeTabs } from "../../components/CodeTabs";
import { CopyBlock } from "../../components/CopyBlock";
import { ErrorNotice } from "../../components/ErrorNotice";
import { Checkbox, Select } from "../../components/Field";
import { FileDrop } from "../../components/FileDrop";
import { Loaded } from "../../components/Loaded";
import { Progress } from "../../components/Progress";
import { listImports } from "../../effects/imports";
import { type Upload, upload } from "../../effects/ingest";
import { getFormats } from "../../effects/projects";
import { useAction } from "../../effects/useAction";
import { usePoll } from "../../effects/usePoll";
import { useResource } from "../../effects/useResource";
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
  const [sent, setSent] = useState(0);
  const [result, setResult] = useState<IngestResult>();
  const [kept, setKept] = useState("");
  const sending = useRef<Upload>(undefined);
  const action = useAction();
  const imports = useResource(`imports ${slug}`, (signal) => listImports(slug, signal));
  const working = imports.data?.some(goesOn) ?? false;
  usePoll(working && !imports.error, 1_000, imports.reload);
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
      sending.current = upload(slug, file, { format, segmenter, atomic, newVersions }, setSent);
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
      title: "Recognise it",
      text: "By the first row. The answer says which format it was, and why.",
    },
    ...known.map(({ name, title }) => ({ value: name, title, text: IMPORT_FORMATS[name]?.text })),
  ];
  return (
    <div class="stack-large">
      <section class="stack" aria-labelledby="file-title">
        <h2 id="file-title">Import traces from a file</h2>
        <p class="muted measure">
          What is already there is recognised and left alone, so the same file can be sent again at any time.
        </p>
        <FileDrop
          label="Drop a file here, or choose one"
          hint="JSON lines, JSON or Parquet, plain, gzipped or zst, or a zip of these, of any size"
          accept=".jsonl,.ndjson,.json,.gz,.zst,.parquet,.zip"
          disabled={action.busy}
          chosen={file && `${file.name} · ${bytes(file.size)}`}
          onFile={choose}
        />
        <Select
          label="Format"
          hint={choices.find(({ value }) => value === format)?.text}
          value={format}
          choices={choices}
          onChange={setFormat}
        />
        {IMPORT_FORMATS[format] && (
          <CopyBlock title="A line looks like this" text={IMPORT_FORMATS[format].example} />
        )}
        <ImportPreview
          slug={slug}
          file={file}
          format={format}
          segmenter={segmenter}
          onSegmenter={setSegmenter}
        />
        <Checkbox
          label="All or nothing"
          hint="If a single line is wrong, nothing is imported. Otherwise the good lines are, and the others are told."
          checked={atomic}
          onChange={setAtomic}
        />
        <Checkbox
          label="Changed lines become new versions"
          hint="An id that is here already with other content gets a version beside the old one, whose labels stay with it. Otherwise such a line is refused."
          checked={newVersions}
          onChange={setNewVersions}
        />
        <div class="row">
          <Button variant="primary" disabled={!file} busy={action.busy} onClick={start}>
            Import
          </Button>
          {action.busy && <Button onClick={() => sending.current?.cancel()}>Cancel</Button>}
        </div>
        <div aria-live="polite" class="stack" ref={outcome}>
          {action.busy && file && (
            <Progress
              label={
                sent < 1 ? `Sending ${file.name}` : "Sent. The server is checking and storing every line…"
              }
              value={sent < 1 ? sent : undefined}
              text={sent < 1 ? percent(sent, 1) : undefined}
            />
          )}
          {Boolean(action.error) && <ErrorNotice error={action.error} onRetry={start} />}
          {result && <ImportResult result={result} atomic={atomic} name={file?.name ?? "import"} />}
          {kept && (
            <p class="notice notice-good">
              {kept} is here and is read in the background. You may leave this page.
            </p>
          )}
        </div>
      </section>
      <section class="stack" aria-labelledby="imports-title">
        <h2 id="imports-title">Imports</h2>
        <Loaded resource={imports}>{(rows) => <Imports rows={rows} reload={imports.reload} />}</Loaded>
      </section>
      <section class="stack" aria-labelledby="program-title">
        <h2 id="program-title">The same from a program</h2>
        <p class="muted measure">
          Make a token on <a href="/account">your account page</a> and put it in the environment as{" "}
          <code>STEPMARK_TOKEN</code>.
        </p>
        <CodeTabs
          legend="How to import from a program"
          snippets={importSnippets(location.origin, slug, format, atomic)}
        />
      </section>
    </div>
  );
}
