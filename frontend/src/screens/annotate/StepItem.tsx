import { useState } from "preact/hooks";
import { ScoreMarks } from "../../components/ScoreMarks";
import { t } from "../../i18n/desk";
import { type Answer, meaningOf, noteOn, ofTrace } from "../../model/answer";
import type { Step } from "../../model/claim";
import { kindName } from "../../model/kinds";
import { DEFAULT_VALUES, fullSchema } from "../../model/schema";
import { brokenBy, premisesOf, shapeOf, stepState } from "../../model/stepState";
import { tall } from "../../model/tall";
import { isKnown, type Work } from "../../model/work";
import { FoldingContext } from "../content/folding";
import { StepContent } from "../content/StepContent";
import { Marked } from "./Marked";
import { StepDetails } from "./StepDetails";
import { keyOf, useDesk } from "./useDesk";

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
  const { desk, dispatch } = useDesk();
  const schema = fullSchema(desk.peek().project.label_schema);
  const known = isKnown(work.claim, index);
  const state = stepState(work.answer, step, index, known, schema.values);
  const steps = work.claim.kind === "trace" ? work.claim.steps : [];
  const broken = brokenBy(work.answer, steps, index);
  const focused = work.focus === index;
  // What is long is folded to its beginning by itself, what is known to one line; the fold key and the buttons turn both.
  const [long, setLong] = useState(false);
  const isLong = () => setLong(true);
  const toggled = work.toggled.includes(index);
  const folded = known ? !toggled : toggled && !long;
  const fold = () => dispatch({ type: "fold", at: index });
  const picking = work.panel === "premises" && index < work.focus && step.judged;
  const picked = work.panel === "premises" && noteOn(work.answer, work.focus).premises.includes(index);
  const look = () => {
    if (!focused && work.panel !== "premises") dispatch({ type: "focus", at: index });
  };
  const id = `step-${index}`;
  const kind = kindName(step.kind);
  const own = noteOn(work.answer, index).premises.length > 0;
  const rests = broken === undefined ? "" : t("step-item.rests-on-step-which", { n: broken + 1 });
  return (
    <li
      class="step"
      style={`--tall: ${folded ? 2 : tall(step.text)}rem`}
      data-focused={focused || undefined}
      data-picking={picking || undefined}
      data-picked={picked || undefined}
      onFocusIn={look}
      onClickCapture={
        picking
          ? (event) => {
              event.preventDefault();
              event.stopPropagation();
              dispatch({ type: "toggle-premise", step: index, at: work.focus });
            }
          : undefined
      }
      // While steps are picked the focus stays in the field.
      onMouseDownCapture={picking ? (event) => event.preventDefault() : undefined}
    >
      <article
        class="step-place"
        data-tone={state.tone}
        data-broken={rests ? true : undefined}
        data-focused={focused || undefined}
        tabIndex={focused ? 0 : -1}
        data-place={index}
        aria-current={focused ? "step" : undefined}
        aria-label={[
          t("step-item.step-of", { n: index + 1, of }),
          kind,
          state.word,
          rests,
          (folded || (long && !toggled)) && t("step-item.folded"),
        ]
          .filter(Boolean)
          .join(", ")}
        aria-describedby={id}
      >
        <div class="step-mark" aria-hidden="true">
          <span class="step-shape" data-tone={state.tone}>
            {state.shape}
          </span>
          <span class="step-number num">{index + 1}</span>
        </div>
        <div class="step-text" id={id} data-text={index}>
          <div class="step-said" data-tone={state.tone}>
            {kind && <span class="badge step-kind">{kind}</span>}
            {folded ? (
              <button
                type="button"
                class="step-folded"
                aria-label={t("step-item.open-step", { n: index + 1 })}
                tabIndex={focused ? 0 : -1}
                onMouseDown={(event) => event.preventDefault()}
                onClick={fold}
              >
                {firstWords(step.text)}
              </button>
            ) : (
              <FoldingContext.Provider
                value={{ open: toggled, toggle: fold, hint: focused ? keyOf("fold") : undefined, isLong }}
              >
                <StepContent slug={desk.peek().project.slug} content={step} raw={raw} />
              </FoldingContext.Provider>
            )}
            {!folded && work.claim.kind === "trace" && <ScoreMarks scores={work.claim.scores?.[index]} />}
          </div>
          <Premised premises={premisesOf(work.answer, steps, index)} own={own} rests={rests} />
          <Marked marks={noteOn(work.answer, index).spans} text={step.text} at={index} />
        </div>
        <div class="step-side" data-mode={work.answer.mode}>
          {/* That it is the first error is said on its button. */}
          {state.word && !(work.answer.mode === "first_error" && state.tone === "bad") && (
            <span class="step-word" data-tone={state.tone} aria-hidden="true">
              {state.word}
            </span>
          )}
          {step.judged && !picking && <StepMarks answer={work.answer} index={index} focused={focused} />}
          {picking && (
            <span class="step-word">{picked ? t("step-item.premise") : t("step-item.is-premise")}</span>
          )}
        </div>
      </article>
      {(details || focused) && <StepDetails work={work} index={index} about={details} />}
    </li>
  );
}

interface PremisedProps {
  premises: readonly number[];
  /** The annotator said so, not the data. */
  own: boolean;
  rests: string;
}

function Premised({ premises, own, rests }: PremisedProps) {
  if (!premises.length) return null;
  return (
    <p class="step-premises small" data-broken={rests ? true : undefined}>
      {rests
        ? `⚠ ${rests}`
        : t(own ? "step-item.rests-on" : "step-item.rests-on-as-data-says", {
            premises: premises.map((step) => step + 1).join(", "),
          })}
    </p>
  );
}

/** One line of a folded step. */
function firstWords(text: string): string {
  const line = text.trim().split("\n", 1)[0] ?? "";
  return line.length > 90 ? `${line.slice(0, 89)}…` : line;
}

/** For the pointer: the same marks that the keys give, on the step itself. Always one line, so that nothing moves. */
function StepMarks({ answer, index, focused }: { answer: Answer; index: number; focused: boolean }) {
  const { desk, dispatch } = useDesk();
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
        aria-label={t("step-item.step-first-error", { n: index + 1 })}
        onClick={() => dispatch({ type: "mark-first-error", at: index })}
      >
        {marked ? t("step-item.first-error") : t("step-item.mark")}
      </button>
    );
  }
  if (!ofTrace(answer)) return null;
  const values = [
    ...(desk.peek().project.label_schema.values ?? DEFAULT_VALUES),
    { key: "unsure", name: t("step-item.unsure"), hotkey: "" },
  ];
  // Several values may mean the same: their keys tell them apart.
  const alike = (one: string) =>
    values.some(({ key }) => key !== one && meaningOf(answer, key) === meaningOf(answer, one));
  return (
    <div class="step-ratings">
      {values.map(({ key, name, hotkey }) => (
        <button
          {...common}
          key={key}
          title={name}
          aria-label={t("step-item.step", { n: index + 1, name: name.toLowerCase() })}
          aria-pressed={answer.values[index] === key}
          onClick={() => dispatch({ type: "rate", value: key, at: index })}
        >
          {shapeOf(meaningOf(answer, key) ?? "neutral")}
          {alike(key) && hotkey}
        </button>
      ))}
    </div>
  );
}
