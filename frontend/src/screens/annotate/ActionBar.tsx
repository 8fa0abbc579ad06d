import type { Desk } from "../../model/desk";
import { submission } from "../../model/submission";
import type { Work } from "../../model/work";
import { CommandButton } from "./CommandButton";

/** All that can be done, always in the same place; the last button says what will be recorded. */
export function ActionBar({ desk, work }: { desk: Desk; work: Work }) {
  const said = submission(work.claim, work.answer, desk.project.label_schema.error_types);
  return (
    <footer class="action-bar">
      <div class="action-message" role="status" aria-live="polite">
        <span key={desk.message.n} class={desk.message.seen ? "action-note" : "visually-hidden"}>
          {desk.message.text}
        </span>
      </div>
      <div class="actions">
        <TaskCommands work={work} />
        <span class="actions-gap" />
        <CommandButton id="skip" variant="quiet" />
        <CommandButton id="undo" variant="quiet" />
      </div>
      <CommandButton id="submit" variant={said.complete ? "primary" : "secondary"} class="submit">
        {said.complete ? (
          <span class="submit-words">{said.says}</span>
        ) : (
          <span class="muted">{said.why}</span>
        )}
      </CommandButton>
    </footer>
  );
}

function TaskCommands({ work }: { work: Work }) {
  const { answer } = work;
  if (answer.mode === "choice") {
    const tie =
      answer.groups[0]?.length === (work.claim.kind === "choice" ? work.claim.candidates.length : 0);
    return (
      <>
        <CommandButton id="tie" pressed={tie} />
        <CommandButton id="none-acceptable" pressed={answer.noneAcceptable} />
        <CommandButton id="rewrite" variant="quiet">
          Write a better one
        </CommandButton>
        <CommandButton id="comment" variant="quiet" />
      </>
    );
  }
  if (answer.mode === "every_step") {
    const value = answer.values[work.focus];
    return (
      <>
        <CommandButton id="rate-good" pressed={value === "good"} />
        <CommandButton id="rate-neutral" pressed={value === "neutral"} />
        <CommandButton id="rate-bad" pressed={value === "bad"} />
        <CommandButton id="rate-unsure" pressed={value === "unsure"} />
        <CommandButton id="rest-good" variant="quiet" />
        <CommandButton id="comment" variant="quiet" />
      </>
    );
  }
  return (
    <>
      <CommandButton id="first-error" pressed={answer.firstError === work.focus}>
        First error: step <span class="step-figure num">{work.focus + 1}</span>
      </CommandButton>
      <CommandButton id="no-error" pressed={answer.firstError === null} />
      <CommandButton id="unsure" variant="quiet" pressed={answer.confidence === 2} />
      <CommandButton id="comment" variant="quiet" />
      <CommandButton id="rewrite" variant="quiet" />
    </>
  );
}
