import { useLayoutEffect, useRef } from "preact/hooks";
import { t } from "../../i18n";
import { diffLines, isDiff } from "../../model/content";
import { drawCode } from "../../render/code";
import { visibleControls } from "../../render/markdown";
import { Long } from "./Long";

const LONG_CODE = [1_500, 24] as const;

/** Code letter for letter, in colours where its language is known; a unified diff as such. Folded when it is long. */
export function Code({ text, language = "" }: { text: string; language?: string }) {
  const diff = language === "diff" || language === "patch" || isDiff(text);
  return (
    <Long text={text} limits={LONG_CODE}>
      {(shown) => (diff ? <Diff text={shown} /> : <Coloured text={shown} language={language} />)}
    </Long>
  );
}

function Coloured({ text, language }: { text: string; language: string }) {
  const ref = useRef<HTMLElement>(null);
  useLayoutEffect(() => {
    return ref.current ? drawCode(ref.current, text, language) : undefined;
  }, [text, language]);
  return (
    <pre class="text-verbatim code" dir="ltr">
      <code ref={ref} />
    </pre>
  );
}

const WORDS = { added: "content.added", removed: "content.removed" } as const;
/** More lines stay one text: each line is an element. */
const MOST_LINES = 3_000;

/** The signs + and - stand in the text; colour and the hidden words only repeat them. */
function Diff({ text }: { text: string }) {
  const lines = diffLines(text);
  return (
    <pre class="text-verbatim code diff" dir="ltr">
      <code>
        {lines.length > MOST_LINES
          ? visibleControls(text)
          : lines.map((line, index) => {
              const Tag = line.tone === "added" ? "ins" : line.tone === "removed" ? "del" : "span";
              return (
                <Tag key={index} class="diff-line" data-tone={line.tone}>
                  {(line.tone === "added" || line.tone === "removed") && (
                    <span class="visually-hidden badge">{t(WORDS[line.tone])} </span>
                  )}
                  {visibleControls(line.text)}
                  {"\n"}
                </Tag>
              );
            })}
      </code>
    </pre>
  );
}
