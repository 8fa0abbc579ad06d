import { signal } from "@preact/signals";
import { useEffect, useState } from "preact/hooks";
import { useRoute } from "preact-iso";
import { keyLabel } from "../../commands/registry";
import { Button, ButtonLink } from "../../components/Button";
import { Dialog } from "../../components/Dialog";
import { EmptyState } from "../../components/EmptyState";
import { ErrorNotice } from "../../components/ErrorNotice";
import { usePageTitle } from "../../components/PageHeader";
import { Spinner } from "../../components/Progress";
import type { DeskApi } from "../../effects/desk/api";
import { type LiveDesk, startDesk } from "../../effects/desk/desk";
import { deskStore } from "../../effects/desk/store";
import type { Tabs } from "../../effects/desk/tabs";
import { changePreferences, preferences } from "../../effects/preferences";
import { getProject } from "../../effects/projects";
import { t } from "../../i18n/pages";
import { checked, type PracticeTask, practiceTasks } from "../../model/practice";
import { loadKatex } from "../../render/katex";
import { DeskFrame } from "../annotate/AnnotateScreen";
import { DeskContextProvider, deskCommands, listen, useDesk } from "../annotate/useDesk";

interface Result {
  task: PracticeTask;
  right: boolean;
}

const ERROR_TYPES = [
  { key: "calculation", name: t("practice.calculation") },
  { key: "missing_step", name: t("practice.missing-step") },
];

/** The desk itself, on tasks with known answers. Nothing that is said here is stored or counts. */
export default function PracticeScreen() {
  const { slug = "" } = useRoute().params;
  const [practice, setPractice] = useState<Practice | null>(null);
  const [error, setError] = useState<unknown>();
  const [turn, setTurn] = useState(0);
  usePageTitle(t("practice.title"));
  // A new turn begins anew.
  useEffect(() => {
    const abort = new AbortController();
    let live: LiveDesk | undefined;
    setPractice(null);
    setError(undefined);
    loadKatex().catch(() => {});
    openPractice(slug, abort.signal).then(
      (opened) => {
        live = opened.live;
        if (abort.signal.aborted) live.stop();
        else setPractice(opened);
      },
      (failure) => !abort.signal.aborted && setError(failure),
    );
    return () => {
      abort.abort();
      live?.stop();
    };
  }, [slug, turn]);
  useEffect(() => (practice ? listen(practice.live) : undefined), [practice]);
  const again = () => setTurn(turn + 1);
  if (!practice) {
    return (
      <main id="main" class="page" tabIndex={-1}>
        {error ? <ErrorNotice error={error} onRetry={again} /> : <Spinner />}
      </main>
    );
  }
  return (
    <DeskContextProvider.Provider value={practice.live}>
      <DeskFrame
        title={t("practice.title")}
        above={<Coach tasks={practice.tasks} />}
        empty={<Done slug={slug} onAgain={again} />}
      />
      {practice.result.value && <Explained practice={practice} result={practice.result.value} />}
    </DeskContextProvider.Provider>
  );
}

interface Practice {
  live: LiveDesk;
  tasks: PracticeTask[];
  result: { value: Result | null };
}

/** A desk whose server is this page: it hands out the practice tasks and looks at what is said. */
async function openPractice(slug: string, abort: AbortSignal): Promise<Practice> {
  const real = await getProject(slug, abort);
  const tasks = practiceTasks(real.mode);
  const result = signal<Result | null>(null);
  const handedOut = new Set<number>();
  const api: DeskApi = {
    project: async () => ({
      ...real,
      label_schema: { ...real.label_schema, error_types: ERROR_TYPES },
    }),
    today: async () => 0,
    claim: async () => {
      const next = tasks.find(({ claim }) => !handedOut.has(claim.assignment));
      if (next) handedOut.add(next.claim.assignment);
      return next?.claim ?? null;
    },
    assignment: () => Promise.reject(new Error("There is no earlier practice.")),
    saveDraft: async () => {},
    send: async (op) => {
      result.value = checked(tasks, op);
    },
  };
  const tabs: Tabs = {
    hold: () => {},
    heldElsewhere: async () => [],
    isFree: async () => true,
    exclusively: (job) => job(),
  };
  const live = await startDesk(api, deskStore("practice", slug, null), tabs, abort);
  const dispatch: LiveDesk["dispatch"] = (action) => {
    // There is no task that a reviewer could look at.
    if (action.type === "dialog" && (action.dialog === "flag" || action.dialog === "ask")) return;
    live.dispatch(action);
  };
  return { live: { ...live, dispatch, practice: true }, tasks, result };
}

/** What to do now, with the person's own keys in it. */
function Coach({ tasks }: { tasks: PracticeTask[] }) {
  const { work } = useDesk().desk.value;
  const at = tasks.findIndex(({ claim }) => claim.assignment === work?.claim.assignment);
  const task = tasks[at];
  if (!task) return null;
  const parts = task.asks.split(/\{([\w-]+)\}/);
  return (
    <section class="notice coach" aria-label={t("practice.title")}>
      <p>
        <strong>{t("practice.task", { n: at + 1, of: tasks.length })}</strong>{" "}
        {parts.map((part, index) => (index % 2 ? <kbd key={part}>{keyFor(part)}</kbd> : part))}
      </p>
      <p class="small muted">{t("practice.harmless")}</p>
    </section>
  );
}

function keyFor(id: string): string {
  return keyLabel(deskCommands.value.find((command) => command.id === id)?.keys[0] ?? "");
}

function Explained({ practice, result: { task, right } }: { practice: Practice; result: Result }) {
  const { live, result } = practice;
  const goOn = () => {
    result.value = null;
  };
  const again = () => {
    goOn();
    live.dispatch({ type: "take-back", id: live.newId() });
  };
  return (
    <Dialog title={right ? t("practice.right") : t("practice.not-quite")} onClose={goOn}>
      <div class="stack">
        {!right && <p>{t("practice.expected", { answer: task.answer })}</p>}
        <p>{task.because}</p>
      </div>
      <div class="dialog-foot">
        {!right && <Button onClick={again}>{t("practice.try-again")}</Button>}
        <Button variant="primary" autoFocus onClick={goOn}>
          {t("practice.go-on")}
        </Button>
      </div>
    </Dialog>
  );
}

function Done({ slug, onAgain }: { slug: string; onAgain: () => void }) {
  useEffect(() => {
    const practised = preferences.peek().practised ?? [];
    if (!practised.includes(slug)) void changePreferences({ practised: [...practised, slug] });
  }, [slug]);
  return (
    <EmptyState
      title={t("practice.done")}
      action={
        <>
          <ButtonLink variant="primary" href={`/p/${slug}/annotate`} autoFocus>
            {t("practice.start")}
          </ButtonLink>
          <Button onClick={onAgain}>{t("practice.once-more")}</Button>
        </>
      }
    >
      {t("practice.done-text")}
    </EmptyState>
  );
}
