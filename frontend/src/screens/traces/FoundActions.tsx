import { useState } from "preact/hooks";
import { Button } from "../../components/Button";
import { Dialog } from "../../components/Dialog";
import { ErrorNotice } from "../../components/ErrorNotice";
import { Checkbox, TextField } from "../../components/Field";
import { Spinner } from "../../components/Progress";
import { toast } from "../../components/Toast";
import { makeTasks, retireTasks, type TaskWish, tagFound } from "../../effects/finding";
import { workAtHand } from "../../effects/selections";
import { useAction } from "../../effects/useAction";
import { useResource } from "../../effects/useResource";
import { useSettled } from "../../effects/useSettled";
import { rich, t } from "../../i18n/admin";

interface Props {
  slug: string;
  query: string;
  onChanged: () => void;
}

type Kind = "make" | "retire" | "tag";

/** What an admin can do with everything that was found. Each says first what would become of it. */
export function FoundActions(props: Props) {
  const [open, setOpen] = useState<Kind>();
  const close = () => setOpen(undefined);
  const done = (text: string) => {
    toast({ text });
    close();
    props.onChanged();
  };
  return (
    <>
      <div class="row">
        <Button size="small" onClick={() => setOpen("make")}>
          {t("found-actions.make-tasks")}
        </Button>
        <Button size="small" onClick={() => setOpen("retire")}>
          {t("found-actions.retire-tasks")}
        </Button>
        <Button size="small" onClick={() => setOpen("tag")}>
          {t("found-actions.tag")}
        </Button>
      </div>
      {open === "make" && <MakeTasks {...props} onClose={close} onDone={done} />}
      {open === "retire" && <RetireTasks {...props} onClose={close} onDone={done} />}
      {open === "tag" && <TagFound {...props} onClose={close} onDone={done} />}
    </>
  );
}

type DialogProps = Props & { onClose: () => void; onDone: (text: string) => void };

function Which({ query }: { query: string }) {
  return (
    <p>
      {query
        ? rich("found-actions.traces-choices-found-by", { query: <code>{query}</code> })
        : t("found-actions.all-traces-choices-project")}
    </p>
  );
}

function Foot(props: {
  action: string;
  busy: boolean;
  disabled?: boolean;
  onClose: () => void;
  run: () => void;
}) {
  const work = props.busy ? workAtHand.value : null;
  return (
    <div class="dialog-foot">
      {work && (
        <p class="small muted" role="status">
          {work.found === null
            ? t("found-actions.worker-looking-up")
            : t("found-actions.worker-through", { looked_at: work.looked_at, found: work.found })}{" "}
          {t("found-actions.goes-on-if-you")}
        </p>
      )}
      <Button onClick={props.onClose}>{work ? t("found-actions.close") : t("found-actions.cancel")}</Button>
      <Button variant="primary" busy={props.busy} disabled={props.disabled} onClick={props.run}>
        {props.action}
      </Button>
    </div>
  );
}

function MakeTasks({ slug, query, onClose, onDone }: DialogProps) {
  const [people, setPeople] = useState("");
  const [priority, setPriority] = useState("");
  const action = useAction();
  const [walks, setWalks] = useState(false);
  const wish: TaskWish = { query, ...(walks ? { kind: "walk" as const } : {}) };
  const peopleWrong = people.trim() !== "" && !/^\s*([1-9]|[1-4]\d|50)\s*$/.test(people);
  const rank = priority.trim() === "" ? undefined : Number(priority);
  const rankWrong = rank !== undefined && !(rank >= 0 && rank <= 1);
  if (people.trim() && !peopleWrong) wish.annotations_per_task = Number(people);
  if (rank !== undefined && !rankWrong) wish.priority = rank;
  // Not at every digit: it is counted through all that was found.
  const wished = JSON.stringify(wish);
  const asked = useSettled(wished, 300);
  const told = useResource(asked, () => makeTasks(slug, JSON.parse(asked) as TaskWish, true));
  const run = () =>
    action.run(async () => {
      const made = await makeTasks(slug, wish, false);
      onDone(
        t(made.changed ? "found-actions.tasks-made-changed" : "found-actions.tasks-made", {
          n: made.made,
          changed: made.changed,
        }),
      );
    });
  const answer = asked === wished ? told.data : undefined;
  const empty = answer && !answer.made && !answer.changed;
  return (
    <Dialog title={t("found-actions.make-them-tasks")} onClose={onClose}>
      <div class="stack">
        <Which query={query} />
        <Checkbox label={t("found-actions.walks-each-problem-one")} checked={walks} onChange={setWalks} />
        <TextField
          label={t("found-actions.judgements-wanted-each")}
          optional
          hint={t("found-actions.otherwise-as-projects-settings")}
          inputMode="numeric"
          value={people}
          onChange={setPeople}
          error={peopleWrong ? t("found-actions.whole-number-from-1") : undefined}
        />
        <TextField
          label={t("found-actions.priority")}
          optional
          hint={t("found-actions.from-0-1-where")}
          inputMode="decimal"
          value={priority}
          onChange={setPriority}
          error={rankWrong ? t("found-actions.number-from-0-1") : undefined}
        />
        <div>
          {answer ? (
            <p role="status">
              {rich(
                answer.changed > 0 ? "found-actions.tasks-change-already" : "found-actions.tasks-already",
                {
                  found: walks
                    ? t("found-actions.problems", { n: answer.found })
                    : t("found-actions.traces-choices", { n: answer.found }),
                  made: <strong>{t("found-actions.become-tasks", { n: answer.made })}</strong>,
                  changed: t("found-actions.tasks-change", { n: answer.changed }),
                  n: answer.unchanged,
                },
              )}
            </p>
          ) : (
            !told.error && <Spinner />
          )}
        </div>
        {Boolean(told.error ?? action.error) && <ErrorNotice error={told.error ?? action.error} />}
      </div>
      <Foot
        action={t("found-actions.make-them-tasks")}
        busy={action.busy}
        disabled={Boolean(empty || peopleWrong || rankWrong)}
        onClose={onClose}
        run={run}
      />
    </Dialog>
  );
}

