import { useEffect, useRef } from "preact/hooks";
import { useRoute } from "preact-iso";
import { ApiError } from "../../api/client";
import type { Project, Stats } from "../../api/types";
import { Button, ButtonLink } from "../../components/Button";
import { EmptyState } from "../../components/EmptyState";
import { Loaded } from "../../components/Loaded";
import { Markdown } from "../../components/Markdown";
import { PageHeader } from "../../components/PageHeader";
import { Progress } from "../../components/Progress";
import { changePreferences, preferences } from "../../effects/preferences";
import { getProject, getStats } from "../../effects/projects";
import { useResource } from "../../effects/useResource";
import { rich, t } from "../../i18n/pages";
import { count, duration } from "../../model/format";
import { canReview } from "../../model/roles";
import { NotFoundScreen } from "../ErrorScreens";

export default function ProjectScreen() {
  const slug = useRoute().params.slug ?? "";
  const project = useResource(`project ${slug}`, (signal) => getProject(slug, signal));
  const stats = useResource(`stats ${slug}`, (signal) => getStats(slug, signal));
  if (project.error instanceof ApiError && project.error.status === 404) return <NotFoundScreen />;
  return (
    <Loaded resource={project}>
      {(loaded) => (
        <>
          <PageHeader
            title={loaded.name}
            lead={loaded.description}
            actions={canReview(loaded.role) ? <ManageLinks project={loaded} /> : undefined}
          />
          <div class="split">
            <aside class="stack" aria-label={t("project.my-work")}>
              <div class="card stack">
                <Loaded resource={stats}>{(numbers) => <MyWork project={loaded} stats={numbers} />}</Loaded>
              </div>
            </aside>
            <div class="stack-large">
              <section aria-labelledby="asks-title" class="stack">
                <h2 id="asks-title">{t("project.what-asked")}</h2>
                <Asked project={loaded} />
              </section>
              <Guidelines project={loaded} />
            </div>
          </div>
        </>
      )}
    </Loaded>
  );
}

function MyWork({ project, stats }: { project: Project; stats: Stats }) {
  const { mine, tasks, notes } = stats;
  if (tasks.total === 0) return <NothingYet project={project} />;
  return (
    <>
      <StartLink
        slug={project.slug}
        title={mine.submitted + mine.skipped > 0 ? t("project.continue") : t("project.start")}
      />
      <p class="muted small">
        {mine.open > 0 ? t("project.tasks-open-you", { n: mine.open }) : t("project.nothing-open-you-right")}
      </p>
      <dl class="figures figures-two">
        <div>
          <dt>{t("project.done-today")}</dt>
          <dd>{count(mine.today)}</dd>
        </div>
        <div>
          <dt>{t("project.done-all")}</dt>
          <dd>{count(mine.submitted)}</dd>
        </div>
        <div>
          <dt>{t("project.skipped")}</dt>
          <dd>{count(mine.skipped)}</dd>
        </div>
        <div>
          <dt>{t("project.time-spent")}</dt>
          <dd>{duration(mine.active_seconds)}</dd>
        </div>
      </dl>
      {mine.submitted === 0 && <OfferPractice slug={project.slug} />}
      <ul class="plain-list stack-small">
        <li>
          <a href={`/p/${project.slug}/history`}>{t("desk.history")}</a>
        </li>
        <li>
          <a href={`/p/${project.slug}/notes`}>{t("desk.notes")}</a>{" "}
          {notes.unseen > 0 && (
            <strong class="badge badge-new">{t("desk.answers", { n: notes.unseen })}</strong>
          )}
          {canReview(project.role) && notes.open_flags + notes.open_questions > 0 && (
            <span class="badge">
              {t("project.open-ones", { n: notes.open_flags + notes.open_questions })}
            </span>
          )}
        </li>
        <li>
          <a href={`/p/${project.slug}/practice`}>{t("desk.practice")}</a>
        </li>
      </ul>
      <Progress
        label={t("project.whole-project")}
        value={tasks.done}
        max={tasks.total}
        text={t("project.of-done", { done: tasks.done, total: tasks.total })}
      />
    </>
  );
}

