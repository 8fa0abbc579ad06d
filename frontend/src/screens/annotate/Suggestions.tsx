import { useEffect } from "preact/hooks";
import { ASK_EVENT } from "../../commands/walk";
import { Spinner } from "../../components/Progress";
import { askFor, offered } from "../../effects/desk/suggestions";
import { t } from "../../i18n/desk";
import type { Work } from "../../model/work";
import { Prose } from "../content/Prose";
import { CommandButton } from "./CommandButton";
import { useDesk } from "./useDesk";

/** Listens for the command that asks the model, wherever on the desk it was given. */
export function useSuggestions(): void {
  const { desk, dispatch } = useDesk();
  useEffect(() => {
    const ask = () => {
      const { work } = desk.peek();
      if (work) void askFor(work, dispatch);
    };
    document.addEventListener(ASK_EVENT, ask);
    return () => document.removeEventListener(ASK_EVENT, ask);
  }, [desk, dispatch]);
}

/** What the model suggests in the place of a wrong step; a digit takes one. */
export function Suggestions({ work }: { work: Work }) {
  const offer = offered(work);
  if (!offer) return null;
  return (
    <section class="suggestions" aria-label={t("suggestions.suggestions-model")}>
      <SuggestionsState work={work} />
      <ol class="suggestion-list">
        {offer.candidates.map(({ step, text, kind }, index) => (
          <li key={step} class="suggestion">
            <Prose text={text} kind={kind} />
            {index < 9 && (
              <CommandButton id={`suggestion-${index + 1}`} size="small">
                {t("suggestions.take-one")}
              </CommandButton>
            )}
          </li>
        ))}
      </ol>
    </section>
  );
}

/** That it is a model's text, whose, and whether more is on its way. */
export function SuggestionsState({ work }: { work: Work }) {
  const offer = offered(work);
  if (!offer) return null;
  return (
    <div class="suggestions-state small" role="status">
      <span class="model-text">
        {t("suggestions.model-text-check-like", { model: offer.model && ` · ${offer.model}` })}
      </span>{" "}
      {offer.busy && <Spinner label={t("suggestions.model-writing")} />}
      {offer.error && <span class="field-error">{offer.error}</span>}
      {!offer.busy && !offer.error && offer.candidates.length === 0 && t("suggestions.suggested-nothing-new")}
    </div>
  );
}
