import type { ComponentChildren } from "preact";
import { useEffect, useLayoutEffect } from "preact/hooks";
import { useRoute } from "preact-iso";
import { keyLabel } from "../../commands/registry";
import { Button, ButtonLink } from "../../components/Button";
import { EmptyState } from "../../components/EmptyState";
import { ErrorNotice } from "../../components/ErrorNotice";
import { Spinner } from "../../components/Progress";
import { toast } from "../../components/Toast";
import { UNDO_MS } from "../../effects/desk/desk";
import { singleKeys } from "../../effects/desk/singleKeys";
import { t } from "../../i18n/desk";
import { answerText } from "../../model/answerText";
import type { Desk } from "../../model/desk";
import type { Work } from "../../model/work";
import { prepare } from "../../render/prepared";
import "../../styles/annotate.css";
import "../../styles/annotate-task.css";
import "../../styles/annotate-labels.css";
import "../../styles/annotate-screens.css";
import { ActionBar } from "./ActionBar";
import { ChoiceTask } from "./ChoiceTask";
import { DeskBar } from "./DeskBar";
import { HelpDialog } from "./HelpDialog";
import { NoteDialog } from "./NoteDialog";
import { Notices } from "./Notices";
import { ProblemPane } from "./ProblemPane";
import { SkipDialog } from "./SkipDialog";
import { useSuggestions } from "./Suggestions";
import { TraceTask } from "./TraceTask";
import { DeskContextProvider, deskCommands, useDesk, useOpenDesk } from "./useDesk";
import { WalkTask } from "./WalkTask";

export default function AnnotateScreen() {
  const { slug = "" } = useRoute().params;
  const { live, error, retry } = useOpenDesk(slug);
  if (live) {
    return (
      <DeskContextProvider.Provider value={live}>
        <OpenDesk />
      </DeskContextProvider.Provider>
    );
  }
  return (
    <main id="main" class="page" tabIndex={-1}>
      {error ? <ErrorNotice error={error} onRetry={retry} /> : <Spinner label={t("desk.fetching")} />}
    </main>
  );
}

function OpenDesk() {
  const { desk } = useDesk();
  return (
    <DeskFrame
      title={t("desk.annotate", { project: desk.value.project.name })}
      above={<Notices desk={desk.value} />}
      empty={<NoTask desk={desk.value} />}
    />
  );
}

interface DeskFrameProps {
  title: string;
  /** Stands over the task. */
  above: ComponentChildren;
  /** What is shown while there is no task. */
  empty: ComponentChildren;
}

/** The desk with whatever is on it; the practice has the same one. */
export function DeskFrame({ title, above, empty }: DeskFrameProps) {
  const live = useDesk();
  const desk = live.desk.value;
  const { work, project, raw } = desk;
  useAtDesk();
  useUndoToast(desk);
  useSuggestions();
  usePrepared(desk.waiting[0]);
  return (
    <div class="desk">
      <a class="skip-link visually-hidden" href="#main">
        {t("desk.skip-link")}
      </a>
      <DeskBar desk={desk} />
      <main id="main" class="desk-main" tabIndex={-1} data-empty={!work || undefined}>
        <h1 class="visually-hidden">{title}</h1>
        {above}
        {work ? (
          <div class="desk-task">
            <ProblemPane
              key={work.claim.assignment}
              problem={work.claim.problem}
              project={project}
              raw={raw}
            />
            <Task work={work} raw={raw} />
          </div>
        ) : (
          empty
        )}
      </main>
      {work && <ActionBar desk={desk} work={work} />}
      {desk.dialog === "skip" && <SkipDialog />}
      {desk.dialog === "help" && <HelpDialog desk={desk} />}
      {desk.dialog === "flag" && <NoteDialog desk={desk} kind="flag" />}
      {desk.dialog === "ask" && <NoteDialog desk={desk} kind="question" />}
    </div>
  );
}

function Task({ work, raw }: { work: Work; raw: boolean }) {
  const { claim, answer } = work;
  if (claim.kind === "trace") return <TraceTask work={work} claim={claim} raw={raw} />;
  if (claim.kind === "walk")
    return answer.mode === "walk" ? <WalkTask {...{ work, claim, answer, raw }} /> : null;
  if (answer.mode === "choice") return <ChoiceTask work={work} claim={claim} answer={answer} raw={raw} />;
  return null;
}

function NoTask({ desk }: { desk: Desk }) {
  const { dispatch } = useDesk();
  const again = () => dispatch({ type: "look-again" });
  if (desk.fetchError) {
    return (
      <EmptyState title={t("empty.refused")} action={<Button onClick={again}>{t("empty.try-again")}</Button>}>
        {desk.fetchError}
      </EmptyState>
    );
  }
  if (desk.fetch === "failed") {
    return (
      <EmptyState title={t("empty.offline")} action={<Button onClick={again}>{t("empty.try-now")}</Button>}>
        {t("empty.offline-text")}
      </EmptyState>
    );
  }
  if (!desk.drained) return <Spinner label={t("desk.fetching")} />;
  return (
    <EmptyState
      title={t("empty.done")}
      action={
        <>
          <Button variant="primary" onClick={again}>
            {t("empty.look-again")}
          </Button>
          <ButtonLink href={`/p/${desk.project.slug}`}>{t("empty.back")}</ButtonLink>
        </>
      }
    >
      {t("empty.done-text")} {desk.today > 0 && t("empty.thanks", { n: desk.today })}
    </EmptyState>
  );
}

/** For what stands outside of the desk's element. A class: `:has()` on the root costs a search at every change below. */
function useAtDesk(): void {
  useLayoutEffect(() => {
    document.documentElement.classList.add("at-desk");
    return () => document.documentElement.classList.remove("at-desk");
  }, []);
}

/** After a submit or a skip: what was recorded, and the way back. */
function useUndoToast(desk: Desk): void {
  const { dispatch, newId } = useDesk();
  const { undoable } = desk;
  // One toast for each thing that can be undone.
  useEffect(() => {
    if (!undoable) return;
    return toast({
      text: undoable.kind === "skip" ? t("desk.skipped") : t("desk.submitted", { says: undoable.says }),
      action: {
        label: t("desk.undo"),
        hint: undoKey(),
        run: () => dispatch({ type: "take-back", id: newId() }),
      },
      ms: UNDO_MS,
    });
  }, [undoable?.id]);
}

function undoKey(): string | undefined {
  const key = deskCommands.peek().find(({ id }) => id === "undo")?.keys[0] ?? "";
  return key.length > 1 || singleKeys.peek() ? keyLabel(key) : undefined;
}

/** More are not in sight at once. */
const MOST_PREPARED = 20;

/** Typesets the next task while this one is read. */
function usePrepared(next: Work | undefined): void {
  useEffect(() => {
    if (!next) return;
    const { claim } = next;
    const pieces =
      claim.kind === "trace"
        ? claim.steps.slice(0, MOST_PREPARED)
        : claim.kind === "walk"
          ? claim.tree.steps.slice(0, MOST_PREPARED)
          : [...claim.prefix, ...claim.candidates];
    prepare([
      claim.problem.statement,
      answerText(claim.problem.answer ?? ""),
      ...pieces.map(({ text }) => text),
    ]);
  }, [next]);
}
