import type { Stats } from "../../api/types";
import { Loaded } from "../../components/Loaded";
import { Progress } from "../../components/Progress";
import type { Resource } from "../../effects/useResource";
import { t } from "../../i18n/admin";
import { percent } from "../../model/format";

/** Where the project stands, in one line and one bar, over every tab. */
export function StatusStrip({ stats }: { stats: Resource<Stats> }) {
  return (
    <section class="status-strip" aria-label={t("status-strip.where-project-stands")}>
      <Loaded resource={stats}>
        {({ tasks, scorers, traces, background }) => {
          const pending = scorers.reduce((sum, scorer) => sum + scorer.pending, 0);
          const failed = scorers.reduce((sum, scorer) => sum + scorer.failed, 0);
          const rest = [
            t("status-strip.open", { open: tasks.open }),
            t("status-strip.being-judged", { leased: tasks.leased }),
            t("status-strip.traces", { n: traces }),
            pending > 0 && t("status-strip.scores-come", { n: pending }),
            failed > 0 && t("status-strip.scores-failed", { n: failed }),
          ].filter(Boolean);
          return (
            <>
              <Progress
                label={
                  tasks.total
                    ? t("status-strip.tasks-done", {
                        done: tasks.done,
                        total: tasks.total,
                        done2: percent(tasks.done, tasks.total),
                      })
                    : t("status-strip.no-tasks-yet")
                }
                value={tasks.done}
                max={tasks.total}
                text={rest.join(" · ")}
              />
              {background !== "ok" && (
                <p class="notice notice-bad" role="status">
                  {t(`status-strip.${background}`)}
                </p>
              )}
            </>
          );
        }}
      </Loaded>
    </section>
  );
}
