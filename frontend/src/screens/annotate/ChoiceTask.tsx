import { useLayoutEffect, useState } from "preact/hooks";
import { TOOL_EVENT, type Tool } from "../../commands/desk";
import { Button } from "../../components/Button";
import { t } from "../../i18n/desk";
import type { ChoiceAnswer } from "../../model/answer";
import type { ChoiceClaim, Piece } from "../../model/claim";
import { candidateState } from "../../model/stepState";
import { STRENGTH_WORDS } from "../../model/submission";
import type { Work } from "../../model/work";
import { StepContent } from "../content/StepContent";
import { CommandButton } from "./CommandButton";
import { Differs } from "./Differs";
import { Prefix } from "./Prefix";
import { Scale } from "./Scale";
import { useDesk } from "./useDesk";
import { useDifferences } from "./useDifferences";
import { useSteadyFocus } from "./useSteadyFocus";
import { Writing } from "./Writing";

interface ChoiceTaskProps {
  work: Work;
  claim: ChoiceClaim;
  answer: ChoiceAnswer;
  raw: boolean;
}

/** The steps so far, and the candidates for the next one side by side. */
export function ChoiceTask({ work, claim, answer, raw }: ChoiceTaskProps) {
  const { dispatch } = useDesk();
  const root = useSteadyFocus(work);
  const next = claim.prefix.length + 1;
  const [shown, setShown] = useState(true);
  useLayoutEffect(() => {
    const listen = (event: Event) => {
      if ((event as CustomEvent<Tool>).detail === "differences") setShown((before) => !before);
    };
    document.addEventListener(TOOL_EVENT, listen);
    return () => document.removeEventListener(TOOL_EVENT, listen);
  }, []);
  const differing = useDifferences(root, claim.candidates, shown && !raw);
  return (
    <section class="steps choice-task" aria-labelledby="choice-title" ref={root}>
      {claim.prefix.length > 0 && (
        <Prefix key={claim.assignment} prefix={claim.prefix} raw={raw} open={work.toggled.length > 0} />
      )}
      <div class="steps-head">
        <h2 id="choice-title">{t("choice-task.which-step-best", { next })}</h2>
        <span class="muted small num">{t("choice-task.candidates", { n: claim.candidates.length })}</span>
      </div>
      <ol class="candidates" key={claim.assignment}>
        {claim.candidates.map((candidate, index) => (
          <Candidate
            key={candidate.id}
            {...{ candidate, index, work, claim, answer, raw }}
            differs={differing[index] ?? []}
          />
        ))}
      </ol>
      <div class="details choice-details">
        <div class="details-foot">
          {answer.groups.length > 0 && answer.groups.flat().length < claim.candidates.length && (
            <Scale
              legend={t("choice-task.how-much-better")}
              words={STRENGTH_WORDS}
              value={answer.strength}
              onChange={(value) => dispatch({ type: "set-strength", value })}
            />
          )}
        </div>
        <Writing
          field="rewrite"
          label={t("choice-task.better-step", { next })}
          text={answer.rewrite}
          open={work.panel === "rewrite"}
          preview
        />
        <Writing
          field="comment"
          label={t("choice-task.comment")}
          text={answer.comment}
          open={work.panel === "comment"}
        />
      </div>
    </section>
  );
}

interface CandidateProps extends ChoiceTaskProps {
  candidate: Piece;
  /** 0-based; people are shown one more. */
  index: number;
  /** What in it not all of the others have. */
  differs: readonly string[];
}

function Candidate({ candidate, index, work, claim, answer, raw, differs }: CandidateProps) {
  const { desk, dispatch } = useDesk();
  const state = candidateState(claim, answer, candidate.id);
  const focused = work.focus === index;
  const look = () => {
    if (!focused) dispatch({ type: "focus", at: index });
  };
  const id = `candidate-${index}`;
  return (
    <li class="candidate" data-tone={state.tone} data-focused={focused || undefined} onFocusIn={look}>
      <article
        class="candidate-place"
        tabIndex={focused ? 0 : -1}
        data-place={index}
        aria-current={focused || undefined}
        aria-label={[
          t("choice-task.candidate-of", { n: index + 1, candidates: claim.candidates.length }),
          state.word,
        ]
          .filter(Boolean)
          .join(", ")}
        aria-describedby={id}
      >
        <div class="candidate-head">
          <h3
            class="num"
            aria-label={t("choice-task.candidate-of", { n: index + 1, candidates: claim.candidates.length })}
          >
            {index + 1}
          </h3>
          <span class="step-word" data-tone={state.tone} aria-hidden="true">
            {state.shape} {state.word}
          </span>
        </div>
        {differs.length > 0 && <Differs words={differs} />}
        <div id={id} class="candidate-text" data-tone={state.tone} data-text={index}>
          <StepContent slug={desk.value.project.slug} content={candidate} raw={raw} />
        </div>
      </article>
      <div class="candidate-foot">
        {index < 9 ? (
          <CommandButton
            id={`prefer-${index + 1}`}
            size="small"
            pressed={answer.groups[0]?.includes(candidate.id)}
            label={t("choice-task.prefer-candidate", { n: index + 1 })}
          >
            {t("choice-task.prefer")}
          </CommandButton>
        ) : (
          <Button
            size="small"
            aria-label={t("choice-task.prefer-candidate", { n: index + 1 })}
            onClick={() => dispatch({ type: "prefer", id: candidate.id })}
          >
            {t("choice-task.prefer")}
          </Button>
        )}
        {claim.candidates.length > 2 && answer.groups.length > 0 && (
          <Button
            size="small"
            variant="quiet"
            aria-pressed={answer.groups[0]?.includes(candidate.id)}
            aria-label={t("choice-task.as-good-as-best-of", { n: index + 1 })}
            onMouseDown={(event) => event.preventDefault()}
            onClick={() => dispatch({ type: "tie-with-best", id: candidate.id })}
          >
            {t("choice-task.as-good-as-best")}
          </Button>
        )}
        {focused && claim.candidates.length > 2 && (
          <>
            <CommandButton id="rank-behind" size="small" variant="quiet" />
            <CommandButton id="tie-with-last" size="small" variant="quiet">
              {t("choice-task.as-good-as-last")}
            </CommandButton>
          </>
        )}
      </div>
    </li>
  );
}