/** Until one has practised or declined. */
function OfferPractice({ slug }: { slug: string }) {
  const practised = preferences.value.practised ?? [];
  if (practised.includes(slug)) return null;
  return (
    <div class="notice stack-small">
      <p>
        <strong>{t("practice.offer")}</strong> {t("practice.offer-text")}
      </p>
      <div class="row">
        <ButtonLink size="small" href={`/p/${slug}/practice`}>
          {t("practice.offer-yes")}
        </ButtonLink>
        <Button
          size="small"
          variant="quiet"
          onClick={() => void changePreferences({ practised: [...practised, slug] })}
        >
          {t("practice.offer-no")}
        </Button>
      </div>
    </div>
  );
}

function StartLink({ slug, title }: { slug: string; title: string }) {
  const link = useRef<HTMLAnchorElement>(null);
  useEffect(() => {
    // Enter starts from anywhere on the page, unless the focus is on something that has its own Enter.
    const enter = (event: KeyboardEvent) => {
      if (event.key !== "Enter" || event.defaultPrevented || event.isComposing) return;
      const at = document.activeElement;
      if (at === document.body || at?.id === "main") link.current?.click();
    };
    document.addEventListener("keydown", enter);
    return () => document.removeEventListener("keydown", enter);
  }, []);
  return (
    <ButtonLink
      linkRef={link}
      href={`/p/${slug}/annotate`}
      variant="primary"
      size="large"
      class="wide"
      hint={t("project.enter")}
      aria-keyshortcuts="Enter"
    >
      {title}
    </ButtonLink>
  );
}

function NothingYet({ project }: { project: Project }) {
  return (
    <>
      <p class="muted">{t("project.there-no-tasks-yet")}</p>
      {project.role === "admin" && (
        <ButtonLink variant="primary" class="wide" href={`/p/${project.slug}/admin/import`}>
          {t("project.import-traces")}
        </ButtonLink>
      )}
    </>
  );
}

function ManageLinks({ project }: { project: Project }) {
  const base = `/p/${project.slug}/admin`;
  return (
    <>
      <ButtonLink href={base}>{t("project.overview")}</ButtonLink>
      <ButtonLink href={`/p/${project.slug}/notes?view=inbox`}>{t("desk.notes")}</ButtonLink>
      {project.role === "admin" ? (
        <>
          <ButtonLink href={`${base}/import`}>{t("project.import")}</ButtonLink>
          <ButtonLink href={`${base}/export`}>{t("project.export")}</ButtonLink>
          <ButtonLink href={`${base}/settings`}>{t("project.settings")}</ButtonLink>
        </>
      ) : (
        <ButtonLink href={`${base}/queue`}>{t("project.queue")}</ButtonLink>
      )}
    </>
  );
}

function Asked({ project }: { project: Project }) {
  return (
    <ul class="measure asked">
      {project.mode === "first_error" ? (
        <li>{rich("project.traces-read-steps-order", { strong: <strong /> })}</li>
      ) : (
        <li>{rich("project.traces-read-steps-order-rate", { strong: <strong /> })}</li>
      )}
      <li>{rich("project.choices-read-steps-so", { strong: <strong /> })}</li>
      <li>
        {t("project.people-judge-each-task", { n: project.annotations_per_task })}{" "}
        {t("project.task-kept-you-minutes", { n: project.lease_minutes })}
      </li>
    </ul>
  );
}

function Guidelines({ project }: { project: Project }) {
  const { version, text } = project.guidelines;
  return (
    <section aria-labelledby="guidelines-title" class="stack">
      <div class="row">
        <h2 id="guidelines-title">{t("project.guidelines")}</h2>
        {text && <span class="badge">{t("project.version", { version })}</span>}
        <a class="small" href={`/p/${project.slug}/notes?view=public`}>
          {t("notes.answered-questions")}
        </a>
      </div>
      {text ? (
        <Markdown text={text} />
      ) : (
        <EmptyState
          title={t("project.no-guidelines-yet")}
          action={
            project.role === "admin" ? (
              <ButtonLink href={`/p/${project.slug}/admin/settings#guidelines`}>
                {t("project.write-them")}
              </ButtonLink>
            ) : undefined
          }
        >
          {t("project.projects-admins-not-written")}
        </EmptyState>
      )}
    </section>
  );
}
