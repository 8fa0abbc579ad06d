import { useState } from "preact/hooks";
import { Button } from "../../components/Button";
import { t } from "../../i18n";
import { isDiff, languageOf } from "../../model/content";
import { visibleControls } from "../../render/markdown";
import { Code } from "./Code";
import { Long } from "./Long";

/** Deeper values are one line of JSON: no reader follows further, and hostile ones would take the page down. */
const DEEPEST = 6;
/** So many entries at once; the others on demand. */
const MOST_ENTRIES = 50;
const LONG_STRING = [600, 12] as const;
/** Names under which tools are given code rather than words. */
const CODE_NAMES = /^(?:code|source|script|program|cmd|command|query|sql|python|javascript|patch|diff)$/i;

/** Any JSON, readably: keys beside their values, texts without quotes or escapes. */
export function Values({ value, depth = 0 }: { value: unknown; depth?: number }) {
  const [shown, setShown] = useState(MOST_ENTRIES);
  if (typeof value !== "object" || value === null) return <Plain value={value} />;
  const entries = Object.entries(value);
  if (!entries.length) return <code class="value-word">{Array.isArray(value) ? "[]" : "{}"}</code>;
  if (depth >= DEEPEST) return <code class="value-word">{visibleControls(oneLine(value))}</code>;
  if (Array.isArray(value) && value.length <= 20 && value.every(isShort)) {
    return <code class="value-word">{visibleControls(oneLine(value))}</code>;
  }
  return (
    <>
      <dl class="values">
        {entries.slice(0, shown).map(([name, inner]) => (
          <div key={name} class="values-row">
            <dt dir="auto">{visibleControls(Array.isArray(value) ? String(Number(name) + 1) : name)}</dt>
            <dd>
              {typeof inner === "string" ? (
                <Words name={name} text={inner} />
              ) : (
                <Values value={inner} depth={depth + 1} />
              )}
            </dd>
          </div>
        ))}
      </dl>
      {entries.length > shown && (
        <Button size="small" variant="quiet" onClick={() => setShown(shown + 500)}>
          {t("content.more-entries", { n: entries.length - shown })}
        </Button>
      )}
    </>
  );
}

function Plain({ value }: { value: unknown }) {
  if (typeof value === "string") return <Words name="" text={value} />;
  return <code class="value-word">{String(value)}</code>;
}

function Words({ name, text }: { name: string; text: string }) {
  if (text === "") return <code class="value-word">""</code>;
  if (isDiff(text)) return <Code text={text} language="diff" />;
  if (CODE_NAMES.test(name)) {
    const named = { cmd: "bash", command: "bash", sql: "sql", javascript: "javascript" }[name.toLowerCase()];
    return <Code text={text} language={named ?? (languageOf({ kind: "code", text }) || "")} />;
  }
  return (
    <Long text={text} limits={LONG_STRING}>
      {(part) => (
        <div class="value-text" dir="auto">
          {visibleControls(part)}
        </div>
      )}
    </Long>
  );
}

const isShort = (value: unknown): boolean =>
  typeof value === "number" || typeof value === "boolean" || (typeof value === "string" && value.length < 40);

const ONE_LINE = 2_000;

function oneLine(value: unknown): string {
  const text = asJson(value, 0);
  return text.length > ONE_LINE ? `${text.slice(0, ONE_LINE)}…` : text;
}

/** JSON, or words for what is nested too deeply for it. */
export function asJson(value: unknown, indent: number): string {
  try {
    return JSON.stringify(value, null, indent) ?? "";
  } catch {
    return t("content.too-deep");
  }
}
