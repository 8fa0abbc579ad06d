import { useState } from "preact/hooks";
import type { Formats, Labels, Stats } from "../../api/types";
import { Button, ButtonLink } from "../../components/Button";
import { CodeTabs } from "../../components/CodeTabs";
import { ErrorNotice } from "../../components/ErrorNotice";
import { RadioGroup, Select } from "../../components/Field";
import { Loaded } from "../../components/Loaded";
import { downloadUrl, type ExportChoice, listSnapshots, makeSnapshot } from "../../effects/exports";
import { getFormats } from "../../effects/projects";
import { useAction } from "../../effects/useAction";
import { usePoll } from "../../effects/usePoll";
import { useResource } from "../../effects/useResource";
import { EXPORT_FORMATS, LABEL_CHOICES } from "../../model/exportFormats";
import { exportSnippets } from "../../model/snippets";
import type { TabProps } from "./AdminScreen";
import { Snapshots } from "./Snapshots";

export function ExportTab({ project, stats }: TabProps) {
  const { slug } = project.data;
  const formats = useResource("formats", getFormats);
  const [choice, setChoice] = useState<ExportChoice>({ format: "native", labels: "resolved", source: "" });
  const snapshots = useResource(`exports ${slug}`, (signal) => listSnapshots(slug, signal));
  const working = snapshots.data?.some((one) => one.state === "queued" || one.state === "running") ?? false;
  usePoll(working && !snapshots.error, 1_500, snapshots.reload);
  const action = useAction();

  const sources = stats.data?.sources ?? [];
  const wanted = { ...choice, source: choice.source || sources[0] || "" };
  const extension = formats.data?.export.find(({ name }) => name === wanted.format)?.extension ?? "jsonl";
  const incomplete = wanted.labels === "imported" && !wanted.source;
  const snapshot = () => action.run(() => makeSnapshot(slug, wanted).then(snapshots.reload));
  return (
    <div class="stack-large">
      <section class="stack" aria-labelledby="export-title">
        <h2 id="export-title">Export a dataset</h2>
        <Loaded resource={formats}>
          {(known) => (
            <Select
              label="Format"
              hint={inWords(known, choice.format)}
              value={choice.format}
              choices={known.export.map(({ name, title }) => ({ value: name, title }))}
              onChange={(format) => setChoice({ ...choice, format })}
            />
          )}
        </Loaded>
        <LabelFields choice={wanted} stats={stats.data} onChange={setChoice} />
        <div class="row">
          {incomplete ? (
            <Button variant="primary" disabled>
              Download now
            </Button>
          ) : (
            <ButtonLink variant="primary" href={downloadUrl(slug, wanted)} download target="_self">
              Download now
            </ButtonLink>
          )}
          <Button disabled={incomplete} busy={action.busy} onClick={snapshot}>
            Make a snapshot
          </Button>
        </div>
        <p class="small muted measure">
          A download is what is known this moment. A snapshot is made in the background and kept, with its
          digest, so that a training run can always be traced back to it.
        </p>
        {Boolean(action.error) && <ErrorNotice error={action.error} />}
      </section>
      <section class="stack" aria-labelledby="snapshots-title">
        <h2 id="snapshots-title">Snapshots</h2>
        <Loaded resource={snapshots}>{(rows) => <Snapshots rows={rows} />}</Loaded>
      </section>
      <section class="stack" aria-labelledby="program-title">
        <h2 id="program-title">The same from a program</h2>
        <p class="muted measure">
          Make a token on <a href="/account">your account page</a> and put it in the environment as{" "}
          <code>STEPMARK_TOKEN</code>.
        </p>
        <CodeTabs
          legend="How to export from a program"
          snippets={exportSnippets(location.origin, slug, wanted, extension)}
        />
      </section>
    </div>
  );
}

/** What the format is for, and what of the project goes into it. */
function inWords(formats: Formats, name: string): string | undefined {
  const format = formats.export.find((one) => one.name === name);
  if (!format) return;
  const from = `From ${format.kinds.map((kind) => `${kind}s`).join(" and ")}.`;
  return [EXPORT_FORMATS[name], from, format.imports_back && "Can be imported again."]
    .filter(Boolean)
    .join(" ");
}

interface LabelFieldsProps {
  choice: ExportChoice;
  stats: Stats | undefined;
  onChange: (choice: ExportChoice) => void;
}

function LabelFields({ choice, stats, onChange }: LabelFieldsProps) {
  const sources = stats?.sources ?? [];
  return (
    <>
      <RadioGroup<Labels>
        legend="Labels"
        value={choice.labels}
        choices={LABEL_CHOICES.map((one) => ({ ...one }))}
        onChange={(labels) => onChange({ ...choice, labels })}
      />
      {choice.labels === "imported" &&
        (sources.length ? (
          <div class="narrow">
            <Select
              label="Source"
              value={choice.source}
              choices={sources.map((source) => ({ value: source, title: source }))}
              onChange={(source) => onChange({ ...choice, source })}
            />
          </div>
        ) : (
          <p class="notice">Nothing that was imported into this project came with labels.</p>
        ))}
    </>
  );
}
