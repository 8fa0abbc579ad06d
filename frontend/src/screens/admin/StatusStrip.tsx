import type { Stats } from "../../api/types";
import { Loaded } from "../../components/Loaded";
import { Progress } from "../../components/Progress";
import type { Resource } from "../../effects/useResource";
import { count, percent, plural } from "../../model/format";

/** Where the project stands, in one line and one bar, over every tab. */
export function StatusStrip({ stats }: { stats: Resource<Stats> }) {
  return (
    <section class="status-strip" aria-label="Where the project stands">
      <Loaded resource={stats}>
        {({ tasks, scorers, traces }) => {
          const pending = scorers.reduce((sum, scorer) => sum + scorer.pending, 0);
          const failed = scorers.reduce((sum, scorer) => sum + scorer.failed, 0);
          const rest = [
            `${count(tasks.open)} open`,
            `${count(tasks.leased)} being judged`,
            plural(traces, "trace"),
            pending > 0 && `${plural(pending, "score")} to come`,
            failed > 0 && `${plural(failed, "score")} failed`,
          ].filter(Boolean);
          return (
            <Progress
              label={
                tasks.total
                  ? `${count(tasks.done)} of ${count(tasks.total)} tasks done (${percent(tasks.done, tasks.total)})`
                  : "No tasks yet"
              }
              value={tasks.done}
              max={tasks.total}
              text={rest.join(" · ")}
            />
          );
        }}
      </Loaded>
    </section>
  );
}
