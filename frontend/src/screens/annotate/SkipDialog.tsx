import { useState } from "preact/hooks";
import { Button } from "../../components/Button";
import { Dialog } from "../../components/Dialog";
import { TextArea } from "../../components/Field";
import { type DeskKey, t } from "../../i18n/desk";
import type { SkipReason } from "../../model/desk";
import { useDesk } from "./useDesk";

const REASONS = [
  { value: "bad_problem", title: "skip.bad-problem", text: "skip.bad-problem-text" },
  { value: "cant_judge", title: "skip.cant-judge", text: "skip.cant-judge-text" },
  { value: "other", title: "skip.other", text: "skip.other-text" },
] as const satisfies readonly { value: SkipReason; title: DeskKey; text: DeskKey }[];

export function SkipDialog() {
  const { dispatch, newId } = useDesk();
  const [reason, setReason] = useState<SkipReason | null>(null);
  const [comment, setComment] = useState("");
  const [asked, setAsked] = useState(false);
  const missing = reason === "other" && !comment.trim();
  const close = () => dispatch({ type: "dialog", dialog: null });
  const skip = (event: Event) => {
    event.preventDefault();
    setAsked(true);
    if (reason && !missing) dispatch({ type: "skip", id: newId(), reason, comment });
  };
  /** 1, 2, 3 choose, as everywhere on the desk; in the comment they are figures, and Ctrl Enter skips. */
  const choose = (event: KeyboardEvent) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) return skip(event);
    const chosen = REASONS[Number(event.key) - 1];
    if (
      !chosen ||
      event.target instanceof HTMLTextAreaElement ||
      event.ctrlKey ||
      event.metaKey ||
      event.altKey
    )
      return;
    event.preventDefault();
    setReason(chosen.value);
    const form = event.currentTarget as HTMLFormElement;
    const next = chosen.value === "other" ? "textarea" : `[value="${chosen.value}"]`;
    form.querySelector<HTMLElement>(next)?.focus();
  };
  return (
    <Dialog title={t("skip.title")} onClose={close}>
      <form class="stack" onSubmit={skip} onKeyDown={choose}>
        <fieldset class="field choices">
          <legend class="field-label">{t("skip.why")}</legend>
          {REASONS.map((one, index) => (
            <label key={one.value} class="choice">
              <input
                type="radio"
                name="reason"
                value={one.value}
                autoFocus={index === 0}
                aria-keyshortcuts={String(index + 1)}
                checked={reason === one.value}
                onChange={() => setReason(one.value)}
              />
              <span>
                <span class="choice-title">
                  <span aria-hidden="true">
                    <kbd>{index + 1}</kbd>{" "}
                  </span>
                  {t(one.title)}
                </span>
                <span class="choice-text">{t(one.text)}</span>
              </span>
            </label>
          ))}
        </fieldset>
        {asked && !reason && <p class="field-error">{t("skip.choose")}</p>}
        <TextArea
          label={t("skip.comment")}
          optional={reason !== "other"}
          rows={2}
          dir="auto"
          error={asked && missing ? t("skip.say-why") : undefined}
          value={comment}
          onChange={setComment}
        />
        <div class="dialog-foot">
          <Button onClick={close}>{t("skip.keep")}</Button>
          <Button type="submit" variant="primary">
            {t("skip.skip")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
