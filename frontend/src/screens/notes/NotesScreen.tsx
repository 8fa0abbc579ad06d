import { useState } from "preact/hooks";
import { useLocation, useRoute } from "preact-iso";
import { ApiError } from "../../api/client";
import type { Note, NoteThread as Thread } from "../../api/types";
import { ButtonLink } from "../../components/Button";
import { EmptyState } from "../../components/EmptyState";
import { ErrorNotice } from "../../components/ErrorNotice";
import { Loaded } from "../../components/Loaded";
import { LoadMore } from "../../components/LoadMore";
import { NoteState, NoteThread } from "../../components/NoteThread";
import { PageHeader } from "../../components/PageHeader";
import { getNote, listNotes, markNoteSeen, type NoteView } from "../../effects/notes";
import { getProject } from "../../effects/projects";
import { useAction } from "../../effects/useAction";
import { usePages } from "../../effects/usePages";
import { useResource } from "../../effects/useResource";
import { t } from "../../i18n/pages";
import { isolated } from "../../i18n/room";
import { dateTime, shortId } from "../../model/format";
import { canReview } from "../../model/roles";
import "../../styles/notes.css";
import { NotFoundScreen } from "../ErrorScreens";

/** Flags and questions of a project: one's own, the answers for everybody, and all of them for reviewers. */
export default function NotesScreen() {
  const slug = useRoute().params.slug ?? "";
  const { query } = useLocation();
  const project = useResource(`project ${slug}`, (signal) => getProject(slug, signal));
  if (project.error instanceof ApiError && project.error.status === 404) return <NotFoundScreen />;
  return (
    <Loaded resource={project}>
      {({ role, name }) => {
        const views: NoteView[] = canReview(role) ? ["inbox", "mine", "public"] : ["mine", "public"];
        const view = views.find((one) => one === query.view) ?? views[0] ?? "mine";
        return (
          <>
            <PageHeader
              title={`${name}: ${t("notes.title").toLowerCase()}`}
              lead={t("notes.lead")}
              actions={
                <>
                  <ButtonLink href={`/p/${slug}`}>{t("notes.project")}</ButtonLink>
                  <ButtonLink href={`/p/${slug}/annotate`}>{t("notes.annotate")}</ButtonLink>
                </>
              }
            />
            <nav class="tabs" aria-label={t("notes.views")}>
              {views.map((one) => (
                <a
                  key={one}
                  href={`/p/${slug}/notes?view=${one}`}
                  aria-current={one === view ? "page" : undefined}
                >
                  {t(`notes.${one}`)}
                </a>
              ))}
            </nav>
            <Notes key={view} slug={slug} view={view} reviewer={canReview(role)} />
          </>
        );
      }}
    </Loaded>
  );
}

function Notes({ slug, view, reviewer }: { slug: string; view: NoteView; reviewer: boolean }) {
  const first = useResource(`notes ${slug} ${view}`, (signal) => listNotes(slug, view, null, signal));
  const pages = usePages(first.data, (cursor) => listNotes(slug, view, cursor));
  return (
    <Loaded resource={first}>
      {() => {
        if (!pages.rows.length)
          return <EmptyState title={t(`notes.none-${view}`)}>{t(`notes.none-${view}-text`)}</EmptyState>;
        return (
          <div class="stack">
            <ul class="note-list">
              {pages.rows.map((note) => (
                <NoteRow key={note.id} slug={slug} note={note} reviewer={reviewer} />
              ))}
            </ul>
            <LoadMore pages={pages} title={t("notes.more")} />
          </div>
        );
      }}
    </Loaded>
  );
}

function NoteRow({ slug, note: listed, reviewer }: { slug: string; note: Note; reviewer: boolean }) {
  const [note, setNote] = useState<Note>(listed);
  const [thread, setThread] = useState<Thread | null>(null);
  const loading = useAction();
  const load = () =>
    void loading.run(async () => {
      setThread(await getNote(note.id));
      if (note.unseen) {
        await markNoteSeen(note.id);
        setNote({ ...note, unseen: false });
      }
    });
  return (
    <li class="card">
      <details onToggle={(event) => event.currentTarget.open && !thread && load()}>
        <summary>
          <span class="note-says" dir="auto">
            {note.excerpt}
          </span>{" "}
          <NoteState note={note} />
          <span class="small muted">
            {[
              note.mine ? null : isolated(note.author ?? ""),
              about(note),
              t("notes.guidelines", { version: note.guideline_version }),
              dateTime(note.updated_at),
            ]
              .filter(Boolean)
              .join(" · ")}
          </span>
        </summary>
        {reviewer && note.about?.key && (
          <p class="small">
            <a href={`/p/${slug}/${note.about.kind}s/${note.about.key}`}>
              {t(note.about.kind === "choice" ? "notes.open-choice" : "notes.open-trace")}
            </a>
          </p>
        )}
        {thread ? (
          <NoteThread
            note={thread}
            reviewer={reviewer}
            onChange={(next) => {
              setThread(next);
              setNote(next);
            }}
          />
        ) : (
          Boolean(loading.error) && <ErrorNotice error={loading.error} onRetry={load} />
        )}
      </details>
    </li>
  );
}

function about({ about: what }: Note): string | null {
  if (!what) return null;
  const [problem, trace] = [shortId(what.problem), shortId(what.trace)];
  return what.step === null
    ? t("notes.about", { problem, trace })
    : t("notes.about-step", { problem, trace, step: what.step + 1 });
}
