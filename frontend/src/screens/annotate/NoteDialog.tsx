import { useRef, useState } from "preact/hooks";
import { Button } from "../../components/Button";
import { Dialog } from "../../components/Dialog";
import { ErrorNotice } from "../../components/ErrorNotice";
import { Checkbox, TextArea } from "../../components/Field";
import { toast } from "../../components/Toast";
import { begunNote, keepNote } from "../../effects/noteDrafts";
import { sendNote } from "../../effects/noteOutbox";
import { type FreshNote, freshKey } from "../../effects/notes";
import { useAction } from "../../effects/useAction";
import { t } from "../../i18n/desk";
import type { Desk } from "../../model/desk";
import { useDesk } from "./useDesk";

/** A flag on the task, or a question about the guidelines: words to the reviewers. */
export function NoteDialog({ desk, kind }: { desk: Desk; kind: FreshNote["kind"] }) {
  const { dispatch, newId } = useDesk();
  const { work, project } = desk;
  const place = `${project.slug} ${kind} ${work?.claim.assignment}`;
  const kept = useRef(begunNote(place) ?? { key: freshKey(), text: "" });
  const [text, setText] = useState(kept.current.text);
  const [aboutStep, setAboutStep] = useState(true);
  const [giveUp, setGiveUp] = useState(false);
  const [asked, setAsked] = useState(false);
  const sending = useAction();
  // At once: who presses Escape right behind the last letter loses nothing.
  const write = (words: string) => {
    setText(words);
    keepNote(place, { key: kept.current.key, text: words });
  };
  const flag = kind === "flag";
  const step = work?.claim.kind === "trace" ? work.focus : undefined;
  const close = () => dispatch({ type: "dialog", dialog: null });
  const send = async (event: Event) => {
    event.preventDefault();
    setAsked(true);
    if (!text.trim()) return;
    let waits = false;
    const taken = await sending.run(async () => {
      const became = await sendNote(project.slug, {
        key: kept.current.key,
        kind,
        text,
        ...(work && { assignment: work.claim.assignment }),
        ...(work && step !== undefined && (!flag || aboutStep) && { step }),
      });
      waits = became === "waits";
      return true;
    });
    if (!taken) return;
    keepNote(place, { key: kept.current.key, text: "" });
    if (!waits) toast({ text: t(flag ? "note.flag-sent" : "note.ask-sent"), ms: 5_000 });
    if (flag && giveUp) dispatch({ type: "skip", id: newId(), reason: "other", comment: text });
    else close();
  };
  const onKey = (event: KeyboardEvent) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) void send(event);
  };
  return (
    <Dialog title={t(flag ? "note.flag-title" : "note.ask-title")} onClose={close}>
      <form class="stack" onSubmit={send} onKeyDown={onKey}>
        <TextArea
          label={t(flag ? "note.flag-what" : "note.ask-what")}
          hint={flag ? undefined : t("note.ask-hint")}
          rows={3}
          dir="auto"
          autoFocus
          error={asked && !text.trim() ? t("note.needs-words") : undefined}
          value={text}
          onChange={write}
        />
        {flag && step !== undefined && (
          <Checkbox
            label={t("note.flag-step", { step: step + 1 })}
            checked={aboutStep}
            onChange={setAboutStep}
          />
        )}
        {flag && (
          <Checkbox
            label={t("note.flag-give-up")}
            hint={t("note.flag-give-up-hint")}
            checked={giveUp}
            onChange={setGiveUp}
          />
        )}
        {Boolean(sending.error) && (
          <>
            <ErrorNotice error={sending.error} />
            <p>{t("note.kept")}</p>
          </>
        )}
        {!flag && <a href={`/p/${project.slug}/notes?view=mine`}>{t("note.earlier")}</a>}
        <div class="dialog-foot">
          <Button onClick={close}>{t("note.cancel")}</Button>
          <Button type="submit" variant="primary" busy={sending.busy}>
            {t(flag ? "note.flag-send" : "note.ask-send")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
