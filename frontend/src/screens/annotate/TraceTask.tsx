import { wrongStep } from "../../model/answer";
import type { TraceClaim } from "../../model/claim";
import { plural } from "../../model/submission";
import type { Work } from "../../model/work";
import { StepItem } from "./StepItem";
import { useSteadyFocus } from "./useSteadyFocus";

interface TraceTaskProps {
  work: Work;
  claim: TraceClaim;
  raw: boolean;
}

/** The steps of one trace, in reading order, with what is said about them in place. */
export function TraceTask({ work, claim, raw }: TraceTaskProps) {
  const root = useSteadyFocus(work);
  const details = detailsAt(work, claim);
  return (
    <section class="steps" aria-labelledby="steps-title" ref={root}>
      <div class="steps-head">
        <h2 id="steps-title">Steps</h2>
        <span class="muted small num">{plural(claim.steps.length, "step")}</span>
      </div>
      <ol key={claim.assignment}>
        {claim.steps.map((step, index) => (
          <StepItem
            key={step.id}
            step={step}
            index={index}
            of={claim.steps.length}
            work={work}
            raw={raw}
            details={details === index}
          />
        ))}
      </ol>
    </section>
  );
}

/** The step under which the error types and texts stand: the wrong one, or where the comment was begun. */
function detailsAt(work: Work, claim: TraceClaim): number | null {
  const wrong = wrongStep(work.answer);
  if (wrong !== undefined) return wrong;
  if (work.panel === "comment" || work.answer.comment.trim())
    return Math.min(work.commentAt, claim.steps.length - 1);
  return null;
}
