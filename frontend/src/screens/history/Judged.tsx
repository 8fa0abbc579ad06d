import type { ComponentChildren } from "preact";
import { Markdown } from "../../components/Markdown";
import { ScoreMarks } from "../../components/ScoreMarks";
import { t } from "../../i18n/pages";
import { type Answer, noteOn, ofTrace, wrongStep } from "../../model/answer";
import type { Piece, WalkClaim } from "../../model/claim";
import { type FullSchema, fullSchema, type LabelSchema } from "../../model/schema";
import type { SeenScore } from "../../model/score";
import { candidateState, type State, stepState } from "../../model/stepState";
import { alternativeState, alternatives } from "../../model/walk";
import type { WalkAnswer } from "../../model/walkAnswer";
import type { Work } from "../../model/work";
import { StepContent } from "../content/StepContent";
import { SaidOfStep, SaidOfWhole } from "./SaidInFull";

interface JudgedProps {
  slug: string;
  work: Work;
  /** Under which it was said. */
  labels: LabelSchema;
}

/** The steps or candidates with all that was said of them, and the texts that were written. */
export function Judged({ slug, work, labels }: JudgedProps) {
  const { claim, answer } = work;
  const schema = fullSchema(labels);
  const rewrite = answer.mode === "choice" ? answer.rewrite : noteOn(answer, wrongStep(answer)).rewrite;
  return (
    <>
      {claim.kind === "choice" && answer.mode === "choice" && (
        <>
          {claim.prefix.length > 0 && (
            <Pieces slug={slug} title={t("history.prefix")} pieces={claim.prefix} name="history.step" />
          )}
          <Pieces
            slug={slug}
            title={t("history.candidates")}
            pieces={claim.candidates}
            mark={({ id }) => candidateState(claim, answer, id)}
            name="history.candidate"
          />
        </>
      )}
      {claim.kind === "walk" && answer.mode === "walk" && (
        <Walked slug={slug} claim={claim} answer={answer} />
      )}
      {claim.kind === "trace" && ofTrace(answer) && (
        <>
          <Pieces
            slug={slug}
            title={t("history.steps")}
            pieces={claim.steps}
            scores={claim.scores}
            mark={(_, index) => stateOf(answer, claim.steps[index], index, schema)}
            name="history.step"
          >
            {({ text }, index) => <SaidOfStep note={noteOn(answer, index)} schema={schema} text={text} />}
          </Pieces>
          <SaidOfWhole answer={answer} schema={schema} statement={claim.problem.statement} />
        </>
      )}
      {rewrite && <Text title={t("history.rewrite")} text={rewrite} />}
      {answer.mode === "walk" && answer.reason && <Text title={t("history.reason")} text={answer.reason} />}
      {answer.comment && <Text title={t("history.comment")} text={answer.comment} />}
    </>
  );
}

function stateOf(
  answer: Answer,
  step: Parameters<typeof stepState>[1] | undefined,
  at: number,
  schema: FullSchema,
) {
  return step ? stepState(answer, step, at, false, schema.values) : null;
}

/** Depth by depth: every alternative that was rated, and what was gone on with. */
function Walked({ slug, claim, answer }: { slug: string; claim: WalkClaim; answer: WalkAnswer }) {
  return (
    <>
      {answer.steps.map((step, depth) => {
        const until = { ...answer, steps: [...answer.steps.slice(0, depth), { ...step, chosen: null }] };
        const rated = alternatives(claim, until).filter(({ id }) => step.ratings[id] || step.chosen === id);
        const own: Piece[] = step.written
          ? [{ id: `own-${depth}`, text: step.written, kind: "reasoning" }]
          : [];
        if (!rated.length && !own.length) return null;
        return (
          <Pieces
            key={depth}
            slug={slug}
            title={t("history.step", { n: depth + 1 })}
            pieces={[...rated, ...own]}
            mark={({ id }) => {
              if (id === own[0]?.id) return { tone: "good", shape: "✎", word: t("history.own-step") };
              const state = alternativeState(until, id);
              const words = [state.word, step.chosen === id && t("history.gone-on")];
              return { ...state, word: words.filter(Boolean).join(", ") };
            }}
            name="history.alternative"
          />
        );
      })}
    </>
  );
}

interface PiecesProps {
  slug: string;
  title: string;
  pieces: readonly Piece[];
  mark?: (piece: Piece, index: number) => State | null;
  name: "history.step" | "history.candidate" | "history.alternative";
  /** What scorers say of each, where that may be seen. */
  scores?: readonly (readonly SeenScore[])[] | null;
  /** What else was said of each. */
  children?: (piece: Piece, index: number) => ComponentChildren;
}

function Pieces({ slug, title, pieces, mark, name, scores, children }: PiecesProps) {
  return (
    <section class="stack" aria-label={title}>
      <h2>{title}</h2>
      <ol class="judged">
        {pieces.map((piece, index) => {
          const said = mark?.(piece, index);
          return (
            <li key={piece.id} class="judged-piece" data-tone={said?.tone}>
              <p class="small muted">
                {said?.shape} {t(name, { n: index + 1 })} {said?.word && <strong>{said.word}</strong>}
              </p>
              <StepContent slug={slug} content={piece} />
              <ScoreMarks scores={scores?.[index]} />
              {children?.(piece, index)}
            </li>
          );
        })}
      </ol>
    </section>
  );
}

function Text({ title, text }: { title: string; text: string }) {
  return (
    <section class="stack">
      <h2>{title}</h2>
      <Markdown text={text} />
    </section>
  );
}
