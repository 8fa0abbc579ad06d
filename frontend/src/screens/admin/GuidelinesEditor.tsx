import { TextArea } from "../../components/Field";
import { Markdown } from "../../components/Markdown";
import { useSettled } from "../../effects/useSettled";

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
        <h2 id="guidelines-title">Guidelines</h2>
        <span class="badge">{changed ? `will be version ${version + 1}` : `version ${version}`}</span>
      </div>
      <p class="muted measure">
        Shown on the project page and beside every task. A change makes a new version; what was judged before
        stays tied to the version it was judged under.
      </p>
      <div class="editor">
        <TextArea
          label="Text, in Markdown with LaTeX"
          rows={18}
          maxLength={200_000}
          mono
          value={value}
          onChange={onChange}
        />
        <div class="field">
          <span class="field-label" aria-hidden="true">
            Preview
          </span>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so it must be reachable by keyboard */}
          <section class="preview" aria-label="Preview of the guidelines" tabIndex={0}>
            {preview ? <Markdown text={preview} /> : <p class="muted">Nothing yet.</p>}
          </section>
        </div>
      </div>
    </section>
  );
}
