import { Button } from "../../components/Button";
import { toast } from "../../components/Toast";
import { t } from "../../i18n/desk";
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
