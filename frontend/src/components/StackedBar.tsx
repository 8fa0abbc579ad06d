import { count, percent } from "../model/format";

export interface Part {
  key: string;
  /** Shape and word come first; the colour only repeats them. */
  shape: string;
  title: string;
  value: number;
  tone: "good" | "bad" | "unsure" | "known" | "accent" | "plain";
}

/** How a whole divides: one bar, and the same numbers as a list under it. */
export function StackedBar({ title, parts }: { title: string; parts: Part[] }) {
  const total = parts.reduce((sum, part) => sum + part.value, 0);
  return (
    <figure class="stacked">
      <figcaption>
        {title} <span class="muted num">{count(total)}</span>
      </figcaption>
      <div class="stacked-bar" aria-hidden="true">
        {parts.map(
          (part) =>
            part.value > 0 && (
              <span key={part.key} class={`tone-${part.tone}`} style={{ flexGrow: part.value }} />
            ),
        )}
      </div>
      <ul class="legend plain-list">
        {parts.map((part) => (
          <li key={part.key}>
            <span class={`legend-mark tone-${part.tone}`} aria-hidden="true">
              {part.shape}
            </span>
            {part.title} <span class="num">{count(part.value)}</span>{" "}
            <span class="muted num">{percent(part.value, total)}</span>
          </li>
        ))}
      </ul>
    </figure>
  );
}
