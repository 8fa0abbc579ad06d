import { Button } from "../../components/Button";
import { toast } from "../../components/Toast";
import type { Desk, Refusal } from "../../model/desk";
import { inWords } from "../../model/inWords";
import type { Work } from "../../model/work";
import { useDesk } from "./useDesk";

/** What went wrong with an answer, calmly, with what was written still here and what can be done. */
export function Notices({ desk }: { desk: Desk }) {
  return (
    <>
      {desk.refused.map((refusal) => (
        <Refused key={refusal.op.id} refusal={refusal} desk={desk} />
      ))}
      {desk.work?.trouble && <Troubled work={desk.work} desk={desk} />}
    </>
  );
}

/** What the server's codes mean to the person; for other codes its own words are the best there are. */
const WORDS: Record<string, string> = {
  "lease-expired": "Your time for it ran out, and somebody else has the task now.",
  "already-submitted": "You submitted another answer before, perhaps in another tab.",
  skipped: "You skipped the task before, perhaps in another tab.",
  "not-found": "The task is no longer there.",
};

function Troubled({ work, desk }: { work: Work; desk: Desk }) {
  const { dispatch, newId } = useDesk();
  const code = work.trouble?.code ?? "";
  return (
    <div class="notice notice-bad" role="alert">
      <p>
        <strong>The server does not take this answer.</strong> {WORDS[code] ?? work.trouble?.detail} What you
        wrote stays on this page.
      </p>
      <div class="row">
        <Button size="small" onClick={() => dispatch({ type: "set-aside" })}>
          Take the next task
        </Button>
        <Button size="small" variant="quiet" onClick={() => dispatch({ type: "submit", id: newId() })}>
          Try to submit all the same
        </Button>
        <CopyButton text={inWords(work, desk.project)} />
      </div>
    </div>
  );
}

function Refused({ refusal, desk }: { refusal: Refusal; desk: Desk }) {
  const { dispatch } = useDesk();
  const { op, code, detail } = refusal;
  const { problem } = op.work.claim;
  return (
    <div class="notice notice-bad" role="alert">
      <p>
        <strong>
          Your {op.kind === "skip" ? "skip" : "answer"}
          {problem.id != null && ` to ${problem.id}`} was not taken.
        </strong>{" "}
        {WORDS[code] ?? detail} You had said: {op.says}. It is kept here.
      </p>
      <div class="row">
        <Button size="small" onClick={() => dispatch({ type: "show-refused", id: op.id })}>
          Open it and try again
        </Button>
        <CopyButton text={inWords(op.work, desk.project)} />
        <Button size="small" variant="quiet" onClick={() => dispatch({ type: "drop-refused", id: op.id })}>
          Put it away
        </Button>
      </div>
    </div>
  );
}

function CopyButton({ text }: { text: string }) {
  const copy = () =>
    navigator.clipboard.writeText(text).then(
      () => toast({ text: "Copied.", ms: 3_000 }),
      () => toast({ text: "This browser does not let the page copy. Select the text instead.", tone: "bad" }),
    );
  return (
    <Button size="small" variant="quiet" onClick={copy}>
      Copy what I wrote
    </Button>
  );
}
