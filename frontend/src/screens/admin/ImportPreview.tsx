import { useEffect, useState } from "preact/hooks";
import type { ImportPreview as Preview } from "../../api/types";
import { Button } from "../../components/Button";
import { ErrorNotice } from "../../components/ErrorNotice";
import { Select } from "../../components/Field";
import { Ticked } from "../../components/Ticked";
import { previewImport } from "../../effects/preview";
import { useAction } from "../../effects/useAction";
import { t } from "../../i18n/admin";
import { kindName } from "../../model/kinds";
import { canBeCut, SEGMENTERS } from "../../model/segmenters";
import { Prose } from "../content/Prose";

interface ImportPreviewProps {
  slug: string;
  file: File | undefined;
  format: string;
  segmenter: string;
  onSegmenter: (segmenter: string) => void;
}

type Item = Preview["items"][number];

/** Where solutions are cut, and how the file would come in; nothing is written for a look. */
export function ImportPreview({ slug, file, format, segmenter, onSegmenter }: ImportPreviewProps) {
  const [preview, setPreview] = useState<Preview>();
  const action = useAction();
  const cut = canBeCut(format);
  // What is shown is always how it would come in as things are chosen now.
  useEffect(() => {
    setPreview(undefined);
    action.clear();
    if (!cut) onSegmenter("");
  }, [file, format, segmenter]);
  const look = () =>
    action.run(async () => {
      if (file) setPreview(await previewImport(slug, file, { format, segmenter }));
    });
  return (
    <>
      {cut && (
        <Select
          label={t("import-preview.cut-solutions-come-one")}
          hint={t("import-preview.nothing-lost-what-stood")}
          value={segmenter}
          choices={SEGMENTERS}
          onChange={onSegmenter}
        />
      )}
      <div class="row">
        <Button disabled={!file} busy={action.busy} onClick={look}>
          {t("import-preview.look-at-first")}
        </Button>
      </div>
      <div aria-live="polite" class="stack">
        {Boolean(action.error) && <ErrorNotice error={action.error} onRetry={look} />}
        {preview && <Shown preview={preview} />}
      </div>
    </>
  );
}

function Shown({ preview }: { preview: Preview }) {
  return (
    <section class="stack" aria-label={t("import-preview.how-would-come")}>
      {preview.recognised.map(({ file, format, reason }) => (
        <p key={file} class="muted">
          {file && `${file}: `}
          <code>{format}</code>. <Ticked text={reason} />
        </p>
      ))}
      {preview.errors.map((error) => (
        <div key={`${error.file} ${error.line} ${error.field}`} class="notice notice-bad">
          <p>
            {t("import-preview.line", { file: error.file, line: error.line })}{" "}
            {error.field && <code>{error.field}</code>} <Ticked text={error.message} />
          </p>
        </div>
      ))}
      {preview.items.map((item, i) => (
        <Shape key={`${item.file} ${item.line} ${i}`} item={item} />
      ))}
      {!preview.items.length && !preview.errors.length && (
        <p class="muted">{t("import-preview.there-nothing")}</p>
      )}
    </section>
  );
}

function Shape({ item }: { item: Item }) {
  const steps =
    item.kind === "trace" ? (item.steps ?? []) : [...(item.prefix ?? []), ...(item.candidates ?? [])];
  const more = (item.steps_in_all ?? 0) - (item.steps?.length ?? 0);
  return (
    <details class="card" open>
      <summary>
        {item.kind === "trace"
          ? t("import-preview.line-steps", { line: item.line, n: item.steps_in_all ?? 0 })
          : t("import-preview.line-candidates", { line: item.line, n: item.candidates?.length ?? 0 })}
      </summary>
      <div class="stack">
        <Prose text={item.problem.statement} />
        <ol class="stack">
          {steps.map((step, i) => (
            <li key={i}>
              {kindName(step.kind) && <span class="muted">{kindName(step.kind)} </span>}
              <Prose text={step.text} kind={step.kind} />
              {step.media.map((one) => (
                <p key={one.sha256 ?? one.url} class="muted">
                  {one.type}: {one.url ?? one.mime}
                </p>
              ))}
            </li>
          ))}
        </ol>
        {more > 0 && <p class="muted">{t("import-preview.more-steps", { more })}</p>}
      </div>
    </details>
  );
}
