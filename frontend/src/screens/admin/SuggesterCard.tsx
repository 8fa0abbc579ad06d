import { useState } from "preact/hooks";
import type { ScorerKind, Scorers, Suggester } from "../../api/types";
import { Button } from "../../components/Button";
import { Dialog } from "../../components/Dialog";
import { ErrorNotice } from "../../components/ErrorNotice";
import { Checkbox } from "../../components/Field";
import { Loaded } from "../../components/Loaded";
import { toast } from "../../components/Toast";
import {
  connectSuggester,
  disconnectSuggester,
  getSuggester,
  listSuggestions,
} from "../../effects/suggester";
import { useAction } from "../../effects/useAction";
import { useResource } from "../../effects/useResource";
import { t } from "../../i18n/admin";
import { dateTime } from "../../model/format";
import { draftOf, settingsOf } from "../../model/scorers";
import { ScorerFields } from "./ScorerFields";

/** The model that people at their tasks may ask for next steps: which, for how much, and what it said. */
export function SuggesterCard({ slug, known }: { slug: string; known: Scorers }) {
  const suggester = useResource(`suggester ${slug}`, (signal) => getSuggester(slug, signal));
  const [open, setOpen] = useState<"settings" | "log" | null>(null);
  return (
    <section class="stack" aria-labelledby="suggester-title">
      <div class="row spread">
        <h2 id="suggester-title">{t("suggester-card.suggested-next-steps")}</h2>
        <span class="row">
          <Button disabled={!suggester.data} onClick={() => setOpen("log")}>
            {t("suggester-card.what-was-asked")}
          </Button>
          <Button disabled={!suggester.data} onClick={() => setOpen("settings")}>
            {suggester.data?.connected ? t("suggester-card.settings") : t("suggester-card.connect-model")}
          </Button>
        </span>
      </div>
      <p class="muted measure">{t("suggester-card.at-first-error-on")}</p>
      <Loaded resource={suggester}>
        {(data) => (
          <p class="measure">
            {data.connected
              ? t("suggester-card.at", { model: String(data.settings.model), url: String(data.settings.url) })
              : t("suggester-card.no-model-connected")}
            {data.connected && !data.enabled && ` ${t("suggester-card.switched-off")}`}
            {data.usage &&
              ` ${t("suggester-card.today-requests-tokens", {
                requests: data.usage.requests,
                tokens: data.usage.tokens_in + data.usage.tokens_out,
              })}`}
          </p>
        )}
      </Loaded>
      {open === "settings" && suggester.data && (
        <SuggesterDialog
          slug={slug}
          known={known}
          suggester={suggester.data}
          onClose={() => setOpen(null)}
          onSaved={suggester.reload}
        />
      )}
      {open === "log" && <LogDialog slug={slug} onClose={() => setOpen(null)} />}
    </section>
  );
}

interface SuggesterDialogProps {
  slug: string;
  known: Scorers;
  suggester: Suggester;
  onClose: () => void;
  onSaved: () => void;
}

function SuggesterDialog({ slug, known, suggester, onClose, onSaved }: SuggesterDialogProps) {
  const { options, connected } = suggester;
  const [draft, setDraft] = useState(draftOf(options, suggester.settings));
  const [enabled, setEnabled] = useState(suggester.enabled || !connected);
  const action = useAction();
  const kind: ScorerKind = {
    kind: "judge",
    key: "suggest",
    title: t("suggester-card.suggested-next-steps"),
    needs: "",
    queue: "remote",
    settings: options,
  };
  const done = (text: string) => {
    toast({ text });
    onSaved();
    onClose();
  };
  const save = async (event: SubmitEvent) => {
    event.preventDefault();
    if (await action.run(() => connectSuggester(slug, settingsOf(options, draft), enabled)))
      done(t("suggester-card.model-connected"));
  };
  const disconnect = async () => {
    if (await action.run(() => disconnectSuggester(slug).then(() => true)))
      done(t("suggester-card.no-model-connected-any"));
  };
  return (
    <Dialog wide title={t("suggester-card.model-next-steps")} onClose={onClose}>
      <form class="stack" onSubmit={save} noValidate>
        <p class="notice measure">{t("suggester-card.problems-steps-sent-server")}</p>
        <ScorerFields kind={kind} known={known} draft={draft} onChange={setDraft} errors={action.fields} />
        <Checkbox label={t("suggester-card.annotators-may-ask")} checked={enabled} onChange={setEnabled} />
        {Boolean(action.error) && <ErrorNotice error={action.error} />}
        <div class="dialog-foot">
          {connected && <Button onClick={disconnect}>{t("suggester-card.disconnect")}</Button>}
          <Button onClick={onClose}>{t("suggester-card.cancel")}</Button>
          <Button type="submit" variant="primary" busy={action.busy}>
            {connected ? t("suggester-card.save") : t("suggester-card.connect")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

function LogDialog({ slug, onClose }: { slug: string; onClose: () => void }) {
  const log = useResource(`suggestions ${slug}`, (signal) => listSuggestions(slug, signal));
  return (
    <Dialog wide title={t("suggester-card.what-model-was-asked")} onClose={onClose}>
      <Loaded resource={log}>
        {({ results }) =>
          results.length === 0 ? (
            <p>{t("suggester-card.nothing-yet")}</p>
          ) : (
            <ul class="plain-list stack">
              {results.map((row) => (
                <li key={row.id}>
                  <details>
                    <summary>
                      {t("suggester-card.of-tokens", {
                        created_at: dateTime(row.created_at),
                        annotator: row.annotator,
                        model: row.model,
                        candidates: row.candidates.length,
                        wanted: row.wanted,
                        tokens: row.tokens,
                      })}{" "}
                      {row.error && `· ${row.error}`}
                    </summary>
                    <pre class="text-verbatim">
                      {JSON.stringify({ request: row.request, responses: row.responses }, null, 2)}
                    </pre>
                  </details>
                </li>
              ))}
            </ul>
          )
        }
      </Loaded>
    </Dialog>
  );
}
