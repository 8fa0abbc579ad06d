import { useEffect } from "preact/hooks";
import { Button } from "../../components/Button";
import { ErrorNotice } from "../../components/ErrorNotice";
import { toast } from "../../components/Toast";
import { deskStore } from "../../effects/desk/store";
import { dropWaitingNote, findWaitingNotes, sendWaitingNotes, waitingNotes } from "../../effects/noteOutbox";
import { leaveAsItWas } from "../../effects/notes";
import { sessionEpoch, user } from "../../effects/session";
import { useAction } from "../../effects/useAction";
import { t } from "../../i18n/desk";
import type { Desk, Refusal } from "../../model/desk";
import { inWords } from "../../model/inWords";
import type { Work } from "../../model/work";
import { useDesk } from "./useDesk";

const TRY_NOTES_EVERY_MS = 20_000;

/** What went wrong with an answer, calmly, with what was written still here and what can be done. */
export function Notices({ desk }: { desk: Desk }) {
  return (
    <>
      {desk.refused.map((refusal) => (
        <Refused key={refusal.op.id} refusal={refusal} desk={desk} />
      ))}
      <Waiting />
      {desk.work?.claim.revising && <Revising work={desk.work} desk={desk} />}
      {desk.work?.trouble && <Troubled work={desk.work} desk={desk} />}
    </>
  );
}

/** Words to the reviewers that could not be sent yet, or that the server will not take. */
function Waiting() {
  const { desk } = useDesk();
  const { offline } = desk.value;
  useEffect(() => {
    const look = () =>
      void sendWaitingNotes((note) => {
        toast({ text: t(note.kind === "flag" ? "note.flag-sent" : "note.ask-sent"), ms: 5_000 });
      });
    findWaitingNotes();
    look();
    const again = setInterval(() => waitingNotes.peek().length > 0 && look(), TRY_NOTES_EVERY_MS);
    window.addEventListener("online", look);
    return () => {
      clearInterval(again);
      window.removeEventListener("online", look);
    };
    // Whatever tells that the server is back is a reason to look again.
  }, [offline, sessionEpoch.value]);
  return (
    <div role="status">
      {waitingNotes.value.map(({ note, refused }) => (
        <div key={note.key} class="notice">
          <p dir="auto">
            <strong>
              {refused ? t("note.refused") : t(note.kind === "flag" ? "note.flag-waits" : "note.ask-waits")}
            </strong>{" "}
            {refused} “{note.text}”
          </p>
          {refused && (
            <div class="row">
              <CopyButton text={note.text} />
              <Button size="small" variant="quiet" onClick={() => dropWaitingNote(note.key)}>
                {t("notice.put-away")}
              </Button>
            </div>
          )}
        </div>
      ))}
    </div>
  );
}

/** What one said stands while one changes it. */
function Revising({ work, desk }: { work: Work; desk: Desk }) {
  const { dispatch } = useDesk();
  const { assignment } = work.claim;
  const leaving = useAction();
  const leave = () =>
    leaving.run(async () => {
      await leaveAsItWas(assignment);
      deskStore(user.value?.username ?? "", desk.project.slug).dropDraft(assignment);
      dispatch({ type: "set-aside" });
    });
  return (
    <div class="notice">
      <p>{t("notice.revising")}</p>
      <div class="row">
        <Button size="small" busy={leaving.busy} onClick={() => void leave()}>
          {t("notice.leave-as-it-was")}
        </Button>
      </div>
      {Boolean(leaving.error) && <ErrorNotice error={leaving.error} />}
    </div>
  );
}

/** What the server's codes mean to the person; for other codes its own words are the best there are. */
function inPlainWords(code: string, detail: string | undefined): string {
  switch (code) {
    case "lease-expired":
    case "already-submitted":
    case "skipped":
    case "not-found":
      return t(`notice.${code}`);
    default:
      return detail ?? "";
  }
}

function Troubled({ work, desk }: { work: Work; desk: Desk }) {
  const { dispatch, newId } = useDesk();
  return (
    <div class="notice notice-bad" role="alert">
      <p>
        <strong>{t("notice.not-taken")}</strong>{" "}
        {inPlainWords(work.trouble?.code ?? "", work.trouble?.detail)} {t("notice.stays")}
      </p>
      <div class="row">
        <Button size="small" onClick={() => dispatch({ type: "set-aside" })}>
          {t("notice.next")}
        </Button>
        <Button size="small" variant="quiet" onClick={() => dispatch({ type: "submit", id: newId() })}>
          {t("notice.submit-anyway")}
        </Button>
        <CopyButton text={inWords(work, desk.project)} />
      </div>
    </div>
  );
}

function Refused({ refusal, desk }: { refusal: Refusal; desk: Desk }) {
  const { dispatch } = useDesk();
  const { op, code, detail } = refusal;
  const problem = op.work.claim.problem.id == null ? null : String(op.work.claim.problem.id);
  const skip = op.kind === "skip";
  const what = problem
    ? t(skip ? "notice.skip-of-refused" : "notice.answer-to-refused", { problem })
    : t(skip ? "notice.skip-refused" : "notice.answer-refused");
  return (
    <div class="notice notice-bad" role="alert">
      <p>
        <strong>{what}</strong> {inPlainWords(code, detail)} {t("notice.you-said", { says: op.says })}
      </p>
      <div class="row">
        <Button size="small" onClick={() => dispatch({ type: "show-refused", id: op.id })}>
          {t("notice.open")}
        </Button>
        <CopyButton text={inWords(op.work, desk.project)} />
        <Button size="small" variant="quiet" onClick={() => dispatch({ type: "drop-refused", id: op.id })}>
          {t("notice.put-away")}
        </Button>
      </div>
    </div>
  );
}

function CopyButton({ text }: { text: string }) {
  const refused = () => toast({ text: t("notice.no-copy"), tone: "bad" });
  const copy = (): void => {
    // On plain http there is no clipboard to write to.
    if (!navigator.clipboard) {
      refused();
      return;
    }
    navigator.clipboard.writeText(text).then(() => toast({ text: t("notice.copied"), ms: 3_000 }), refused);
  };
  return (
    <Button size="small" variant="quiet" onClick={copy}>
      {t("notice.copy")}
    </Button>
  );
}
