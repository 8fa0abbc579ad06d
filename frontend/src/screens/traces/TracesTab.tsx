import { useLocation } from "preact-iso";
import { ApiError } from "../../api/client";
import type { FoundTrace, FoundTraces } from "../../api/types";
import { Button, ButtonLink } from "../../components/Button";
import { EmptyState } from "../../components/EmptyState";
import { ErrorNotice } from "../../components/ErrorNotice";
import { LoadMore } from "../../components/LoadMore";
import { Spinner } from "../../components/Progress";
import { findTraces, listFields } from "../../effects/finding";
import { usePages } from "../../effects/usePages";
import { useResource } from "../../effects/useResource";
import { rich, t } from "../../i18n/admin";
import { isolated } from "../../i18n/room";
import { shortId } from "../../model/format";
import type { KnownField } from "../../model/query";
import "../../styles/finding.css";
import type { TabProps } from "../admin/AdminScreen";
import { FoundActions } from "./FoundActions";
import { QueryBox } from "./QueryBox";
import { SelectionWorks } from "./SelectionWorks";

/** Everything that came in, searched. The query is in the address. */
export function TracesTab({ project, stats }: TabProps) {
  const { slug, role } = project.data;
  const { query, path, route } = useLocation();
  const q = query.q ?? "";
  const found = useResource(`traces ${slug} ${q}`, (signal) => findTraces(slug, q, null, signal));
  const fields = useResource(`fields ${slug}`, (signal) => listFields(slug, signal));
  const wrong = found.error instanceof ApiError && found.error.errors.find((one) => one.field === "q");
  const search = (next: string) => {
    if (next === q) found.reload();
    else route(next ? `${path}?q=${encodeURIComponent(next)}` : path);
  };
  return (
    <section class="stack" aria-labelledby="traces-title">
      <h2 id="traces-title">{t("traces.traces")}</h2>
      <QueryBox
        label={t("traces.search-traces")}
        value={q}
        fields={fields.data ?? []}
        onSearch={search}
        error={wrong || undefined}
      />
      <Help fields={fields.data ?? []} />
      {role === "admin" && <SelectionWorks slug={slug} onEnded={() => [found.reload(), stats.reload()]} />}
      {Boolean(found.error) && !wrong && <ErrorNotice error={found.error} onRetry={found.reload} />}
      {found.data === undefined && !found.error && <Spinner />}
      {found.data && !wrong && (
        <>
          <div class="row spread">
            <p class="muted" role="status">
              {howMany(found.data)}
            </p>
            {role === "admin" && found.data.results.length > 0 && (
              <FoundActions slug={slug} query={q} onChanged={() => [found.reload(), stats.reload()]} />
            )}
          </div>
          {found.data.results.length ? (
            <Results key={q} slug={slug} q={q} first={found.data} />
          ) : (
            <Nothing slug={slug} q={q} admin={role === "admin"} onSearch={search} />
          )}
        </>
      )}
    </section>
  );
}

function howMany({ count: known }: FoundTraces): string {
  if (!known) return t("traces.too-many-count-time");
  return known.at_least
    ? t("traces.many-traces", { n: known.value })
    : t("traces.traces-found", { n: known.value });
}

function Nothing(props: { slug: string; q: string; admin: boolean; onSearch: (q: string) => void }) {
  const { slug, q, admin, onSearch } = props;
  if (!q) {
    return (
      <EmptyState
        title={t("traces.no-traces-yet")}
        action={
          admin && <ButtonLink href={`/p/${slug}/admin/import`}>{t("traces.import-traces")}</ButtonLink>
        }
      >
        {admin ? t("traces.import-some-they-can") : t("traces.admin-project-imports-them")}
      </EmptyState>
    );
  }
  const bare = /^[^\s:"()<>=]+$/.test(q);
  return (
    <EmptyState
      title={t("traces.nothing-found")}
      action={
        <>
          {bare && <Button onClick={() => onSearch(`id:${q}`)}>{t("traces.look-id", { q })}</Button>}
          <Button onClick={() => onSearch("")}>{t("traces.show-all-traces")}</Button>
        </>
      }
    >
      {t("traces.words-looked-problems-steps")}
    </EmptyState>
  );
}

function Results({ slug, q, first }: { slug: string; q: string; first: FoundTraces }) {
  const pages = usePages(first, (cursor) => findTraces(slug, q, cursor));
  return (
    <>
      <ul class="plain-list found-list">
        {pages.rows.map((trace) => (
          <Found key={trace.id} slug={slug} trace={trace} />
        ))}
      </ul>
      <LoadMore pages={pages} />
    </>
  );
}

const STATES = { open: t("traces.open"), leased: t("traces.in-work"), done: t("traces.done") } as const;

function Found({ slug, trace }: { slug: string; trace: FoundTrace }) {
  const { excerpt } = trace;
  return (
    <li class="found stack-small">
      <div class="row">
        <a class="found-name" href={`/p/${slug}/traces/${trace.id}`}>
          {isolated(shortId(trace.external_id ?? trace.id))}
        </a>
        <span class="muted small">
          {[
            trace.problem.id && t("traces.problem", { id: shortId(trace.problem.id) }),
            isolated(trace.generator),
            t("traces.steps", { n: trace.steps }),
            trace.outcome === null ? "" : trace.outcome ? t("traces.right-answer") : t("traces.wrong-answer"),
            trace.labels ? t("traces.judgements", { n: trace.labels }) : "",
          ]
            .filter(Boolean)
            .join(" · ")}
        </span>
        <span class="badge">
          {trace.state ? STATES[trace.state as keyof typeof STATES] : t("traces.no-task")}
        </span>
        {trace.tags.map((tag) => (
          <span key={tag} class="badge">
            {tag}
          </span>
        ))}
      </div>
      <p class="found-excerpt">
        <span class="muted small">
          {excerpt.step === null ? t("traces.the-problem") : t("traces.step", { n: excerpt.step + 1 })}:{" "}
        </span>
        <bdi>
          {excerpt.parts.map((part, i) => {
            const key = `${i} ${part.text}`;
            return part.hit ? <mark key={key}>{part.text}</mark> : <span key={key}>{part.text}</span>;
          })}
        </bdi>
      </p>
    </li>
  );
}

function Help({ fields }: { fields: KnownField[] }) {
  return (
    <details>
      <summary>{t("traces.how-search")}</summary>
      <div class="stack-small measure">
        <p>
          {rich("traces.finds-traces-both-problem", {
            code: <code>half "carry the one"</code>,
            code2: <code>OR</code>,
            code3: <code>( )</code>,
            code4: <code>-</code>,
            code5: <code>deriv*</code>,
            code6: <code>steps:5..9</code>,
          })}
        </p>
        <dl class="query-help">
          {fields.map((field) => (
            <div key={field.name}>
              <dt>
                <code>{field.form}</code>
              </dt>
              <dd class="muted small">{field.help}</dd>
            </div>
          ))}
        </dl>
      </div>
    </details>
  );
}
