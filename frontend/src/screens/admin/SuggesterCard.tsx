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
import { count, dateTime } from "../../model/format";
import { draftOf, settingsOf } from "../../model/scorers";
import { ScorerFields } from "./ScorerFields";

/** The model that people at their tasks may ask for next steps: which, for how much, and what it said. */
export function SuggesterCard({ slug, known }: { slug: string; known: Scorers }) {
  const suggester = useResource(`suggester ${slug}`, (signal) => getSuggester(slug, signal));
  const [open, setOpen] = useState<"settings" | "log" | null>(null);
  return (
    <section class="stack" aria-labelledby="suggester-title">
      <div class="row spread">
        <h2 id="suggester-title">Suggested next steps</h2>
        <span class="row">
          <Button disabled={!suggester.data} onClick={() => setOpen("log")}>
            What was asked
          </Button>
          <Button disabled={!suggester.data} onClick={() => setOpen("settings")}>
            {suggester.data?.connected ? "Settings" : "Connect a model"}
          </Button>
        </span>
      </div>
      <p class="muted measure">
        At a first error, and on a walk, annotators may ask a connected model for next steps. What it writes
        is marked as a model's text; the one that is taken becomes a preference pair.
      </p>
      <Loaded resource={suggester}>
        {(data) => (
          <p class="measure">
            {data.connected ? `${data.settings.model} at ${data.settings.url}` : "No model is connected."}
            {data.connected && !data.enabled && " It is switched off."}
            {data.usage &&
              ` Today ${count(data.usage.requests)} requests, ${count(data.usage.tokens_in + data.usage.tokens_out)} tokens.`}
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
    title: "Suggested next steps",
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
      done("The model is connected.");
  };
  const disconnect = async () => {
    if (await action.run(() => disconnectSuggester(slug).then(() => true)))
      done("No model is connected any more.");
  };
  return (
    <Dialog wide title="A model for next steps" onClose={onClose}>
      <form class="stack" onSubmit={save} noValidate>
        <p class="notice measure">
          Problems and steps are sent to this server. The operator lists which servers may be asked.
        </p>
        <ScorerFields kind={kind} known={known} draft={draft} onChange={setDraft} errors={action.fields} />
        <Checkbox label="Annotators may ask it" checked={enabled} onChange={setEnabled} />
        {Boolean(action.error) && <ErrorNotice error={action.error} />}
        <div class="dialog-foot">
          {connected && <Button onClick={disconnect}>Disconnect</Button>}
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" variant="primary" busy={action.busy}>
            {connected ? "Save" : "Connect"}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

function LogDialog({ slug, onClose }: { slug: string; onClose: () => void }) {
  const log = useResource(`suggestions ${slug}`, (signal) => listSuggestions(slug, signal));
  return (
    <Dialog wide title="What the model was asked" onClose={onClose}>
      <Loaded resource={log}>
        {({ results }) =>
          results.length === 0 ? (
            <p>Nothing yet.</p>
          ) : (
            <ul class="plain-list stack">
              {results.map((row) => (
                <li key={row.id}>
                  <details>
                    <summary>
                      {dateTime(row.created_at)} · {row.annotator} · {row.model} · {row.candidates.length} of{" "}
                      {row.wanted} · {count(row.tokens)} tokens {row.error && `· ${row.error}`}
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
