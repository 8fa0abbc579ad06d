import { useState } from "preact/hooks";
import type { Scorer, ScorerKind, Scorers } from "../../api/types";
import { Button } from "../../components/Button";
import { Dialog } from "../../components/Dialog";
import { ErrorNotice } from "../../components/ErrorNotice";
import { Select, TextField } from "../../components/Field";
import { toast } from "../../components/Toast";
import { addScorer, changeScorer } from "../../effects/scorers";
import { useAction } from "../../effects/useAction";
import { t } from "../../i18n/admin";
import { decides, draftOf, kindId, kindOf, settingsOf } from "../../model/scorers";
import { ScorerFields } from "./ScorerFields";

interface ScorerDialogProps {
  slug: string;
  known: Scorers;
  /** The one that is changed; none: one is added. */
  scorer?: Scorer;
  onClose: () => void;
  onSaved: () => void;
}

export function ScorerDialog({ slug, known, scorer, onClose, onSaved }: ScorerDialogProps) {
  // A built-in one is added once, under its own name.
  const there = new Set(known.scorers.map(kindId));
  const offered = known.kinds.filter((one) => one.kind !== "embedded" || !there.has(kindId(one)));
  const [chosen, setChosen] = useState(offered[0] && kindId(offered[0]));
  const kind = scorer ? kindOf(known.kinds, scorer) : offered.find((one) => kindId(one) === chosen);
  return (
    <Dialog
      wide
      title={scorer ? t("scorer.settings-of", { key: scorer.key }) : t("scorer.add-scorer")}
      onClose={onClose}
    >
      {!scorer && chosen && (
        <div class="scorer-kind">
          <Select
            label={t("scorer.what-it-is")}
            value={chosen}
            choices={offered.map((one) => ({ value: kindId(one), title: `${one.key}: ${one.title}` }))}
            onChange={setChosen}
          />
        </div>
      )}
      {kind && (
        <ScorerForm
          key={kindId(kind)}
          slug={slug}
          known={known}
          kind={kind}
          scorer={scorer}
          onClose={onClose}
          onSaved={onSaved}
        />
      )}
    </Dialog>
  );
}

function ScorerForm({
  slug,
  known,
  kind,
  scorer,
  onClose,
  onSaved,
}: ScorerDialogProps & { kind: ScorerKind }) {
  const before = draftOf(kind.settings, scorer?.settings);
  const [draft, setDraft] = useState(before);
  const [key, setKey] = useState(kind.key);
  const [queue, setQueue] = useState(scorer?.queue ?? kind.queue);
  const action = useAction();
  const ownQueue = kind.queue !== "celery" && kind.queue !== "remote";
  const anew = scorer !== undefined && decides(kind.settings, before, draft);
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    const settings = settingsOf(kind.settings, draft);
    const name = scorer?.key ?? key;
    const done = await action.run(() =>
      scorer
        ? changeScorer(scorer.id, { settings, ...(ownQueue ? { queue } : {}) })
        : addScorer(slug, { kind: kind.kind, key, settings, queue: ownQueue ? queue : "" }),
    );
    if (!done) return;
    toast({ text: scorer ? t("scorer.settings-saved", { name }) : t("scorer.is-added", { name }) });
    onSaved();
    onClose();
  };
  const beside = ["key", "queue", ...kind.settings.map(({ name }) => `settings.${name}`)];
  return (
    <form class="stack" onSubmit={submit} noValidate>
      {kind.needs && (
        <p class="notice measure">
          <strong>{t("scorer.it-needs")}</strong> {kind.needs}
        </p>
      )}
      {!scorer && kind.kind !== "embedded" && (
        <TextField
          label={t("scorer.name")}
          hint={t("scorer.under-which-scores-shown")}
          required
          maxLength={60}
          autoComplete="off"
          spellcheck={false}
          value={key}
          onChange={setKey}
          error={action.fields.key}
        />
      )}
      <ScorerFields
        kind={kind}
        known={known}
        self={scorer?.key}
        draft={draft}
        onChange={setDraft}
        errors={action.fields}
      />
      {ownQueue && (
        <TextField
          label={t("scorer.queue")}
          hint={t("scorer.workers-started-name")}
          maxLength={60}
          autoComplete="off"
          spellcheck={false}
          value={queue}
          onChange={setQueue}
          error={action.fields.queue}
        />
      )}
      {anew && (
        <p class="notice" role="status">
          {t("scorer.change-decides-scores-everything")}
        </p>
      )}
      {Boolean(action.error) && <ErrorNotice error={action.error} beside={beside} />}
      <div class="dialog-foot">
        <Button onClick={onClose}>{t("scorer.cancel")}</Button>
        <Button type="submit" variant="primary" busy={action.busy}>
          {scorer ? t("scorer.save") : t("scorer.add")}
        </Button>
      </div>
    </form>
  );
}