function RetireTasks({ slug, query, onClose, onDone }: DialogProps) {
  const action = useAction();
  const told = useResource(`retire ${query}`, () => retireTasks(slug, query, true));
  const run = () =>
    action.run(async () => {
      const { retired } = await retireTasks(slug, query, false);
      onDone(t("found-actions.tasks-retired", { n: retired }));
    });
  return (
    <Dialog title={t("found-actions.retire-their-tasks")} onClose={onClose}>
      <div class="stack">
        <Which query={query} />
        <p class="muted">{t("found-actions.their-tasks-leave-queue")}</p>
        <div>
          {told.data ? (
            <p role="status">
              {rich("found-actions.would-retired-stay-since", {
                retired: <strong>{t("found-actions.tasks", { n: told.data.retired })}</strong>,
                n: told.data.begun,
              })}
            </p>
          ) : (
            !told.error && <Spinner />
          )}
        </div>
        {Boolean(told.error ?? action.error) && <ErrorNotice error={told.error ?? action.error} />}
      </div>
      <Foot
        action={t("found-actions.retire")}
        busy={action.busy}
        disabled={told.data?.retired === 0}
        onClose={onClose}
        run={run}
      />
    </Dialog>
  );
}

function TagFound({ slug, query, onClose, onDone }: DialogProps) {
  const [add, setAdd] = useState("");
  const [remove, setRemove] = useState("");
  const action = useAction();
  const list = (text: string) =>
    text
      .split(",")
      .map((one) => one.trim())
      .filter(Boolean);
  const wished = JSON.stringify([list(add), list(remove)]);
  const none = wished === "[[],[]]";
  const asked = useSettled(wished, 300);
  const told = useResource(`tag ${query} ${asked}`, async () => {
    const [more, less] = JSON.parse(asked) as [string[], string[]];
    return more.length + less.length ? tagFound(slug, query, more, less, true) : null;
  });
  const answer = asked === wished ? told.data : undefined;
  const run = () =>
    action.run(async () => {
      const { changed } = await tagFound(slug, query, list(add), list(remove), false);
      onDone(t("found-actions.traces-choices-changed", { n: changed }));
    });
  const { fields } = action;
  return (
    <Dialog title={t("found-actions.tag-what-was-found")} onClose={onClose}>
      <div class="stack">
        <Which query={query} />
        <TextField
          label={t("found-actions.add-tags")}
          optional
          hint={t("found-actions.commas-between-them")}
          value={add}
          onChange={setAdd}
          error={fields.add}
        />
        <TextField
          label={t("found-actions.remove-tags")}
          optional
          value={remove}
          onChange={setRemove}
          error={fields.remove}
        />
        {!none && (
          <div>
            {answer ? (
              <p role="status">
                {t("found-actions.would-change", { n: answer.changed, found: answer.found })}
              </p>
            ) : (
              !told.error && <Spinner />
            )}
          </div>
        )}
        {Boolean(action.error ?? told.error) && (
          <ErrorNotice error={action.error ?? told.error} beside={action.error ? ["add", "remove"] : []} />
        )}
      </div>
      <Foot
        action={t("found-actions.tag-them")}
        busy={action.busy}
        disabled={none || answer?.changed === 0}
        onClose={onClose}
        run={run}
      />
    </Dialog>
  );
}
