import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { t } from "../../i18n/desk";
import { meaningOf, noteOn, ofTrace, wrongStep } from "../../model/answer";
import { asksOfSteps, fullSchema } from "../../model/schema";
import { CONFIDENCE_WORDS, rewriteOf } from "../../model/submission";
import { askedSteps } from "../../model/submissionExtras";
import type { Work } from "../../model/work";
import { Asked } from "./Asked";
import { CommandButton } from "./CommandButton";
import { Premises } from "./Premises";
import { Scale } from "./Scale";
import { Suggestions } from "./Suggestions";
import { useDesk } from "./useDesk";
import { Writing } from "./Writing";

interface StepDetailsProps {
  work: Work;
  index: number;
  /** What is said of the whole stands here: why it is wrong, the comment, a better step, how sure. */
  about: boolean;
}

/** What is said of a step, under the step itself. */
export function StepDetails({ work, index, about }: StepDetailsProps) {
  const { answer, claim, panel, focus } = work;
  const { desk } = useDesk();
  const schema = fullSchema(desk.value.project.label_schema);
  if (!ofTrace(answer) || claim.kind !== "trace") return null;
  const focused = focus === index;
  const { comment } = noteOn(answer, index);
  const bad = answer.mode === "every_step" && meaningOf(answer, answer.values[index]) === "bad";
  const verdict = about || (bad && (focused || noteOn(answer, index).errorTypes.length > 0));
  const asks = focused && asksOfSteps(schema) && askedSteps(claim, answer).includes(index);
  const writing = focused && panel === "step-comment";
  const premises = focused && panel === "premises";
  const isWrongHere = wrongStep(answer) === index;
  if (!verdict && !asks && !writing && !premises && !comment.trim()) return null;
  return (
    <div class="details">
      {verdict && <Verdict work={work} index={index} />}
      {panel === "suggest" && isWrongHere && <Suggestions work={work} />}
      {premises && <Premises work={work} at={index} />}
      {asks && <Asked work={work} at={index} open={panel === "asked"} />}
      {(writing || comment.trim()) && (
        <Writing
          field="step-comment"
          label={t("step-details.comment-on-step", { n: index + 1 })}
          text={comment}
          open={writing}
        />
      )}
    </div>
  );
}

/** What is wrong with a step, why, and a better one. */
function Verdict({ work, index }: { work: Work; index: number }) {
  const { desk, dispatch } = useDesk();
  const { answer, claim, panel } = work;
  const ref = useRef<HTMLDivElement>(null);
  const { confidence } = fullSchema(desk.value.project.label_schema);
  // Elsewhere the digits are ratings.
  const open = panel === "error-types" && work.focus === index;
  const digits = answer.mode === "first_error" || open;
  useLayoutEffect(() => {
    if (open) ref.current?.querySelector("button")?.focus({ preventScroll: true });
  }, [open]);
  // At the lower edge of a small screen they would open out of sight.
  useEffect(() => ref.current?.scrollIntoView({ block: "nearest", behavior: "instant" }), []);
  const errorTypes = desk.value.project.label_schema.error_types;
  if (!ofTrace(answer) || claim.kind !== "trace") return null;
  const isFirst = wrongStep(answer) === index;
  const isWrong =
    isFirst || (answer.mode === "every_step" && meaningOf(answer, answer.values[index]) === "bad");
  const note = noteOn(answer, index);
  const original = claim.steps[index]?.text;
  return (
    <div class="details-verdict" ref={ref}>
      {isWrong && errorTypes.length > 0 && (
        <fieldset class="error-types">
          <legend class="visually-hidden">{t("step-details.what-wrong-step", { n: index + 1 })}</legend>
          {errorTypes.map((type, place) => (
            <button
              key={type.key}
              type="button"
              class="chip"
              aria-pressed={note.errorTypes.includes(type.key)}
              aria-keyshortcuts={digits && place < 9 ? String(place + 1) : undefined}
              onMouseDown={(event) => event.preventDefault()}
              onClick={() => dispatch({ type: "toggle-error-type", key: type.key, at: index })}
            >
              {digits && place < 9 && (
                <span aria-hidden="true">
                  <kbd>{place + 1}</kbd>
                </span>
              )}
              {type.name}
            </button>
          ))}
        </fieldset>
      )}
      {(isFirst || !isWrong) && (
        <Writing
          field="comment"
          label={t("step-details.comment")}
          text={answer.comment}
          open={panel === "comment"}
        />
      )}
      {isFirst && (
        <Writing
          field="rewrite"
          label={t("step-details.better-step", { n: index + 1 })}
          text={panel === "rewrite" ? note.rewrite : rewriteOf(note.rewrite, original)}
          open={panel === "rewrite"}
          original={original}
          preview
        />
      )}
      {(isFirst || !isWrong) && (
        <div class="details-foot">
          {panel !== "comment" && !answer.comment.trim() && (
            <CommandButton id="comment" size="small" variant="quiet" />
          )}
          {isFirst && panel !== "rewrite" && !rewriteOf(note.rewrite, original) && (
            <CommandButton id="rewrite" size="small" variant="quiet" />
          )}
          {confidence && (
            <Scale
              legend={t("step-details.how-sure")}
              words={CONFIDENCE_WORDS}
              value={answer.confidence}
              onChange={(value) => dispatch({ type: "set-confidence", value })}
            />
          )}
        </div>
      )}
    </div>
  );
}
