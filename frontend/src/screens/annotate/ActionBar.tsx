import { useLayoutEffect, useRef } from "preact/hooks";
import { RATING_COMMANDS } from "../../commands/desk";
import { rich, t } from "../../i18n/desk";
import type { Desk } from "../../model/desk";
import { asksOfSteps, type FullSchema, fullSchema, wholeAsked } from "../../model/schema";
import { submission } from "../../model/submission";
import type { Work } from "../../model/work";
import { CommandButton } from "./CommandButton";
import { WalkActions } from "./WalkActions";

/** All that can be done, always in the same place; the last button says what will be recorded. */
export function ActionBar({ desk, work }: { desk: Desk; work: Work }) {
  const said = submission(work.claim, work.answer, desk.project.label_schema);
  const bar = useBelow();
  return (
    <footer class="action-bar" ref={bar}>
      <div class="action-message" role="status" aria-live="polite">
        <span key={desk.message.n} class={desk.message.seen ? "action-note" : "visually-hidden"}>
          {desk.message.text}
        </span>
      </div>
      <div class="actions">
        <TaskCommands work={work} schema={fullSchema(desk.project.label_schema)} />
        <span class="actions-gap" />
        <CommandButton id="skip" variant="quiet" />
        <CommandButton id="undo" variant="quiet" />
      </div>
      <CommandButton id="submit" variant={said.complete ? "primary" : "secondary"} class="submit">
        <span class="visually-hidden">{t("action-bar.submit")} </span>
        {said.complete ? (
          <span class="submit-words">{said.says}</span>
        ) : (
          <span class="muted">{said.why}</span>
        )}
      </CommandButton>
    </footer>
  );
}

const GAP = 8;

/** Tells the styles how high the bar is: it has one row or three, by what a project asks and how wide the window is. */
function useBelow() {
  const bar = useRef<HTMLElement>(null);
  useLayoutEffect(() => {
    const { style } = document.documentElement;
    if (!bar.current) return;
    const tell = () => style.setProperty("--below", `${(bar.current?.offsetHeight ?? 0) + GAP}px`);
    const observer = new ResizeObserver(tell);
    tell();
    observer.observe(bar.current);
    return () => {
      observer.disconnect();
      style.removeProperty("--below");
    };
  }, []);
  return bar;
}

function TaskCommands({ work, schema }: { work: Work; schema: FullSchema }) {
  const { answer } = work;
  if (answer.mode === "choice") {
    const tie =
      answer.groups[0]?.length === (work.claim.kind === "choice" ? work.claim.candidates.length : 0);
    return (
      <>
        <CommandButton id="tie" pressed={tie} />
        <CommandButton id="none-acceptable" pressed={answer.noneAcceptable} />
        <CommandButton id="rewrite" variant="quiet">
          {t("action-bar.write-better-one")}
        </CommandButton>
        <CommandButton id="comment" variant="quiet" />
      </>
    );
  }
  if (answer.mode === "walk") return <WalkActions work={work} answer={answer} />;
  if (answer.mode === "every_step") {
    const value = answer.values[work.focus];
    const values = schema.values.filter(({ hotkey }) => RATING_COMMANDS[Number(hotkey) - 1]);
    return (
      <>
        {values.map(({ key, name, hotkey }) => (
          <CommandButton key={key} id={RATING_COMMANDS[Number(hotkey) - 1] ?? ""} pressed={value === key}>
            {name}
          </CommandButton>
        ))}
        <CommandButton id="rate-unsure" pressed={value === "unsure"} />
        <CommandButton id="rest-good" variant="quiet" />
        <AskedCommands schema={schema} />
        <CommandButton id="comment" variant="quiet" />
      </>
    );
  }
  return (
    <>
      <CommandButton id="first-error" pressed={answer.firstError === work.focus}>
        {rich("action-bar.first-error-step", { n: <span class="step-figure num">{work.focus + 1}</span> })}
      </CommandButton>
      <CommandButton id="no-error" pressed={answer.firstError === null} />
      {schema.confidence && <CommandButton id="unsure" variant="quiet" pressed={answer.confidence === 2} />}
      <CommandButton id="comment" variant="quiet" />
      <CommandButton id="rewrite" variant="quiet" />
      {work.claim.suggestions && <CommandButton id="suggest" variant="quiet" />}
      <AskedCommands schema={schema} />
    </>
  );
}

/** Only what the project asks. */
function AskedCommands({ schema }: { schema: FullSchema }) {
  return (
    <>
      {schema.premises && (
        <CommandButton id="premises" variant="quiet">
          {t("action-bar.premises")}
        </CommandButton>
      )}
      {asksOfSteps(schema) && (
        <CommandButton id="asked" variant="quiet">
          {t("action-bar.about-step")}
        </CommandButton>
      )}
      {wholeAsked(schema).length > 0 && (
        <CommandButton id="whole" variant="quiet">
          {t("action-bar.about-trace")}
        </CommandButton>
      )}
      {schema.spans.length > 0 && (
        <CommandButton id="mark" variant="quiet">
          {t("action-bar.mark")}
        </CommandButton>
      )}
    </>
  );
}
