import { useLocation } from "preact-iso";
import { ApiError } from "../../api/client";
import type { FoundChoice, FoundChoices, FoundTrace, FoundTraces } from "../../api/types";
import { Button, ButtonLink } from "../../components/Button";
import { EmptyState } from "../../components/EmptyState";
import { ErrorNotice } from "../../components/ErrorNotice";
import { LoadMore } from "../../components/LoadMore";
import { Spinner } from "../../components/Progress";
import { findChoices, findTraces, listFields } from "../../effects/finding";
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

type Kind = "trace" | "choice";
type Rows = FoundTraces | FoundChoices;

const find = (
  kind: Kind,
  slug: string,
  q: string,
  cursor: string | null,
  signal?: AbortSignal,
): Promise<Rows> =>
  kind === "choice" ? findChoices(slug, q, cursor, signal) : findTraces(slug, q, cursor, signal);

/** Everything that came in, searched: traces, or choices between next steps. Both and the query are in the address. */
export function TracesTab({ project, stats }: TabProps) {
  const { slug, role } = project.data;
  const { query, path, route } = useLocation();
  const q = query.q ?? "";
  const kind: Kind = query.kind === "choice" ? "choice" : "trace";
  const found = useResource(`${kind}s ${slug} ${q}`, (signal) => find(kind, slug, q, null, signal));
  const fields = useResource(`fields ${slug}`, (signal) => listFields(slug, signal));
  const wrong = found.error instanceof ApiError && found.error.errors.find((one) => one.field === "q");
  const search = (next: string) => {
    if (next === q) found.reload();
    else route(address(path, kind, next));
  };
  // What is done is done to what is seen; traces stand for all that the query finds.
  const acted = kind === "trace" ? q : q ? `type:choice (${q})` : "type:choice";
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
      <nav class="tabs" aria-label={t("traces.what")}>
        {(["trace", "choice"] as const).map((one) => (
          <a key={one} href={address(path, one, q)} aria-current={one === kind ? "true" : undefined}>
            {t(one === "trace" ? "traces.traces" : "traces.choices")}
          </a>
        ))}
      </nav>
      <Help fields={fields.data ?? []} />
      {role === "admin" && <SelectionWorks slug={slug} onEnded={() => [found.reload(), stats.reload()]} />}
      {Boolean(found.error) && !wrong && <ErrorNotice error={found.error} onRetry={found.reload} />}
      {found.data === undefined && !found.error && <Spinner />}
      {found.data && !wrong && (
        <>
          <div class="row spread">
            <p class="muted" role="status">
              {howMany(kind, found.data)}
            </p>
            {role === "admin" && found.data.results.length > 0 && (
              <FoundActions slug={slug} query={acted} onChanged={() => [found.reload(), stats.reload()]} />
            )}
          </div>
          {found.data.results.length ? (
            <Results key={`${kind} ${q}`} kind={kind} slug={slug} q={q} first={found.data} />
          ) : kind === "choice" && !q ? (
            <EmptyState title={t("traces.no-choices")}>{t("traces.no-choices-text")}</EmptyState>
          ) : (
            <Nothing slug={slug} q={q} admin={role === "admin"} onSearch={search} />
          )}
        </>
      )}
    </section>
  );
}

function address(path: string, kind: Kind, q: string): string {
  const said = new URLSearchParams({ ...(kind === "choice" && { kind }), ...(q && { q }) });
  return said.size ? `${path}?${said}` : path;
}

function howMany(kind: Kind, { count: known }: Rows): string {
  if (!known) return t("traces.too-many-count-time");
  const n = known.value;
  if (kind === "choice")
    return known.at_least ? t("traces.many-choices", { n }) : t("traces.choices-found", { n });
  return known.at_least ? t("traces.many-traces", { n }) : t("traces.traces-found", { n });
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

function Results({ kind, slug, q, first }: { kind: Kind; slug: string; q: string; first: Rows }) {
  const pages = usePages<FoundTrace | FoundChoice>(first, (cursor) => find(kind, slug, q, cursor));
  return (
    <>
      <ul class="plain-list found-list">
        {pages.rows.map((row) => (
          <Found key={row.id} slug={slug} row={row} />
        ))}
      </ul>
      <LoadMore pages={pages} />
    </>
  );
}

const STATES = { open: t("traces.open"), leased: t("traces.in-work"), done: t("traces.done") } as const;

/** What is only known of a trace. */
function ofTrace(row: FoundTrace): string[] {
  const outcome = row.outcome === null ? "" : t(row.outcome ? "traces.right-answer" : "traces.wrong-answer");
  return [isolated(row.generator), t("traces.steps", { n: row.steps }), outcome];
}

function Found({ slug, row }: { slug: string; row: FoundTrace | FoundChoice }) {
  const { excerpt } = row;
  const choice = "candidates" in row;
  return (
    <li class="found stack-small">
      <div class="row">
        <a class="found-name" href={`/p/${slug}/${choice ? "choices" : "traces"}/${row.id}`}>
          {isolated(shortId(row.external_id ?? row.id))}
        </a>
        <span class="muted small">
          {[
            row.problem.id && t("traces.problem", { id: shortId(row.problem.id) }),
            ...(choice ? [t("traces.candidates", { n: row.candidates })] : ofTrace(row)),
            row.labels ? t("traces.judgements", { n: row.labels }) : "",
          ]
            .filter(Boolean)
            .join(" · ")}
        </span>
        <span class="badge">
          {row.state ? STATES[row.state as keyof typeof STATES] : t("traces.no-task")}
        </span>
        {row.tags.map((tag) => (
          <span key={tag} class="badge">
            {tag}
          </span>
        ))}
      </div>
      <p class="found-excerpt">
        <span class="muted small">
          {excerpt.step === null
            ? t("traces.the-problem")
            : t(choice ? "traces.candidate-for" : "traces.step", { n: excerpt.step + 1 })}
          :{" "}
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
