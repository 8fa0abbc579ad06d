import { useState } from "preact/hooks";
import type { Note, NoteThread as Thread } from "../api/types";
import { changeNote, sayOnNote } from "../effects/notes";
import { useAction } from "../effects/useAction";
import { t } from "../i18n/pages";
import { dateTime } from "../model/format";
import { Button } from "./Button";
import { ErrorNotice } from "./ErrorNotice";
import { Checkbox, TextArea } from "./Field";
import { Markdown } from "./Markdown";

interface NoteThreadProps {
  note: Thread;
  /** Answers, closes and publishes; otherwise one reads, and writes more on a note of one's own. */
  reviewer: boolean;
  onChange: (note: Thread) => void;
}

/** All that was said on a flag or a question, and what can be added. */
export function NoteThread({ note, reviewer, onChange }: NoteThreadProps) {
  const [text, setText] = useState("");
  const [everybody, setEverybody] = useState(note.public);
  const saving = useAction();
  const may = reviewer || note.mine;
  const keep = async (change: () => Promise<Thread>) => {
    await saving.run(async () => onChange(await change()));
  };
  const send = (event: Event) => {
    event.preventDefault();
    if (!text.trim()) return;
    void keep(async () => {
      const said = await sayOnNote(note.id, text);
      // It is said, whatever becomes of the rest: trying again must not say it twice.
      onChange(said);
      setText("");
      if (!reviewer || everybody === said.public) return said;
      try {
        return await changeNote(note.id, { public: everybody });
      } catch (failure) {
        setEverybody(said.public);
        throw failure;
      }
    });
  };
  return (
    <div class="stack">
      <ol class="thread">
        {note.messages.map((message) => (
          <li key={message.id} class="thread-message" data-mine={message.mine || undefined}>
            <p class="small muted">
              <strong>{message.mine ? t("notes.said-you") : (message.author ?? sayer(message))}</strong>{" "}
              <time dateTime={message.created_at}>{dateTime(message.created_at)}</time>
            </p>
            <Markdown text={message.text} />
          </li>
        ))}
      </ol>
      {Boolean(saving.error) && <ErrorNotice error={saving.error} />}
      {may && (
        <form class="stack" onSubmit={send}>
          <TextArea
            label={reviewer ? t("notes.answer") : t("notes.reply")}
            rows={3}
            dir="auto"
            value={text}
            onChange={setText}
          />
          {reviewer && (
            <Checkbox
              label={t("notes.everybody")}
              hint={t("notes.everybody-hint")}
              checked={everybody}
              onChange={(checked) => {
                setEverybody(checked);
                // What is answered already changes at once; otherwise it goes with the answer.
                if (note.messages.some((message) => !message.from_author) && !text.trim())
                  void keep(() => changeNote(note.id, { public: checked }));
              }}
            />
          )}
          <div class="row">
            <Button type="submit" variant="primary" busy={saving.busy} disabled={!text.trim()}>
              {reviewer ? t("notes.send-answer") : t("notes.send-reply")}
            </Button>
            <Button
              busy={saving.busy}
              onClick={() =>
                void keep(() => changeNote(note.id, { state: note.state === "closed" ? "open" : "closed" }))
              }
            >
              {note.state === "closed" ? t("notes.reopen") : t("notes.close")}
            </Button>
          </div>
        </form>
      )}
    </div>
  );
}

const sayer = (message: Thread["messages"][number]) =>
  message.from_author ? t("notes.said-annotator") : t("notes.said-reviewer");

/** Where a note stands, in words: kind, state, and whom it is for. */
export function NoteState({ note }: { note: Note }) {
  return (
    <span class="row-tight">
      <span class="badge">{t(`notes.${note.kind}`)}</span>
      <span class="badge" data-state={note.state}>
        {t(`notes.${note.state}`)}
      </span>
      {note.public && <span class="badge">{t("notes.for-everybody")}</span>}
      {note.unseen && <strong class="badge badge-new">{t("notes.new")}</strong>}
    </span>
  );
}
