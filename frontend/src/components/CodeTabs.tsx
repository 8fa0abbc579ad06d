import { useId, useState } from "preact/hooks";
import type { Snippet } from "../model/snippets";
import { CopyBlock } from "./CopyBlock";

/** The same thing in several languages; one is shown. */
export function CodeTabs({ legend, snippets }: { legend: string; snippets: Snippet[] }) {
  const name = useId();
  const [at, setAt] = useState(0);
  const shown = snippets[at] ?? snippets[0];
  if (!shown) return null;
  return (
    <div class="code-tabs">
      <fieldset class="segments">
        <legend class="visually-hidden">{legend}</legend>
        {snippets.map((one, i) => (
          <label key={one.title}>
            <input type="radio" name={name} checked={i === at} onChange={() => setAt(i)} />
            <span>{one.title}</span>
          </label>
        ))}
      </fieldset>
      <CopyBlock title={shown.title} text={shown.text} />
    </div>
  );
}
