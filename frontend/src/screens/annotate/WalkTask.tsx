import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { api } from "../../api/client";
import { rich, t } from "../../i18n/desk";
import type { Alternative, WalkClaim } from "../../model/claim";
import {
  alternativeState,
  alternatives,
  depthOf,
  FINISH_WORDS,
  here,
  parentOf,
  wayOf,
} from "../../model/walk";
import type { WalkAnswer } from "../../model/walkAnswer";
import type { Work } from "../../model/work";
import { StepContent } from "../content/StepContent";
import { CommandButton } from "./CommandButton";
import { Prefix } from "./Prefix";
import { SuggestionsState } from "./Suggestions";
import { useDesk } from "./useDesk";
import { useSteadyFocus } from "./useSteadyFocus";
import { Writing } from "./Writing";

interface WalkTaskProps {
  work: Work;
  claim: WalkClaim;
  answer: WalkAnswer;
  raw: boolean;
}

/** The way so far, and what could come next: each of it is rated, and one is gone on with. */
export function WalkTask({ work, claim, answer, raw }: WalkTaskProps) {
  const { dispatch } = useDesk();
  const root = useSteadyFocus(work);
  useMoreOfTheTree(claim, answer);
  const depth = depthOf(answer);
  // Another depth has other alternatives in the same places: the keys are the first one's.
  useLayoutEffect(() => {
    if (work.panel || document.activeElement?.closest("dialog[open]")) return;
    root.current?.querySelector<HTMLElement>(`[data-place="${work.focus}"]`)?.focus({ preventScroll: true });
  }, [depth]);
  const there = alternatives(claim, answer);
  const way = wayOf(claim, answer);
  const at = here(answer);
  const next = answer.steps.length;
  const own = there.length;
  const look = (index: number) => {
    if (work.focus !== index) dispatch({ type: "focus", at: index });
  };
  return (
    <section class="steps choice-task walk-task" aria-labelledby="walk-title" ref={root}>
      {way.length > 0 && <Prefix key={claim.assignment} prefix={way} raw={raw} />}
      <div class="steps-head">
        <h2 id="walk-title">{t("walk-task.step-rate-what-could", { next })}</h2>
        <span class="muted small num">{t("walk-task.alternatives", { n: there.length })}</span>
      </div>
      {answer.finish && (
        <p class="walk-finish" role="status">
          {rich("walk-task.submit-or-go-back", {
            finish: <strong>{FINISH_WORDS[answer.finish]}.</strong>,
          })}
        </p>
      )}
      {there.length === 0 && (
        <p class="muted" data-place={at.written.trim() ? undefined : 0} tabIndex={-1}>
          {t("walk-task.nothing-follows-here-data")}
        </p>
      )}
      <ol class="candidates" key={`${claim.assignment} ${depth}`}>
        {there.map((one, index) => (
          <Card
            key={one.id}
            {...{ one, index, answer, raw }}
            focused={work.focus === index}
            onLook={() => look(index)}
          />
        ))}
      </ol>
      <SuggestionsState work={work} />
      <div class="details choice-details">
        {(at.written.trim() || work.panel === "rewrite") && (
          <section
            class="own-step"
            tabIndex={work.focus === own ? 0 : -1}
            data-place={own}
            data-focused={work.focus === own || undefined}
            aria-label={t("walk-task.your-own-step", { next })}
            onFocusIn={() => look(own)}
          >
            <Writing
              field="rewrite"
              label={t("walk-task.your-own-step", { next })}
              text={at.written}
              open={work.panel === "rewrite"}
              preview
            />
          </section>
        )}
        <Writing
          field="reason"
          label={t("walk-task.why-not-finished")}
          text={answer.reason}
          open={work.panel === "reason"}
        />
        <Writing
          field="comment"
          label={t("walk-task.comment")}
          text={answer.comment}
          open={work.panel === "comment"}
        />
      </div>
    </section>
  );
}

interface CardProps {
  one: Alternative;
  /** 0-based; people are shown one more. */
  index: number;
  answer: WalkAnswer;
  focused: boolean;
  raw: boolean;
  onLook: () => void;
}

function Card({ one, index, answer, focused, raw, onLook }: CardProps) {
  const { desk } = useDesk();
  const state = alternativeState(answer, one.id);
  const id = `alternative-${index}`;
  const name = [
    t("walk-task.alternative", { n: index + 1 }),
    one.suggested && t("walk-task.model-text"),
    state.word,
  ];
  return (
    <li class="candidate" data-tone={state.tone} data-focused={focused || undefined} onFocusIn={onLook}>
      <article
        class="candidate-place"
        tabIndex={focused ? 0 : -1}
        data-place={index}
        aria-current={focused || undefined}
        aria-label={name.filter(Boolean).join(", ")}
        aria-describedby={id}
      >
        <div class="candidate-head">
          <h3 class="num" aria-label={t("walk-task.alternative", { n: index + 1 })}>
            {index + 1}
          </h3>
          {one.suggested && <span class="model-text small">{t("walk-task.model-text-2")}</span>}
          <span class="step-word" data-tone={state.tone} aria-hidden="true">
            {state.shape} {one.judged ? state.word : t("walk-task.not-judged")}
          </span>
        </div>
        <div id={id} class="candidate-text" data-tone={state.tone}>
          <StepContent slug={desk.value.project.slug} content={one} raw={raw} />
        </div>
      </article>
      {focused && (
        <div class="candidate-foot">
          <CommandButton id="go-on" size="small" />
        </div>
      )}
    </li>
  );
}

/** Of a large problem only the upper part came with the task: what follows deeper is fetched on the way. */
function useMoreOfTheTree(claim: WalkClaim, answer: WalkAnswer): void {
  const { dispatch } = useDesk();
  const asked = useRef(new Set<string>());
  const parent = parentOf(answer);
  const missing = !claim.tree.complete && parent != null && alternatives(claim, answer).length === 0;
  useEffect(() => {
    const key = `${claim.assignment} ${parent}`;
    if (!missing || parent == null || asked.current.has(key)) return;
    asked.current.add(key);
    const path = `assignments/${claim.assignment}/next-steps/`;
    const depth = depthOf(answer);
    api.post<{ steps: Alternative[] }>(path, { prefix: [parent] }).then(
      ({ steps }) => dispatch({ type: "alternatives", depth, parent, steps }),
      // Offline perhaps: coming here again asks again.
      () => asked.current.delete(key),
    );
  }, [missing, parent]);
}
