import { useState } from "preact/hooks";
import { Button } from "../../components/Button";
import { ConfirmDialog } from "../../components/Dialog";
import { ErrorNotice } from "../../components/ErrorNotice";
import { TextArea } from "../../components/Field";
import { toast } from "../../components/Toast";
import { useAction } from "../../effects/useAction";
import { t } from "../../i18n/admin";

interface Props {
  /** What the button is called for those who only hear it. */
  label: string;
  /** What is taken back, as in "Withdraw WHAT?". */
  what: string;
  withdraw: (reason: string) => Promise<{ judgements: number }>;
  onDone: () => void;
}

/** A button that takes back what people said, after asking for the reason. */
export function Withdraw({ label, what, withdraw, onDone }: Props) {
  const [asking, setAsking] = useState(false);
  const [reason, setReason] = useState("");
  const action = useAction();
  const close = () => {
    action.clear();
    setAsking(false);
  };
  const confirm = async () => {
    let judgements = 0;
    const done = await action.run(async () => {
      ({ judgements } = await withdraw(reason.trim()));
    });
    if (!done) return;
    setAsking(false);
    setReason("");
    toast({ text: t("withdraw.judgements-withdrawn", { n: judgements }) });
    onDone();
  };
  return (
    <>
      <Button size="small" variant="danger" aria-label={label} onClick={() => setAsking(true)}>
        {t("withdraw.withdraw")}
      </Button>
      {asking && (
        <ConfirmDialog
          title={t("withdraw.withdraw-this", { what })}
          action={t("withdraw.withdraw")}
          busy={action.busy}
          onConfirm={confirm}
          onClose={close}
        >
          <p>{t("withdraw.counts-no-more-tasks")}</p>
          <TextArea
            label={t("withdraw.reason")}
            hint={t("withdraw.kept-projects-history")}
            optional
            value={reason}
            onChange={setReason}
          />
          {Boolean(action.error) && <ErrorNotice error={action.error} />}
        </ConfirmDialog>
      )}
    </>
  );
}
