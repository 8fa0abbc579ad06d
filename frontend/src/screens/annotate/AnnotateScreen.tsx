import { useEffect, useLayoutEffect } from "preact/hooks";
import { useRoute } from "preact-iso";
import { Button, ButtonLink } from "../../components/Button";
import { EmptyState } from "../../components/EmptyState";
import { ErrorNotice } from "../../components/ErrorNotice";
import { Spinner } from "../../components/Progress";
import { toast } from "../../components/Toast";
import { UNDO_MS } from "../../effects/desk/desk";
import { answerText } from "../../model/answerText";
import type { Desk } from "../../model/desk";
import type { Work } from "../../model/work";
import { prepare } from "../../render/prepared";
import "../../styles/annotate.css";
import "../../styles/annotate-task.css";
import "../../styles/annotate-screens.css";
import { ActionBar } from "./ActionBar";
import { ChoiceTask } from "./ChoiceTask";
import { DeskBar } from "./DeskBar";
import { HelpDialog } from "./HelpDialog";
import { Notices } from "./Notices";
import { ProblemPane } from "./ProblemPane";
import { SkipDialog } from "./SkipDialog";
import { TraceTask } from "./TraceTask";
import { DeskContextProvider, useDesk, useOpenDesk } from "./useDesk";

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
      {error ? <ErrorNotice error={error} onRetry={retry} /> : <Spinner label="Fetching a task…" />}
    </main>
  );
}

function OpenDesk() {
  const live = useDesk();
  const desk = live.desk.value;
  const { work, project, raw } = desk;
  useAtDesk();
  useUndoToast(desk);
  usePrepared(desk.waiting[0]);
  return (
    <div class="desk">
      <a class="skip-link visually-hidden" href="#main">
        Skip to the task
      </a>
      <DeskBar desk={desk} />
      <main id="main" class="desk-main" tabIndex={-1} data-empty={!work || undefined}>
        <h1 class="visually-hidden">{project.name}: annotate</h1>
        <Notices desk={desk} />
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
          <NoTask desk={desk} />
        )}
      </main>
      {work && <ActionBar desk={desk} work={work} />}
      {desk.dialog === "skip" && <SkipDialog />}
      {desk.dialog === "help" && <HelpDialog desk={desk} />}
    </div>
  );
}

function Task({ work, raw }: { work: Work; raw: boolean }) {
  const { claim, answer } = work;
  if (claim.kind === "trace") return <TraceTask work={work} claim={claim} raw={raw} />;
  if (answer.mode === "choice") return <ChoiceTask work={work} claim={claim} answer={answer} raw={raw} />;
  return null;
}

function NoTask({ desk }: { desk: Desk }) {
  const { dispatch } = useDesk();
  const again = () => dispatch({ type: "look-again" });
  if (desk.fetchError) {
    return (
      <EmptyState title="No task can be fetched" action={<Button onClick={again}>Try again</Button>}>
        {desk.fetchError}
      </EmptyState>
    );
  }
  if (desk.fetch === "failed") {
    return (
      <EmptyState title="The server can't be reached" action={<Button onClick={again}>Try now</Button>}>
        The next task comes by itself as soon as it can. What you said so far is kept here and will be sent.
      </EmptyState>
    );
  }
  if (!desk.drained) return <Spinner label="Fetching a task…" />;
  return (
    <EmptyState
      title="Nothing left for you here"
      action={
        <>
          <Button variant="primary" onClick={again}>
            Look again
          </Button>
          <ButtonLink href={`/p/${desk.project.slug}`}>Back to the project</ButtonLink>
        </>
      }
    >
      Every task is done or with somebody else.{" "}
      {desk.today > 0 && `You judged ${desk.today} today. Thank you.`}
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
      text: undoable.kind === "skip" ? "Skipped" : `Submitted: ${undoable.says}`,
      action: { label: "Undo", hint: "z", run: () => dispatch({ type: "take-back", id: newId() }) },
      ms: UNDO_MS,
    });
  }, [undoable?.id]);
}

/** Typesets the next task while this one is read. */
function usePrepared(next: Work | undefined): void {
  useEffect(() => {
    if (!next) return;
    const { claim } = next;
    const pieces = claim.kind === "trace" ? claim.steps : [...claim.prefix, ...claim.candidates];
    prepare([
      claim.problem.statement,
      answerText(claim.problem.answer ?? ""),
      ...pieces.map(({ text }) => text),
    ]);
  }, [next]);
}
