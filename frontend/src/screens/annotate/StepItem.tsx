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
    <li class="step" data-tone={state.tone} data-focused={focused || undefined} onFocusIn={look}>
      <article
        class="step-place"
        tabIndex={focused ? 0 : -1}
        data-place={index}
        aria-current={focused ? "step" : undefined}
        aria-label={[`Step ${index + 1} of ${of}`, kind, state.word].filter(Boolean).join(", ")}
        aria-describedby={id}
      >
        <div class="step-mark" aria-hidden="true">
          <span class="step-shape">{state.shape}</span>
          <span class="step-number num">{index + 1}</span>
        </div>
        <div class="step-text" id={id}>
          {kind && <span class="badge step-kind">{kind}</span>}
          <Prose text={step.text} kind={step.kind} raw={raw} />
        </div>
        <div class="step-side">
          {state.word && (
            <span class="step-word" aria-hidden="true">
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

/** For the pointer: the same marks that the keys give, on the step itself. */
function StepMarks({ answer, index, focused }: { answer: Answer; index: number; focused: boolean }) {
  const { dispatch } = useDesk();
  const common = { type: "button", tabIndex: focused ? 0 : -1, class: "step-button" } as const;
  const keepFocus = (event: Event) => event.preventDefault();
  if (answer.mode === "first_error") {
    const marked = answer.firstError === index;
    return (
      <button
        {...common}
        aria-pressed={marked}
        onMouseDown={keepFocus}
        onClick={() => dispatch({ type: "mark-first-error", at: index })}
      >
        {marked ? "take back" : "first error"}
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
          onMouseDown={keepFocus}
          onClick={() => dispatch({ type: "rate", value, at: index })}
        >
          {SHAPES[value]}
        </button>
      ))}
    </div>
  );
}
