import { useState } from "preact/hooks";
import type { Formats, ExportPreview as Preview } from "../../api/types";
import { Button, ButtonLink } from "../../components/Button";
import { CodeTabs } from "../../components/CodeTabs";
import { ErrorNotice } from "../../components/ErrorNotice";
import { Select } from "../../components/Field";
import { Loaded } from "../../components/Loaded";
import { downloadUrl, listSnapshots, makeSnapshot, previewExport } from "../../effects/exports";
import { getFormats } from "../../effects/projects";
import { useAction } from "../../effects/useAction";
import { usePoll } from "../../effects/usePoll";
import { useResource } from "../../effects/useResource";
import { rich, t } from "../../i18n/admin";
import { EXPORT_FORMATS } from "../../model/exportFormats";
import {
  asked,
  type ExportChoice,
  extensionOf,
  isSeveral,
  lacksScorer,
  NOTHING_CHOSEN,
} from "../../model/exportOptions";
import { exportSnippets } from "../../model/snippets";
import type { TabProps } from "./AdminScreen";
import { ExportFields } from "./ExportFields";
import { ExportPreview } from "./ExportPreview";
import { Snapshots } from "./Snapshots";

export function ExportTab({ project, stats }: TabProps) {
  const { slug } = project.data;
  const formats = useResource("formats", getFormats);
  const [choice, setChoice] = useState<ExportChoice>(NOTHING_CHOSEN);
  const [preview, setPreview] = useState<{ of: string; found: Preview }>();
  const snapshots = useResource(`exports ${slug}`, (signal) => listSnapshots(slug, signal));
  const working = snapshots.data?.some((one) => one.state === "queued" || one.state === "running") ?? false;
  usePoll(working && !snapshots.error, 1_500, snapshots);
  const action = useAction();
  const looking = useAction();

  const sources = stats.data?.sources ?? [];
  const format = formats.data?.export.find(({ name }) => name === choice.format);
  const wanted = { ...choice, source: choice.source || sources[0] || "" };
  const options = asked(wanted, format);
  const incomplete =
    (wanted.labels === "imported" && !wanted.source) || (wanted.labels === "annotator" && !wanted.by.trim());
  const snapshot = () => action.run(() => makeSnapshot(slug, options).then(snapshots.reload));
  const of = JSON.stringify(options);
  const look = () => looking.run(async () => setPreview({ of, found: await previewExport(slug, options) }));
  const change = (next: ExportChoice) => {
    setChoice(next);
    looking.clear();
    action.clear();
  };
  const wrong = { ...looking.fields, ...action.fields };
  return (
    <div class="stack-large">
      <section class="stack" aria-labelledby="export-title">
        <h2 id="export-title">{t("export.export-dataset")}</h2>
        <Loaded resource={formats}>
          {(known) => (
            <Select
              label={t("export.format")}
              hint={inWords(known, choice.format)}
              value={choice.format}
              choices={known.export.map(({ name, title }) => ({ value: name, title }))}
              onChange={(name) => change(withFormat(choice, known, name))}
            />
          )}
        </Loaded>
        {format && (
          <ExportFields choice={wanted} format={format} sources={sources} wrong={wrong} onChange={change} />
        )}
        <div class="row">
          <Button busy={looking.busy} disabled={incomplete} onClick={look}>
            {t("export.preview")}
          </Button>
          {incomplete || isSeveral(wanted) ? (
            <Button variant="primary" disabled>
              {t("export.download-now")}
            </Button>
          ) : lacksScorer(wanted, format) ? (
            // A link would download the error: asked for a preview, the server says beside the field what is missing.
            <Button variant="primary" busy={looking.busy} onClick={look}>
              {t("export.download-now")}
            </Button>
          ) : (
            <ButtonLink variant="primary" href={downloadUrl(slug, options)} download target="_self">
              {t("export.download-now")}
            </ButtonLink>
          )}
          <Button disabled={incomplete} busy={action.busy} onClick={snapshot}>
            {t("export.make-snapshot")}
          </Button>
        </div>
        <p class="small muted measure">{t("export.download-what-known-moment")}</p>
        {Boolean(action.error) && <ErrorNotice error={action.error} />}
        {Boolean(looking.error) && <ErrorNotice error={looking.error} />}
        {preview?.of === of && <ExportPreview found={preview.found} />}
      </section>
      <section class="stack" aria-labelledby="snapshots-title">
        <h2 id="snapshots-title">{t("export.snapshots")}</h2>
        <Loaded resource={snapshots}>{(rows) => <Snapshots rows={rows} reload={snapshots.reload} />}</Loaded>
      </section>
      <section class="stack" aria-labelledby="program-title">
        <h2 id="program-title">{t("export.same-from-program")}</h2>
        <p class="muted measure">
          {rich("export.make-token-on-your", {
            a: (text) => <a href="/account">{text}</a>,
            code: <code>STEPMARK_TOKEN</code>,
          })}
        </p>
        <CodeTabs
          legend={t("export.how-export-from-program")}
          snippets={exportSnippets(location.origin, slug, options, extensionOf(choice, format))}
        />
      </section>
    </div>
  );
}

/** Another format: labels that it can't write are given up for what stands. */
function withFormat(choice: ExportChoice, formats: Formats, name: string): ExportChoice {
  const format = formats.export.find((one) => one.name === name);
  const labels = format?.choices.labels.includes(choice.labels) ? choice.labels : "resolved";
  return { ...choice, format: name, labels };
}

/** What the format is for, and what of the project goes into it. */
function inWords(formats: Formats, name: string): string | undefined {
  const format = formats.export.find((one) => one.name === name);
  if (!format) return;
  const from = t(
    format.kinds.length > 1
      ? "export.from-both"
      : format.kinds[0] === "choice"
        ? "export.from-choices"
        : "export.from-traces",
  );
  return [EXPORT_FORMATS[name], from, format.imports_back && t("export.can-imported-again")]
    .filter(Boolean)
    .join(" ");
}
