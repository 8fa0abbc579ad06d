import { useState } from "preact/hooks";
import { useRoute } from "preact-iso";
import { ApiError } from "../../api/client";
import { ButtonLink } from "../../components/Button";
import { EmptyState } from "../../components/EmptyState";
import { TextField } from "../../components/Field";
import { Loaded } from "../../components/Loaded";
import { LoadMore } from "../../components/LoadMore";
import { PageHeader } from "../../components/PageHeader";
import { listHistory } from "../../effects/notes";
import { getProject } from "../../effects/projects";
import { usePages } from "../../effects/usePages";
import { useResource } from "../../effects/useResource";
import { useSettled } from "../../effects/useSettled";
import { t } from "../../i18n/pages";
import { isolated } from "../../i18n/room";
import { dateTime, shortId } from "../../model/format";
import { readable } from "../../model/readable";
import { saidInWords } from "../../model/said";
import "../../styles/notes.css";
import { NotFoundScreen } from "../ErrorScreens";

const SETTLED_MS = 250;

/** Everything that one said in a project: to be found again, read and revised. */
export default function HistoryScreen() {
  const slug = useRoute().params.slug ?? "";
  const project = useResource(`project ${slug}`, (signal) => getProject(slug, signal));
  const [typed, setTyped] = useState("");
  const q = useSettled(typed.trim(), SETTLED_MS);
  if (project.error instanceof ApiError && project.error.status === 404) return <NotFoundScreen />;
  return (
    <Loaded resource={project}>
      {({ name }) => (
        <>
          <PageHeader
            title={t("history.title")}
            lead={t("history.lead", { project: name })}
            actions={
              <>
                <ButtonLink href={`/p/${slug}`}>{t("notes.project")}</ButtonLink>
                <ButtonLink href={`/p/${slug}/annotate`}>{t("notes.annotate")}</ButtonLink>
              </>
            }
          />
          <div class="stack">
            <search>
              <TextField
                type="search"
                label={t("history.search")}
                hint={t("history.search-hint")}
                value={typed}
                onChange={setTyped}
              />
            </search>
            <Found key={q} slug={slug} q={q} />
          </div>
        </>
      )}
    </Loaded>
  );
}

function Found({ slug, q }: { slug: string; q: string }) {
  const first = useResource(`history ${slug} ${q}`, (signal) => listHistory(slug, q, null, signal));
  const pages = usePages(first.data, (cursor) => listHistory(slug, q, cursor));
  const { rows } = pages;
  return (
    <Loaded resource={first}>
      {() => {
        if (!rows.length)
          return q ? (
            <EmptyState title={t("history.not-found")}>{t("history.not-found-text")}</EmptyState>
          ) : (
            <EmptyState title={t("history.none")}>{t("history.none-text")}</EmptyState>
          );
        return (
          <>
            <ul class="note-list" aria-label={t("history.title")}>
              {rows.map((row) => (
                <li key={row.id} class="card">
                  <a class="history-row" href={`/p/${slug}/history/${row.id}`}>
                    <strong>{saidInWords(row.said, row.error_types)}</strong>
                    <span dir="auto">{readable(row.excerpt)}</span>
                  </a>
                  <p class="small muted">
                    {isolated(shortId(row.problem))} ·{" "}
                    <time dateTime={row.created_at}>{dateTime(row.created_at)}</time>
                    {row.superseded_at && (
                      <>
                        {" "}
                        <span class="badge">{t("history.taken-back")}</span>
                      </>
                    )}
                  </p>
                </li>
              ))}
            </ul>
            <LoadMore pages={pages} title={t("history.more")} />
          </>
        );
      }}
    </Loaded>
  );
}
