import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { Button } from "../../components/Button";
import { memo } from "../../components/memo";
import { t } from "../../i18n/desk";
import { ofTrace, wrongStep } from "../../model/answer";
import type { KnownStep, TraceClaim } from "../../model/claim";
import { sameStep } from "../../model/sameStep";
import { fullSchema, wholeAsked } from "../../model/schema";
import type { Work } from "../../model/work";
import { drawNearby } from "../../render/draw";
import { Asked } from "./Asked";
import { FindBar } from "./FindBar";
import { MarkBar } from "./MarkBar";
import { Marked } from "./Marked";
import { StepItem } from "./StepItem";
import { useDesk } from "./useDesk";
import { useGrowing } from "./useGrowing";
import { useShown } from "./useShown";
import { useSteadyFocus } from "./useSteadyFocus";
import { useTraceTools } from "./useTraceTools";

interface TraceTaskProps {
  work: Work;
  claim: TraceClaim;
  raw: boolean;
}

const Step = memo(StepItem, sameStep);

/** The steps of one trace, in reading order, with what is said about them in place. */
export function TraceTask({ work, claim, raw }: TraceTaskProps) {
  const { desk } = useDesk();
  const there = useGrowing(claim.assignment, claim.steps.length, work.focus);
  const list = useRef<HTMLOListElement>(null);
  useDrawnFocus(work, list);
  const root = useSteadyFocus(work);
  const shown = useShown(work, claim.steps.length, list);
  const schema = fullSchema(desk.value.project.label_schema);
  // The task that is being marked: another one begins without the bar.
  const [marking, setMarking] = useState<number | null>(null);
  useTraceTools(work, claim, schema, () => setMarking(claim.assignment));
  useLayoutEffect(() => setMarking(null), [claim.assignment]);
  const details = detailsAt(work, claim);
  const { answer } = work;
  return (
    <section class="steps" aria-labelledby="steps-title" ref={root}>
      <div class="steps-head">
        <h2 id="steps-title">{t("trace-task.steps")}</h2>
        <span class="muted small num">{t("trace-task.steps-2", { n: claim.steps.length })}</span>
        <Known known={claim.known ?? []} of={claim.steps.filter(({ judged }) => judged).length} work={work} />
        {work.panel === "find" && <FindBar claim={claim} focus={work.focus} />}
      </div>
      <ol key={claim.assignment} ref={list}>
        {claim.steps.slice(0, there).map((step, index) => (
          <Step
            key={step.id}
            step={step}
            index={index}
            of={claim.steps.length}
            work={shown(index)}
            raw={raw}
            details={details === index}
          />
        ))}
      </ol>
      {ofTrace(answer) && answer.problemSpans.length > 0 && (
        <section class="whole">
          <h3>{t("trace-task.marked-problem")}</h3>
          <Marked marks={answer.problemSpans} text={claim.problem.statement} at={null} />
        </section>
      )}
      {wholeAsked(schema).length > 0 && (
        <section class="whole">
          <h3>{t("trace-task.trace-problem")}</h3>
          <Asked work={work} at={null} open={work.panel === "whole"} />
        </section>
      )}
      {marking === claim.assignment && (
        <MarkBar claim={claim} labels={schema.spans} focus={work.focus} onClose={() => setMarking(null)} />
      )}
    </section>
  );
}

/** How much of the trace need not be read again, and the way to read it all the same. */
function Known({ known, of, work }: { known: readonly KnownStep[]; of: number; work: Work }) {
  const { dispatch } = useDesk();
  if (!known.length) return null;
  const from = [...new Set(known.map((one) => one.from))];
  const [first = "", second = ""] = from;
  const texts = {
    known: known.length,
    n: of,
    from: from.length > 1 ? t("trace-task.two-traces", { first, second }) : first,
    more: from.length - 2,
  };
  const folded = known.filter(({ step }) => !work.toggled.includes(step));
  const toggle = () => {
    for (const { step } of folded.length ? folded : known) dispatch({ type: "fold", at: step });
  };
  return (
    <span class="steps-known small">
      {t(from.length > 2 ? "trace-task.steps-known-from-more" : "trace-task.steps-known-from", texts)}{" "}
      <Button
        size="small"
        variant="quiet"
        aria-expanded={!folded.length}
        // A click leaves the focus on the step, where the keys go on.
        onMouseDown={(event) => event.preventDefault()}
        onClick={(event: MouseEvent) => {
          toggle();
          // Whoever opens them by a key wants to read them, with the keys that steps have.
          const [first] = folded;
          if (first && event.detail === 0) dispatch({ type: "focus", at: first.step });
        }}
      >
        {folded.length ? t("trace-task.open-them") : t("trace-task.fold-them")}
      </Button>
    </span>
  );
}

/** What is looked at, and what stands above it, is drawn before it is brought into sight: nothing moves it then. */
function useDrawnFocus({ claim, focus }: Work, list: { current: Element | null }): void {
  useLayoutEffect(() => {
    drawNearby([focus - 2, focus - 1, focus].flatMap((at) => list.current?.children[at] ?? []));
  }, [claim.assignment, focus]);
}

/** The step under which the error types and texts stand: the wrong one, or where the comment was begun. */
function detailsAt(work: Work, claim: TraceClaim): number | null {
  const wrong = wrongStep(work.answer);
  if (wrong !== undefined) return wrong;
  if (work.panel === "comment" || work.answer.comment.trim())
    return Math.min(work.commentAt, claim.steps.length - 1);
  return null;
}
