import { useLayoutEffect, useRef } from "preact/hooks";
import { Button } from "../../components/Button";
import { t } from "../../i18n/admin";
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
        <h2 id="types-title">{t("error-types.error-types")}</h2>
        <span class="badge">{t("error-types.version", { version })}</span>
      </div>
      <p class="muted measure">{t("error-types.what-can-wrong-step")}</p>
      <ol class="error-types plain-list" ref={list}>
        {value.map((type, at) => (
          // Keyed by place: keys and names are being typed.
          <li key={at}>
            <input
              class="input"
              aria-label={t("error-types.name-error-type", { n: at + 1 })}
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
                aria-label={t("error-types.move-up", { name: type.name })}
                onClick={() => move(at, -1)}
              >
                ↑
              </Button>
              <Button
                size="small"
                variant="quiet"
                disabled={at === value.length - 1}
                aria-label={t("error-types.move-down", { name: type.name })}
                onClick={() => move(at, 1)}
              >
                ↓
              </Button>
              <Button
                size="small"
                variant="quiet"
                aria-label={t("error-types.remove", {
                  name: type.name || t("error-types.error-type", { n: at + 1 }),
                })}
                onClick={() => onChange(value.filter((_, i) => i !== at))}
              >
                ✕
              </Button>
            </span>
          </li>
        ))}
      </ol>
      {value.length === 0 && <p class="muted">{t("error-types.none-annotators-say-which")}</p>}
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
        {t("error-types.add-error-type")}
      </Button>
    </section>
  );
}
