import { useLocation, useRoute } from "preact-iso";
import { ApiError } from "../../api/client";
import type { PastJudgement, PastJudgementDetail } from "../../api/types";
import { Button, ButtonLink } from "../../components/Button";
import { ErrorNotice } from "../../components/ErrorNotice";
import { Loaded } from "../../components/Loaded";
import { Markdown } from "../../components/Markdown";
import { PageHeader } from "../../components/PageHeader";
import { ScoreMarks } from "../../components/ScoreMarks";
import { deskStore } from "../../effects/desk/store";
import { getJudgement, revise } from "../../effects/notes";
import { getProject } from "../../effects/projects";
import { user } from "../../effects/session";
import { useAction } from "../../effects/useAction";
import { useResource } from "../../effects/useResource";
import { t } from "../../i18n/pages";
import { ofTrace } from "../../model/answer";
import type { Claim, Piece, Project } from "../../model/claim";
import { dateTime, duration } from "../../model/format";
import { saidInWords } from "../../model/said";
import type { SeenScore } from "../../model/score";
import { candidateState, stepState } from "../../model/stepState";
import { submission } from "../../model/submission";
import { alternativeState, wayOf } from "../../model/walk";
import { BLANK_STEP } from "../../model/walkAnswer";
import { startWork, type Work } from "../../model/work";
import { ProblemContent } from "../content/ProblemContent";
import { StepContent } from "../content/StepContent";
import "../../styles/notes.css";
import { NotFoundScreen } from "../ErrorScreens";

/** One judgement of one's own: the task as it was shown, what was said, every version, and the way to revise it. */
export default function JudgementScreen() {
  const { slug = "", id = "" } = useRoute().params;
  const project = useResource(`project ${slug}`, (signal) => getProject(slug, signal));
  const one = useResource(`judgement ${id}`, (signal) => getJudgement(Number(id), signal));
  const missing = [project.error, one.error].some((e) => e instanceof ApiError && e.status === 404);
  if (missing) return <NotFoundScreen />;
  return (
    <Loaded resource={project}>
      {(known) => <Loaded resource={one}>{(data) => <Judgement project={known} one={data} />}</Loaded>}
    </Loaded>
  );
}

function Judgement({ project, one }: { project: Project; one: PastJudgementDetail }) {
  const claim = one.claim as unknown as Claim;
  const then = {
    ...project,
    label_schema: {
      ...project.label_schema,
      ...one.definition,
      version: one.schema_version,
      error_types: one.error_types,
    },
  };
  const work = startWork(claim, project.mode, one.said, then.label_schema);
  const said = submission(claim, work.answer, then.label_schema);
  return (
    <>
      <PageHeader
        title={t("history.one", { when: dateTime(one.created_at) })}
        lead={said.complete ? said.says : saidInWords(one.said, one.error_types)}
        actions={<ButtonLink href={`/p/${project.slug}/history`}>{t("history.back")}</ButtonLink>}
      />
      <div class="split">
        <aside class="stack" aria-label={t("history.said")}>
          <Facts slug={project.slug} one={one} />
        </aside>
        <div class="stack-large">
          <section class="stack" aria-labelledby="problem-title">
            <h2 id="problem-title">{t("history.problem")}</h2>
            <div dir="auto">
              <Markdown text={claim.problem.statement} />
            </div>
            <ProblemContent slug={project.slug} problem={claim.problem} />
          </section>
          <Judged slug={project.slug} work={work} />
        </div>
      </div>
    </>
  );
}

function Facts({ slug, one }: { slug: string; one: PastJudgementDetail }) {
  const { route } = useLocation();
  const opening = useAction();
  const open = () =>
    opening.run(async () => {
      await revise(one.assignment);
      // The desk begins with the task that was on it last.
      deskStore(user.value?.username ?? "", slug).setCurrent(one.assignment);
      route(`/p/${slug}/annotate`);
    });
  return (
    <div class="card stack">
      <Button variant="primary" class="wide" busy={opening.busy} onClick={() => void open()}>
        {t("history.revise")}
      </Button>
      <p class="small muted">{t("history.revise-text")}</p>
      {Boolean(opening.error) && <ErrorNotice error={opening.error} />}
      <dl class="facts">
        <dt>{t("history.under")}</dt>
        <dd>
          {t("history.under-versions", { guideline: one.guideline_version, schema: one.schema_version })}
        </dd>
        <dt>{t("history.time")}</dt>
        <dd>{duration(one.active_ms / 1000)}</dd>
      </dl>
      <h2>{t("history.versions")}</h2>
      <ol class="facts">
        {one.revisions.map((version) => (
          <Version key={version.id} slug={slug} version={version} shown={version.id === one.id} />
        ))}
      </ol>
    </div>
  );
}

