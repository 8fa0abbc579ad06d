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
import { plural } from "../../model/format";

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
          Make tasks…
        </Button>
        <Button size="small" onClick={() => setOpen("retire")}>
          Retire tasks…
        </Button>
        <Button size="small" onClick={() => setOpen("tag")}>
          Tag…
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
      {query ? (
        <>
          Traces and choices found by <code>{query}</code>.
        </>
      ) : (
        "All traces and choices of the project: search first to choose some."
      )}
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
            ? "A worker is looking it up."
            : `A worker is through with ${work.looked_at.toLocaleString("en")} of ${work.found.toLocaleString("en")}.`}{" "}
          It goes on if you leave.
        </p>
      )}
      <Button onClick={props.onClose}>{work ? "Close" : "Cancel"}</Button>
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
      onDone(`${plural(made.made, "task")} made${made.changed ? `, ${made.changed} changed` : ""}.`);
    });
  const answer = asked === wished ? told.data : undefined;
  const empty = answer && !answer.made && !answer.changed;
  return (
    <Dialog title="Make tasks" onClose={onClose}>
      <div class="stack">
        <Which query={query} />
        <Checkbox
          label="Walks: of each problem one task, step by step through all that is known of it"
          checked={walks}
          onChange={setWalks}
        />
        <TextField
          label="Judgements wanted for each"
          optional
          hint="Otherwise as in the project's settings. Changing those changes it back."
          inputMode="numeric"
          value={people}
          onChange={setPeople}
          error={peopleWrong ? "A whole number from 1 to 50." : undefined}
        />
        <TextField
          label="Priority"
          optional
          hint="From 0 to 1, where 1 comes first; scores don't move it then. Otherwise the project's policy decides."
          inputMode="decimal"
          value={priority}
          onChange={setPriority}
          error={rankWrong ? "A number from 0 to 1." : undefined}
        />
        <div>
          {answer ? (
            <p role="status">
              Of{" "}
              {walks
                ? plural(answer.found, "problem")
                : plural(answer.found, "trace or choice", "traces and choices")}
              , <strong>{plural(answer.made, "becomes a task", "become tasks")}</strong>;{" "}
              {answer.changed > 0 && `${plural(answer.changed, "task changes", "tasks change")}; `}
              {plural(answer.unchanged, "is one already", "are tasks already")}.
            </p>
          ) : (
            !told.error && <Spinner />
          )}
        </div>
        {Boolean(told.error ?? action.error) && <ErrorNotice error={told.error ?? action.error} />}
      </div>
      <Foot
        action="Make tasks"
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
      onDone(`${plural(retired, "task")} retired.`);
    });
  return (
    <Dialog title="Retire tasks" onClose={onClose}>
      <div class="stack">
        <Which query={query} />
        <p class="muted">
          Their tasks leave the queue. Traces, labels and scores stay, and tasks can be made of them again.
        </p>
        <div>
          {told.data ? (
            <p role="status">
              <strong>{plural(told.data.retired, "task")}</strong> would be retired;{" "}
              {plural(told.data.begun, "stays", "stay")}, since somebody has had them.
            </p>
          ) : (
            !told.error && <Spinner />
          )}
        </div>
        {Boolean(told.error ?? action.error) && <ErrorNotice error={told.error ?? action.error} />}
      </div>
      <Foot
        action="Retire"
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
  const run = () =>
    action.run(async () => {
      const { changed } = await tagFound(slug, query, list(add), list(remove), false);
      onDone(`${plural(changed, "trace or choice", "traces and choices")} changed.`);
    });
  const { fields } = action;
  return (
    <Dialog title="Tag what was found" onClose={onClose}>
      <div class="stack">
        <Which query={query} />
        <TextField
          label="Add tags"
          optional
          hint="With commas between them."
          value={add}
          onChange={setAdd}
          error={fields.add}
        />
        <TextField label="Remove tags" optional value={remove} onChange={setRemove} error={fields.remove} />
        {Boolean(action.error) && <ErrorNotice error={action.error} beside={["add", "remove"]} />}
      </div>
      <Foot
        action="Tag"
        busy={action.busy}
        disabled={!list(add).length && !list(remove).length}
        onClose={onClose}
        run={run}
      />
    </Dialog>
  );
}
