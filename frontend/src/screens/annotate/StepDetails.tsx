import { useEffect, useRef } from "preact/hooks";
import { noteOn, wrongStep } from "../../model/answer";
import { CONFIDENCE_WORDS, rewriteOf } from "../../model/submission";
import type { Work } from "../../model/work";
import { CommandButton } from "./CommandButton";
import { Scale } from "./Scale";
import { useDesk } from "./useDesk";
import { Writing } from "./Writing";

/** What is wrong with a step, why, and a better one: under the step itself. */
export function StepDetails({ work, index }: { work: Work; index: number }) {
  const { desk, dispatch } = useDesk();
  const { answer, claim, panel } = work;
  const ref = useRef<HTMLDivElement>(null);
  // At the lower edge of a small screen they would open out of sight.
  useEffect(() => ref.current?.scrollIntoView({ block: "nearest", behavior: "instant" }), []);
  const errorTypes = desk.value.project.label_schema.error_types;
  if (answer.mode === "choice" || claim.kind !== "trace") return null;
  const isWrong = wrongStep(answer) === index;
  const note = noteOn(answer, index);
  const original = claim.steps[index]?.text;
  return (
    <div class="details" ref={ref}>
      {isWrong && errorTypes.length > 0 && (
        <fieldset class="error-types">
          <legend class="visually-hidden">What is wrong with step {index + 1}</legend>
          {errorTypes.map((type, place) => (
            <button
              key={type.key}
              type="button"
              class="chip"
              aria-pressed={note.errorTypes.includes(type.key)}
              aria-keyshortcuts={answer.mode === "first_error" && place < 9 ? String(place + 1) : undefined}
              onMouseDown={(event) => event.preventDefault()}
              onClick={() => dispatch({ type: "toggle-error-type", key: type.key })}
            >
              {answer.mode === "first_error" && place < 9 && (
                <span aria-hidden="true">
                  <kbd>{place + 1}</kbd>
                </span>
              )}
              {type.name}
            </button>
          ))}
        </fieldset>
      )}
      <Writing field="comment" label="Comment" text={answer.comment} open={panel === "comment"} />
      {isWrong && (
        <Writing
          field="rewrite"
          label={`A better step ${index + 1}`}
          text={panel === "rewrite" ? note.rewrite : rewriteOf(note.rewrite, original)}
          open={panel === "rewrite"}
          original={original}
          preview
        />
      )}
      <div class="details-foot">
        {panel !== "comment" && !answer.comment.trim() && (
          <CommandButton id="comment" size="small" variant="quiet" />
        )}
        {isWrong && panel !== "rewrite" && !rewriteOf(note.rewrite, original) && (
          <CommandButton id="rewrite" size="small" variant="quiet" />
        )}
        <Scale
          legend="How sure"
          words={CONFIDENCE_WORDS}
          value={answer.confidence}
          onChange={(value) => dispatch({ type: "set-confidence", value })}
        />
      </div>
    </div>
  );
}
