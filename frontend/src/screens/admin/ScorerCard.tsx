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
import { count, dateTime, plural } from "../../model/format";
import { condition, figures, interval, kindOf } from "../../model/scorers";
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
      toast({ text: `${plural(times, "trace or choice", "traces and choices")} will be scored again.` });
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
          label="Scored"
          value={scorer.done}
          max={total}
          text={`${count(scorer.done)} of ${count(total)}${scorer.failed ? `, ${count(scorer.failed)} failed` : ""}`}
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
          (scorer.paused || scorer.resume_at ? (
            <Button size="small" busy={action.busy} onClick={() => run(() => resumeScorer(scorer.id))}>
              {scorer.paused ? "Resume" : "Try again now"}
            </Button>
          ) : (
            <Button size="small" busy={action.busy} onClick={() => run(() => pauseScorer(scorer.id))}>
              Pause
            </Button>
          ))}
        {own && kind && kind.settings.length > 0 && (
          <Button size="small" onClick={() => setSetting(true)}>
            Settings
          </Button>
        )}
        {own && scorer.failed > 0 && (
          <Button size="small" busy={action.busy} onClick={() => again("failed")}>
            Score the failed again
          </Button>
        )}
        {own && scorer.done > 0 && (
          <Button size="small" variant="quiet" onClick={() => setQuestion("all")}>
            Score again…
          </Button>
        )}
        <Button size="small" variant="quiet" onClick={() => setQuestion("remove")}>
          Turn off
        </Button>
        <span class="small muted">
          version <code>{scorer.version}</code>, since {dateTime(scorer.created_at)}
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
          title={`Turn off ${scorer.key}?`}
          action="Turn off"
          busy={action.busy}
          onConfirm={() => run(() => removeScorer(scorer.id))}
          onClose={() => setQuestion(undefined)}
        >
          <p>
            Nothing more is scored by it, and its scores no longer move the queue. They are kept: the same
            scorer added again takes them up.
          </p>
        </ConfirmDialog>
      )}
      {question === "all" && (
        <ConfirmDialog
          title={`Score again by ${scorer.key}?`}
          action="Score again"
          busy={action.busy}
          onConfirm={() => again("all")}
          onClose={() => setQuestion(undefined)}
        >
          <p>Its {plural(scorer.done, "result")} so far will be replaced one by one.</p>
          <TextField
            label="Only what this query finds"
            optional
            hint="In the query language of the traces' page."
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
        <dt>AUC, traces</dt>
        <dd>{interval(report.trace_auc)}</dd>
      </div>
      <div>
        <dt>AUC of length</dt>
        <dd>{interval(report.length_auc)}</dd>
      </div>
      <div>
        <dt>AUC, steps</dt>
        <dd>{interval(report.step_auc)}</dd>
      </div>
      <div>
        <dt>labelled traces</dt>
        <dd>
          {count(report.traces)}, {count(report.erroneous)} with an error
        </dd>
      </div>
    </dl>
  );
}
