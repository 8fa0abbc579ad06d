import { t } from "../../i18n";
import {
  type Content,
  languageOf,
  otherData,
  timeOf,
  toolCallOf,
  unfenced,
  type Verdict,
} from "../../model/content";
import { visibleControls } from "../../render/markdown";
import { Code } from "./Code";
import { MediaList, PartOfProblem } from "./MediaList";
import { Prose, VERBATIM } from "./Prose";
import { ToolCall } from "./ToolCall";
import { asJson, Values } from "./Values";
import "../../styles/content.css";

interface StepContentProps {
  slug: string;
  content: Content;
  /** Show the source as it was written. */
  raw?: boolean;
}

/** All that a step consists of, as it is best read: prose, code, a call, an answer of the world, pictures, recordings. */
export function StepContent({ slug, content, raw = false }: StepContentProps) {
  const { media = [], verdicts = [], data } = content;
  const time = timeOf(data);
  const recorded = media.some(({ type }) => type === "audio" || type === "video");
  const rest = raw ? data : otherData(content);
  return (
    <>
      {(content.text || content.kind === "tool_call") && <Body content={content} raw={raw} />}
      {verdicts.length > 0 && <Verdicts verdicts={verdicts} />}
      {media.length > 0 && <MediaList slug={slug} media={media} time={time} />}
      {time && !recorded && <PartOfProblem time={time} />}
      {rest !== null && rest !== undefined && (
        <details class="content-data">
          <summary class="badge">{t("content.data")}</summary>
          {raw ? <Code text={asJson(rest, 2)} language="json" /> : <Values value={rest} />}
        </details>
      )}
    </>
  );
}

function Body({ content, raw }: { content: Content; raw: boolean }) {
  const { text, kind } = content;
  if (raw || !VERBATIM.has(kind)) return <Prose text={text} kind={kind} raw={raw} />;
  const call = kind === "tool_call" && toolCallOf(content);
  if (call) return <ToolCall content={content} call={call} />;
  const fenced = unfenced(text);
  const code = fenced?.code ?? text;
  return (
    <Code text={code} language={fenced?.language || guessed({ ...content, text: code }, fenced !== null)} />
  );
}

/** Only what can't be mistaken of a text that nobody called code: an answer in words is no program. */
function guessed(content: Content, fenced: boolean): string {
  if (content.kind === "formal") return "";
  const language = languageOf(content);
  return content.kind === "code" || fenced || language === "json" ? language : "";
}

/** What a prover or verifier that ran over the data said. */
function Verdicts({ verdicts }: { verdicts: readonly Verdict[] }) {
  return (
    <ul class="verdicts plain-list small">
      {verdicts.map(({ by, value, reason }) => {
        const tone = value >= 0.5 ? "good" : "bad";
        return (
          <li key={by} class="badge verdict" data-tone={tone}>
            <strong>
              {tone === "good" ? "✓" : "✗"}{" "}
              {t(tone === "good" ? "content.accepted" : "content.rejected", { by: visibleControls(by) })}
            </strong>
            {reason && <Reason text={reason} />}
          </li>
        );
      })}
    </ul>
  );
}

function Reason({ text }: { text: string }) {
  return text.includes("\n") || text.length > 200 ? (
    <Code text={text} />
  ) : (
    <span dir="auto"> {visibleControls(text)}</span>
  );
}
