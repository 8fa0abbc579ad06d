import { useEffect, useRef } from "preact/hooks";
import type { SelectionWork } from "../../api/types";
import { ErrorNotice } from "../../components/ErrorNotice";
import { Progress } from "../../components/Progress";
import { listWorks, workAtHand } from "../../effects/selections";
import { usePoll } from "../../effects/usePoll";
import { useResource } from "../../effects/useResource";
import { rich, t } from "../../i18n/admin";
import { dateTime } from "../../model/format";

const OFTEN = 2_000;
/** What ended earlier is nobody's question any more. */
const RECENT = 3_600_000; // milliseconds

const goesOn = ({ state }: SelectionWork) => state === "queued" || state === "running";
const isRecent = ({ finished_at }: SelectionWork) =>
  finished_at !== null && Date.now() - Date.parse(finished_at) < RECENT;

interface Props {
  slug: string;
  /** Some have ended: what was found may look different now. */
  onEnded: () => void;
}

/** Changes that workers are at, whoever asked for them and wherever they went since, and how the last ones ended. */
export function SelectionWorks({ slug, onEnded }: Props) {
  const works = useResource(`selections ${slug}`, (signal) => listWorks(slug, signal));
  const working = works.data?.filter(goesOn).length ?? 0;
  usePoll(working > 0 && !works.error, OFTEN, works);
  // One that was asked for on this page is listed when its dialog is closed.
  const here = workAtHand.value?.id;
  useEffect(() => {
    if (here !== undefined) works.reload();
  }, [here]);
  const before = useRef(working);
  useEffect(() => {
    if (working < before.current) onEnded();
    before.current = working;
  }, [working]);
  const shown = works.data?.filter((work) => goesOn(work) || isRecent(work)) ?? [];
  if (works.error) return <ErrorNotice error={works.error} onRetry={works.reload} />;
  if (shown.length === 0) return null;
  return (
    <section class="card stack" aria-label={t("selection-works.title")}>
      {shown.map((work) => (
        <Work key={work.id} work={work} />
      ))}
    </section>
  );
}

function Work({ work }: { work: SelectionWork }) {
  const { verb, query, state, found, looked_at, error, finished_at } = work;
  const what = t(`selection-works.${verb}`);
  if (goesOn(work)) {
    const label = query ? t("selection-works.of-query", { what, query }) : what;
    return (
      <Progress
        label={label}
        value={found === null ? undefined : looked_at}
        max={found ?? 1}
        text={
          state === "queued"
            ? t("selection-works.waits")
            : found === null
              ? t("found-actions.worker-looking-up")
              : t("found-actions.worker-through", { looked_at, found })
        }
      />
    );
  }
  return (
    <p class="small">
      {query ? rich("selection-works.of-query", { what, query: <code>{query}</code> }) : what}:{" "}
      {state === "failed" ? (
        <span class="state-bad">{t("selection-works.failed", { error })}</span>
      ) : (
        <span class="state-good">
          {t("selection-works.done", { n: found ?? 0, at: finished_at ? dateTime(finished_at) : "" })}
        </span>
      )}
    </p>
  );
}
