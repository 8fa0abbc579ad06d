import { useLocation, useRoute } from "preact-iso";
import { ApiError } from "../../api/client";
import type { PastJudgement, PastJudgementDetail } from "../../api/types";
import { Button, ButtonLink } from "../../components/Button";
import { ErrorNotice } from "../../components/ErrorNotice";
import { Loaded } from "../../components/Loaded";
import { Markdown } from "../../components/Markdown";
import { PageHeader } from "../../components/PageHeader";
import { deskStore } from "../../effects/desk/store";
import { getJudgement, revise, takeBack } from "../../effects/notes";
import { getProject } from "../../effects/projects";
import { user } from "../../effects/session";
import { useAction } from "../../effects/useAction";
import { useResource } from "../../effects/useResource";
import { t } from "../../i18n/pages";
import type { Claim, Project } from "../../model/claim";
import { dateTime, duration } from "../../model/format";
import { saidInWords } from "../../model/said";
import { submission } from "../../model/submission";
import { startWork } from "../../model/work";
import { ProblemContent } from "../content/ProblemContent";
import "../../styles/notes.css";
import { NotFoundScreen } from "../ErrorScreens";
import { Judged } from "./Judged";

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
            <Markdown text={claim.problem.statement} />
            <ProblemContent slug={project.slug} problem={claim.problem} />
          </section>
          <Judged slug={project.slug} work={work} labels={then.label_schema} />
        </div>
      </div>
    </>
  );
}

function Facts({ slug, one }: { slug: string; one: PastJudgementDetail }) {
  const { route } = useLocation();
  const opening = useAction();
  const open = (change: (assignment: number) => Promise<unknown>) =>
    opening.run(async () => {
      await change(one.assignment);
      // The desk begins with the task that was on it last.
      deskStore(user.value?.username ?? "", slug).setCurrent(one.assignment);
      route(`/p/${slug}/annotate`);
    });
  const stands = one.state === "submitted" && one.superseded_at === null;
  return (
    <div class="card stack">
      <Button variant="primary" class="wide" busy={opening.busy} onClick={() => void open(revise)}>
        {t("history.revise")}
      </Button>
      <p class="small muted">{t("history.revise-text")}</p>
      {stands && (
        <>
          <Button class="wide" busy={opening.busy} onClick={() => void open(takeBack)}>
            {t("history.take-back")}
          </Button>
          <p class="small muted">{t("history.take-back-text")}</p>
        </>
      )}
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
