import { useState } from "preact/hooks";
import { Button } from "../../components/Button";
import { t } from "../../i18n";
import type { ToolCall as Call, Content } from "../../model/content";
import { visibleControls } from "../../render/markdown";
import { Code } from "./Code";
import { asJson, Values } from "./Values";

/** A call: the tool's name, and its arguments by name. What was written is a click away. */
export function ToolCall({ content, call }: { content: Content; call: Call }) {
  const [source, setSource] = useState(false);
  const before = wordsBefore(content, call);
  return (
    <div class="call">
      {before && <p class="value-text">{visibleControls(before)}</p>}
      <p class="call-head">
        <code class="call-name">{visibleControls(call.name)}</code>
        <Button
          size="small"
          variant="quiet"
          aria-expanded={source}
          // A click leaves the focus on the step, where the keys go on.
          onMouseDown={(event) => event.preventDefault()}
          onClick={() => setSource(!source)}
        >
          {source ? t("content.readable") : t("content.raw")}
        </Button>
      </p>
      {source ? <Source content={content} /> : <Values value={call.arguments} />}
    </div>
  );
}

/** What a data set says in words beside the call, rather than the call once more. */
function wordsBefore({ text }: Content, call: Call): string {
  const whole = text.trim();
  return whole && !whole.includes(call.name) && !whole.startsWith("{") ? whole : "";
}

function Source({ content: { text, data } }: { content: Content }) {
  return (
    <>
      {text && <Code text={text} language={text.trimStart().startsWith("{") ? "json" : ""} />}
      {data !== null && data !== undefined && <Code text={asJson(data, 2)} language="json" />}
    </>
  );
}
