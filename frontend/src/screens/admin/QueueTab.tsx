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
import { count, shortId } from "../../model/format";
import type { TabProps } from "./AdminScreen";

/** What comes next, in the order in which it is handed out. */
export function QueueTab({ project, stats }: TabProps) {
  const { slug } = project.data;
  const first = useResource(`queue ${slug}`, (signal) => listQueue(slug, null, signal));
  return (
    <section class="stack" aria-labelledby="queue-title">
      <div class="row spread">
        <h2 id="queue-title">Queue</h2>
        <Button size="small" busy={first.loading} onClick={first.reload}>
          Refresh
        </Button>
      </div>
      <p class="muted measure">
        Open tasks, first the one that is handed out next. The order follows the project's policy and changes
        as scores arrive.
      </p>
      <Loaded resource={first}>
        {(page) =>
          page.results.length ? (
            <Pages slug={slug} first={page} />
          ) : (
            <EmptyState title="The queue is empty">
              {stats.data?.tasks.total === 0
                ? "Nothing has been imported yet."
                : "Every task is done or in somebody's hands."}
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
        caption="Open tasks in order"
        captionHidden
        rows={rows.map((task, i) => ({ ...task, place: i + 1 }))}
        rowKey={(row) => row.id}
        columns={[
          { key: "place", title: "Place", head: true, numeric: true, cell: (row) => count(row.place) },
          { key: "kind", title: "Kind", cell: (row) => row.kind },
          { key: "problem", title: "Problem", cell: (row) => <Names row={row} /> },
          { key: "excerpt", title: "Begins", cell: (row) => <div class="excerpt clamp">{row.excerpt}</div> },
          { key: "priority", title: "Priority", numeric: true, cell: (row) => row.priority.toFixed(3) },
          { key: "why", title: "Why", cell: (row) => <Why place={row} /> },
          {
            key: "free",
            title: "Free",
            numeric: true,
            cell: (row) => `${count(row.free)} of ${count(row.wanted)}`,
          },
        ]}
      />
      <LoadMore pages={pages} />
    </>
  );
}

function Names({ row }: { row: QueueTask }) {
  return (
    <>
      <code class="nowrap" title={row.problem}>
        {shortId(row.problem)}
      </code>
      {row.trace && (
        <div class="small muted nowrap" title={row.trace}>
          {shortId(row.trace)}
        </div>
      )}
    </>
  );
}
