import type { QueuePage, QueueTask } from "../../api/types";
import { Button } from "../../components/Button";
import { EmptyState } from "../../components/EmptyState";
import { Loaded } from "../../components/Loaded";
import { LoadMore } from "../../components/LoadMore";
import { Table } from "../../components/Table";
import { Why } from "../../components/Why";
import { listQueue } from "../../effects/projects";
import { usePages } from "../../effects/usePages";
import { useResource } from "../../effects/useResource";
import { t } from "../../i18n/admin";
import { count, decimal, shortId } from "../../model/format";
import type { TabProps } from "./AdminScreen";

/** What comes next, in the order in which it is handed out. */
export function QueueTab({ project, stats }: TabProps) {
  const { slug } = project.data;
  const first = useResource(`queue ${slug}`, (signal) => listQueue(slug, null, signal));
  return (
    <section class="stack" aria-labelledby="queue-title">
      <div class="row spread">
        <h2 id="queue-title">{t("queue.queue")}</h2>
        <Button size="small" busy={first.loading} onClick={first.reload}>
          {t("queue.refresh")}
        </Button>
      </div>
      <p class="muted measure">{t("queue.open-tasks-first-one")}</p>
      <Loaded resource={first}>
        {(page) =>
          page.results.length ? (
            <Pages slug={slug} first={page} />
          ) : (
            <EmptyState title={t("queue.queue-empty")}>
              {stats.data?.tasks.total === 0
                ? t("queue.nothing-been-imported-yet")
                : t("queue.every-task-done-or")}
            </EmptyState>
          )
        }
      </Loaded>
    </section>
  );
}

function Pages({ slug, first }: { slug: string; first: QueuePage }) {
  const pages = usePages(first, (cursor) => listQueue(slug, cursor));
  // The order can change between two pages; a task that was already shown isn't shown twice.
  const rows = [...new Map(pages.rows.map((task) => [task.id, task])).values()];
  return (
    <>
      <Table
        caption={t("queue.open-tasks-order")}
        captionHidden
        rows={rows.map((task, i) => ({ ...task, place: i + 1 }))}
        rowKey={(row) => row.id}
        columns={[
          {
            key: "place",
            title: t("queue.place"),
            head: true,
            numeric: true,
            cell: (row) => count(row.place),
          },
          { key: "kind", title: t("queue.kind"), cell: (row) => t(`queue.${row.kind}`) },
          { key: "problem", title: t("queue.problem"), cell: (row) => <Names slug={slug} row={row} /> },
          {
            key: "excerpt",
            title: t("queue.begins"),
            cell: (row) => (
              <div class="excerpt clamp" dir="auto">
                {row.excerpt}
              </div>
            ),
          },
          {
            key: "priority",
            title: t("queue.priority"),
            numeric: true,
            cell: (row) => decimal(row.priority, 3),
          },
          { key: "why", title: t("queue.why"), cell: (row) => <Why place={row} /> },
          {
            key: "free",
            title: t("queue.free"),
            numeric: true,
            cell: (row) => t("queue.of", { free: row.free, wanted: row.wanted }),
          },
        ]}
      />
      <LoadMore pages={pages} />
    </>
  );
}

function Names({ slug, row }: { slug: string; row: QueueTask }) {
  return (
    <>
      <code class="nowrap" title={row.problem}>
        {shortId(row.problem)}
      </code>
      {row.choice && (
        <div class="small nowrap" title={row.choice}>
          <a href={`/p/${slug}/choices/${row.choice_id}`}>{shortId(row.choice)}</a>
        </div>
      )}
      {row.trace && (
        <div class="small nowrap" title={row.trace}>
          <a href={`/p/${slug}/traces/${row.trace_id}`}>{shortId(row.trace)}</a>
        </div>
      )}
    </>
  );
}
