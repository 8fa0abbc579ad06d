import { useState } from "preact/hooks";
import type { LearnedReport, Scorer, Scorers } from "../../api/types";
import { Button } from "../../components/Button";
import { ConfirmDialog } from "../../components/Dialog";
import { ErrorNotice } from "../../components/ErrorNotice";
import { TextField } from "../../components/Field";
import { Progress } from "../../components/Progress";
import { toast } from "../../components/Toast";
import { pauseScorer, removeScorer, rescore, resumeScorer } from "../../effects/scorers";
import { useAction } from "../../effects/useAction";
import { rich, t } from "../../i18n/admin";
import { dateTime } from "../../model/format";
import { condition, figures, interval, kindOf, leavesOff } from "../../model/scorers";
import { ScorerDialog } from "./ScorerDialog";
import { ScorerFailures } from "./ScorerFailures";

interface ScorerCardProps {
  slug: string;
  scorer: Scorer;
  known: Scorers;
  onChange: () => void;
}

type Question = "remove" | "all";

export function ScorerCard({ slug, scorer, known, onChange }: ScorerCardProps) {
  const [setting, setSetting] = useState(false);
  const [question, setQuestion] = useState<Question>();
  const [query, setQuery] = useState("");
  const action = useAction();
  const kind = kindOf(known.kinds, scorer);
  const { tone, word, why } = condition(scorer, Date.now());
  const total = scorer.done + scorer.pending + scorer.claimed + scorer.failed;
  const own = scorer.kind !== "imported";
  const run = (work: () => Promise<unknown>) =>
    action.run(async () => {
      await work();
      setQuestion(undefined);
      onChange();
    });
  const again = (only: "all" | "failed") =>
    run(async () => {
      const times = await rescore(scorer.id, only, only === "all" ? query : "");
      toast({ text: t("scorer-card.traces-choices-will-scored", { n: times }) });
    });
  const titleId = `scorer-${scorer.id}`;
  return (
    <article class="scorer" aria-labelledby={titleId}>
      <header class="row spread">
        <div>
          <h3 id={titleId}>{scorer.key}</h3>
          <p class="small muted">{scorer.title}</p>
        </div>
        <span class={`condition condition-${tone}`}>{word}</span>
      </header>
      {why && <p class={tone === "bad" ? "notice notice-bad" : "small measure"}>{why}</p>}
      {total > 0 && (
        <Progress
          label={t("scorer-card.scored")}
          value={scorer.done}
          max={total}
          text={t(scorer.failed ? "scorer-card.of-failed" : "scorer-card.of", {
            done: scorer.done,
            total,
            failed: scorer.failed,
          })}
        />
      )}
      {own && (
        <dl class="figures scorer-figures">
          {figures(scorer).map(({ name, value }) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
      )}
      {scorer.report?.trace_auc && <Learned report={scorer.report} />}
      {scorer.failed > 0 && <ScorerFailures slug={slug} id={scorer.id} failed={scorer.failed} />}
      <footer class="row">
        {own &&
          (scorer.paused || leavesOff(scorer, Date.now()) ? (
            <Button size="small" busy={action.busy} onClick={() => run(() => resumeScorer(scorer.id))}>
              {scorer.paused ? t("scorer-card.resume") : t("scorer-card.try-again-now")}
            </Button>
          ) : (
            <Button size="small" busy={action.busy} onClick={() => run(() => pauseScorer(scorer.id))}>
              {t("scorer-card.pause")}
            </Button>
          ))}
        {own && kind && kind.settings.length > 0 && (
          <Button size="small" onClick={() => setSetting(true)}>
            {t("scorer-card.settings")}
          </Button>
        )}
        {own && scorer.failed > 0 && (
          <Button size="small" busy={action.busy} onClick={() => again("failed")}>
            {t("scorer-card.score-failed-again")}
          </Button>
        )}
        {own && scorer.done > 0 && (
          <Button size="small" variant="quiet" onClick={() => setQuestion("all")}>
            {t("scorer-card.score-again")}
          </Button>
        )}
        <Button size="small" variant="quiet" onClick={() => setQuestion("remove")}>
          {t("scorer-card.turn-off")}
        </Button>
        <span class="small muted">
          {rich("scorer-card.version-since", {
            version: <code>{scorer.version}</code>,
            created_at: dateTime(scorer.created_at),
          })}
        </span>
      </footer>
      {Boolean(action.error) && <ErrorNotice error={action.error} />}
      {setting && (
        <ScorerDialog
          slug={slug}
          known={known}
          scorer={scorer}
          onClose={() => setSetting(false)}
          onSaved={onChange}
        />
      )}
      {question === "remove" && (
        <ConfirmDialog
          title={t("scorer-card.turn-off-this", { key: scorer.key })}
          action={t("scorer-card.turn-off")}
          busy={action.busy}
          onConfirm={() => run(() => removeScorer(scorer.id))}
          onClose={() => setQuestion(undefined)}
        >
          <p>{t("scorer-card.nothing-more-scored-by")}</p>
        </ConfirmDialog>
      )}
      {question === "all" && (
        <ConfirmDialog
          title={t("scorer-card.score-again-by", { key: scorer.key })}
          action={t("scorer-card.score-all-again")}
          busy={action.busy}
          onConfirm={() => again("all")}
          onClose={() => setQuestion(undefined)}
        >
          <p>
            {query.trim()
              ? t("scorer-card.results-found-will")
              : t("scorer-card.results-so-far-will", { n: scorer.done })}
          </p>
          <TextField
            label={t("scorer-card.only-what-query-finds")}
            optional
            hint={t("scorer-card.query-language-traces-page")}
            autoComplete="off"
            spellcheck={false}
            value={query}
            onChange={setQuery}
            error={action.fields.query}
          />
        </ConfirmDialog>
      )}
    </article>
  );
}

/** How the learned model does on labels that it was not trained on. */
function Learned({ report }: { report: LearnedReport }) {
  return (
    <dl class="figures scorer-figures">
      <div>
        <dt>{t("scorer-card.auc-traces")}</dt>
        <dd>{interval(report.trace_auc)}</dd>
      </div>
      <div>
        <dt>{t("scorer-card.auc-length")}</dt>
        <dd>{interval(report.length_auc)}</dd>
      </div>
      <div>
        <dt>{t("scorer-card.auc-steps")}</dt>
        <dd>{interval(report.step_auc)}</dd>
      </div>
      <div>
        <dt>{t("scorer-card.labelled-traces")}</dt>
        <dd>{t("scorer-card.with-an-error", { traces: report.traces, erroneous: report.erroneous })}</dd>
      </div>
    </dl>
  );
}
