import { useLayoutEffect, useRef } from "preact/hooks";
import { Button } from "../../components/Button";
import type { ErrorTypeDraft } from "../../model/settings";
import { keyify } from "../../model/slug";

interface ErrorTypesEditorProps {
  version: number;
  value: ErrorTypeDraft[];
  onChange: (types: ErrorTypeDraft[]) => void;
  error?: string;
}

export function ErrorTypesEditor({ version, value, onChange, error }: ErrorTypesEditorProps) {
  const list = useRef<HTMLOListElement>(null);
  const added = useRef(false);
  useLayoutEffect(() => {
    if (!added.current) return;
    added.current = false;
    list.current?.querySelector<HTMLInputElement>("li:last-child input")?.focus();
  });
  const replace = (at: number, type: ErrorTypeDraft) =>
    onChange(value.map((old, i) => (i === at ? type : old)));
  const move = (at: number, by: number) => {
    const next = [...value];
    const [type] = next.splice(at, 1);
    if (type) next.splice(at + by, 0, type);
    onChange(next);
  };
  return (
    <section class="stack" aria-labelledby="types-title">
      <div class="row">
        <h2 id="types-title">Error types</h2>
        <span class="badge">version {version}</span>
      </div>
      <p class="muted measure">
        What can be wrong with a step. The first nine have the keys 1–9 on the annotate page, in this order.
      </p>
      <ol class="error-types plain-list" ref={list}>
        {value.map((type, at) => (
          // Keyed by place: keys and names are being typed.
          <li key={at}>
            <input
              class="input"
              aria-label={`Name of error type ${at + 1}`}
              maxLength={100}
              value={type.name}
              onInput={(event) => {
                const name = event.currentTarget.value;
                replace(at, { ...type, name, key: type.fresh ? keyify(name) : type.key });
              }}
            />
            <code class="muted">{type.key || "–"}</code>
            <span class="row nowrap">
              <Button
                size="small"
                variant="quiet"
                disabled={at === 0}
                aria-label={`Move ${type.name} up`}
                onClick={() => move(at, -1)}
              >
                ↑
              </Button>
              <Button
                size="small"
                variant="quiet"
                disabled={at === value.length - 1}
                aria-label={`Move ${type.name} down`}
                onClick={() => move(at, 1)}
              >
                ↓
              </Button>
              <Button
                size="small"
                variant="quiet"
                aria-label={`Remove ${type.name || `error type ${at + 1}`}`}
                onClick={() => onChange(value.filter((_, i) => i !== at))}
              >
                ✕
              </Button>
            </span>
          </li>
        ))}
      </ol>
      {value.length === 0 && <p class="muted">None: annotators say which step is wrong, not in what way.</p>}
      {error && (
        <p class="field-error" role="alert">
          {error}
        </p>
      )}
      <Button
        size="small"
        onClick={() => {
          added.current = true;
          onChange([...value, { key: "", name: "", fresh: true }]);
        }}
      >
        Add an error type
      </Button>
    </section>
  );
}
