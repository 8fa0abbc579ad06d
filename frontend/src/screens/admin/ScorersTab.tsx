import { useState } from "preact/hooks";
import type { Scorers } from "../../api/types";
import { Button, ButtonLink } from "../../components/Button";
import { EmptyState } from "../../components/EmptyState";
import { Loaded } from "../../components/Loaded";
import { listScorers } from "../../effects/scorers";
import { usePoll } from "../../effects/usePoll";
import { useResource } from "../../effects/useResource";
import { t } from "../../i18n/admin";
import { limitToday } from "../../model/scorers";
import type { TabProps } from "./AdminScreen";
import { ScorerCard } from "./ScorerCard";
import { ScorerDialog } from "./ScorerDialog";
import { SuggesterCard } from "./SuggesterCard";

const OFTEN = 2_000;
const SELDOM = 15_000;

/** What scores the project's steps, how far each has come, and what went wrong. */
export function ScorersTab({ project }: TabProps) {
  const { slug } = project.data;
  const scorers = useResource(`scorers ${slug}`, (signal) => listScorers(slug, signal));
  const [adding, setAdding] = useState(false);
  const busy = scorers.data?.scorers.some((one) => one.pending + one.claimed > 0) ?? false;
  usePoll(!scorers.error, busy ? OFTEN : SELDOM, scorers);
  return (
    <section class="stack" aria-labelledby="scorers-title">
      <div class="row spread">
        <h2 id="scorers-title">{t("scorers.scorers")}</h2>
        <span class="row">
          <ButtonLink href={`/p/${slug}/admin/evaluation`}>{t("scorers.evaluation")}</ButtonLink>
          <Button disabled={!scorers.data} onClick={() => setAdding(true)}>
            {t("scorers.add-scorer")}
          </Button>
        </span>
      </div>
      <p class="muted measure">{t("scorers.scorer-says-each-step")}</p>
      {scorers.data?.limits.map((limit) => (
        <p key={limit.name} class={limit.used >= limit.limit ? "notice notice-bad" : "small muted"}>
          {limitToday(limit)}
        </p>
      ))}
      <Loaded resource={scorers}>
        {(data) => <Cards slug={slug} data={data} onChange={scorers.reload} />}
      </Loaded>
      {scorers.data && <SuggesterCard slug={slug} known={scorers.data} />}
      {adding && scorers.data && (
        <ScorerDialog
          slug={slug}
          known={scorers.data}
          onClose={() => setAdding(false)}
          onSaved={scorers.reload}
        />
      )}
    </section>
  );
}

function Cards({ slug, data, onChange }: { slug: string; data: Scorers; onChange: () => void }) {
  if (data.scorers.length === 0)
    return <EmptyState title={t("scorers.no-scorers")}>{t("scorers.queue-order-what-came")}</EmptyState>;
  return (
    <ul class="scorers plain-list">
      {data.scorers.map((scorer) => (
        <li key={scorer.key}>
          <ScorerCard slug={slug} scorer={scorer} known={data} onChange={onChange} />
        </li>
      ))}
    </ul>
  );
}
