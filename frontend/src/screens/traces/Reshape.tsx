import { useRef, useState } from "preact/hooks";
import { Button } from "../../components/Button";
import { ErrorNotice } from "../../components/ErrorNotice";
import { mergeSteps, splitStep } from "../../effects/reshaping";
import { useAction } from "../../effects/useAction";
import { t } from "../../i18n/admin";
import { charactersBefore } from "../../model/caret";

interface ReshapeProps {
  trace: string;
  text: string;
  index: number;
  last: boolean;
  onChanged: () => void;
}

/** Other borders of a step of a trace that nobody has labelled: the text stays what it is. */
export function Reshape({ trace, text, index, last, onChanged }: ReshapeProps) {
  const action = useAction();
  const area = useRef<HTMLTextAreaElement>(null);
  const [splitting, setSplitting] = useState(false);
  const change = (work: () => Promise<unknown>) =>
    action.run(async () => {
      await work();
      setSplitting(false);
      onChanged();
    });
  const split = () =>
    change(() => splitStep(trace, index, charactersBefore(text, area.current?.selectionStart ?? 0)));
  return (
    <div class="stack-small">
      <div class="row">
        <Button size="small" variant="quiet" onClick={() => setSplitting(!splitting)}>
          {splitting ? t("reshape.leave-whole") : t("reshape.split")}
        </Button>
        {!last && (
          <Button
            size="small"
            variant="quiet"
            busy={action.busy}
            onClick={() => change(() => mergeSteps(trace, index, index + 1))}
          >
            {t("reshape.merge-next")}
          </Button>
        )}
      </div>
      {splitting && (
        <>
          <textarea
            ref={area}
            class="input"
            readOnly
            rows={6}
            aria-label={t("reshape.text-step-put-cursor", { n: index + 1 })}
            value={text}
          />
          <Button size="small" busy={action.busy} onClick={split}>
            {t("reshape.cut-at-cursor")}
          </Button>
        </>
      )}
      {Boolean(action.error) && <ErrorNotice error={action.error} />}
    </div>
  );
}
