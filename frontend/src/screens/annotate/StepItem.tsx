import { type Answer, STEP_VALUES, type StepValue } from "../../model/answer";
import type { Step } from "../../model/claim";
import { stepState } from "../../model/stepState";
import type { Work } from "../../model/work";
import { Prose } from "./Prose";
import { StepDetails } from "./StepDetails";
import { useDesk } from "./useDesk";

interface StepItemProps {
  step: Step;
  /** 0-based; people are shown one more. */
  index: number;
  of: number;
  work: Work;
  raw: boolean;
  /** What is said about the error stands under this step. */
  details: boolean;
}

export function StepItem({ step, index, of, work, raw, details }: StepItemProps) {
  const { dispatch } = useDesk();
  const state = stepState(work.answer, step, index);
  const focused = work.focus === index;
  const look = () => {
    if (!focused) dispatch({ type: "focus", at: index });
  };
  const id = `step-${index}`;
  const kind = step.kind === "reasoning" ? "" : step.kind.replaceAll("_", " ");
  return (
    <li class="step" data-focused={focused || undefined} onFocusIn={look}>
      <article
        class="step-place"
        data-tone={state.tone}
        data-focused={focused || undefined}
        tabIndex={focused ? 0 : -1}
        data-place={index}
        aria-current={focused ? "step" : undefined}
        aria-label={[`Step ${index + 1} of ${of}`, kind, state.word].filter(Boolean).join(", ")}
        aria-describedby={id}
      >
        <div class="step-mark" aria-hidden="true">
          <span class="step-shape" data-tone={state.tone}>
            {state.shape}
          </span>
          <span class="step-number num">{index + 1}</span>
        </div>
        <div class="step-text" data-tone={state.tone} id={id}>
          {kind && <span class="badge step-kind">{kind}</span>}
          <Prose text={step.text} kind={step.kind} raw={raw} />
        </div>
        <div class="step-side" data-mode={work.answer.mode}>
          {state.word && state.word !== "first error" && (
            <span class="step-word" data-tone={state.tone} aria-hidden="true">
              {state.word}
            </span>
          )}
          {step.judged && <StepMarks answer={work.answer} index={index} focused={focused} />}
        </div>
      </article>
      {details && <StepDetails work={work} index={index} />}
    </li>
  );
}

const SHAPES: Record<StepValue, string> = { good: "✓", neutral: "~", bad: "✗", unsure: "?" };

/** For the pointer: the same marks that the keys give, on the step itself. Always one line, so that nothing moves. */
function StepMarks({ answer, index, focused }: { answer: Answer; index: number; focused: boolean }) {
  const { dispatch } = useDesk();
  const common = {
    type: "button",
    class: "step-button",
    tabIndex: focused ? 0 : -1,
    // A click leaves the focus on the step, where the keys go on.
    onMouseDown: (event: Event) => event.preventDefault(),
  } as const;
  if (answer.mode === "first_error") {
    const marked = answer.firstError === index;
    return (
      <button
        {...common}
        aria-pressed={marked}
        aria-label={`Step ${index + 1}: first error`}
        onClick={() => dispatch({ type: "mark-first-error", at: index })}
      >
        {marked ? "✗ first error" : "✗ mark"}
      </button>
    );
  }
  if (answer.mode === "choice") return null;
  return (
    <div class="step-ratings">
      {STEP_VALUES.map((value) => (
        <button
          {...common}
          key={value}
          title={value}
          aria-label={`Step ${index + 1}: ${value}`}
          aria-pressed={answer.values[index] === value}
          onClick={() => dispatch({ type: "rate", value, at: index })}
        >
          {SHAPES[value]}
        </button>
      ))}
    </div>
  );
}
