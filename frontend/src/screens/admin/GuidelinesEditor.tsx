import { TextArea } from "../../components/Field";
import { Markdown } from "../../components/Markdown";
import { useSettled } from "../../effects/useSettled";
import { t } from "../../i18n/admin";

interface GuidelinesEditorProps {
  version: number;
  changed: boolean;
  value: string;
  onChange: (text: string) => void;
}

/** Markdown on one side, what annotators will read on the other. */
export function GuidelinesEditor({ version, changed, value, onChange }: GuidelinesEditorProps) {
  const preview = useSettled(value, 200);
  return (
    <section class="stack" id="guidelines" aria-labelledby="guidelines-title">
      <div class="row">
        <h2 id="guidelines-title">{t("guidelines.guidelines")}</h2>
        <span class="badge">
          {changed ? t("guidelines.will-version", { n: version + 1 }) : t("guidelines.version", { version })}
        </span>
      </div>
      <p class="muted measure">{t("guidelines.shown-on-project-page")}</p>
      <div class="editor">
        <TextArea
          label={t("guidelines.text-markdown-latex")}
          rows={18}
          maxLength={200_000}
          mono
          value={value}
          onChange={onChange}
        />
        <div class="field">
          <span class="field-label" aria-hidden="true">
            {t("guidelines.preview")}
          </span>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so it must be reachable by keyboard */}
          <section class="preview" aria-label={t("guidelines.preview-guidelines")} tabIndex={0}>
            {preview ? <Markdown text={preview} /> : <p class="muted">{t("guidelines.nothing-yet")}</p>}
          </section>
        </div>
      </div>
    </section>
  );
}