function Version({ slug, version, shown }: { slug: string; version: PastJudgement; shown: boolean }) {
  const words = saidInWords(version.said, version.error_types);
  return (
    <li>
      {shown ? (
        <strong aria-current="true">{words}</strong>
      ) : (
        <a href={`/p/${slug}/history/${version.id}`}>{words}</a>
      )}
      <p class="small muted">
        {dateTime(version.created_at)} ·{" "}
        {version.superseded_at
          ? t("history.version-until", { when: dateTime(version.superseded_at) })
          : t("history.version-now")}
      </p>
    </li>
  );
}

/** The steps or candidates with their marks, and the texts that were written. */
function Judged({ slug, work }: { slug: string; work: Work }) {
  const { claim, answer } = work;
  const rewrite =
    answer.mode === "choice"
      ? answer.rewrite
      : ofTrace(answer)
        ? Object.values(answer.notes)[0]?.rewrite
        : answer.reason;
  return (
    <>
      {claim.kind === "choice" && claim.prefix.length > 0 && (
        <Pieces
          slug={slug}
          title={t("history.prefix")}
          pieces={claim.prefix}
          mark={() => null}
          name="history.step"
        />
      )}
      {claim.kind === "choice" ? (
        <Pieces
          slug={slug}
          title={t("history.candidates")}
          pieces={claim.candidates}
          mark={(_, index) =>
            answer.mode === "choice" ? candidateState(claim, answer, claim.candidates[index]?.id ?? "") : null
          }
          name="history.candidate"
        />
      ) : claim.kind === "walk" ? (
        answer.mode === "walk" && (
          <Pieces
            slug={slug}
            title={t("history.steps")}
            pieces={wayOf(claim, { ...answer, steps: [...answer.steps, BLANK_STEP] })}
            mark={(piece, index) =>
              alternativeState({ ...answer, steps: [answer.steps[index] ?? BLANK_STEP] }, piece.id)
            }
            name="history.step"
          />
        )
      ) : (
        <Pieces
          slug={slug}
          title={t("history.steps")}
          pieces={claim.steps}
          scores={claim.scores}
          mark={(_, index) => {
            const step = claim.steps[index];
            return step ? stepState(answer, step, index) : null;
          }}
          name="history.step"
        />
      )}
      {rewrite && <Text title={t("history.rewrite")} text={rewrite} />}
      {answer.comment && <Text title={t("history.comment")} text={answer.comment} />}
    </>
  );
}

interface PiecesProps {
  slug: string;
  title: string;
  pieces: readonly Piece[];
  mark: (piece: Piece, index: number) => { shape: string; word: string; tone: string } | null;
  name: "history.step" | "history.candidate";
  /** What scorers say of each, where that may be seen. */
  scores?: readonly (readonly SeenScore[])[] | null;
}

function Pieces({ slug, title, pieces, mark, name, scores }: PiecesProps) {
  return (
    <section class="stack" aria-label={title}>
      <h2>{title}</h2>
      <ol class="judged">
        {pieces.map((piece, index) => {
          const said = mark(piece, index);
          return (
            <li key={piece.id} class="judged-piece" data-tone={said?.tone}>
              <p class="small muted">
                {said?.shape} {t(name, { n: index + 1 })} {said?.word && <strong>{said.word}</strong>}
              </p>
              <StepContent slug={slug} content={piece} />
              <ScoreMarks scores={scores?.[index]} />
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
      <div dir="auto">
        <Markdown text={text} />
      </div>
    </section>
  );
}
