import { t } from "../../i18n/desk";
import { codePoints, type Mark, type Marks } from "../../model/extras";
import { useDesk } from "./useDesk";

interface MarkedProps {
  marks: Marks;
  /** The text that they are in, as it was imported. */
  text: string;
  /** The step, 0-based; null: the problem. */
  at: number | null;
}

/** What is marked in a text, in words under it; in the text itself it is highlighted. */
export function Marked({ marks, text, at }: MarkedProps) {
  const { desk, dispatch } = useDesk();
  if (!marks.length) return null;
  const points = codePoints(text);
  const names = new Map((desk.peek().project.label_schema.spans ?? []).map(({ key, name }) => [key, name]));
  const where = at === null ? t("marked.in-the-problem") : t("marked.in-step", { n: at + 1 });
  return (
    <ul class="marked plain-list small">
      {marks.map((mark: Mark) => {
        const words = points.slice(mark.start, mark.end).join("").trim();
        const shown = words.length > 40 ? `${words.slice(0, 39)}…` : words;
        return (
          <li key={`${mark.start}-${mark.end}-${mark.label}`}>
            <span class="marked-words">{shown}</span> {names.get(mark.label) ?? mark.label}{" "}
            <button
              type="button"
              class="marked-drop"
              aria-label={t("marked.take-back", { shown, names: names.get(mark.label) ?? mark.label, where })}
              onMouseDown={(event) => event.preventDefault()}
              onClick={() => dispatch({ type: "mark", mark, at })}
            >
              ✕
            </button>
          </li>
        );
      })}
    </ul>
  );
}
