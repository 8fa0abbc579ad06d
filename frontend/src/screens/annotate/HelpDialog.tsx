import { useLayoutEffect, useState } from "preact/hooks";
import { scopesOf, TOGETHER } from "../../commands/desk";
import { canChange, holderOf, keyOf } from "../../commands/keymap";
import { type Command, keyLabel } from "../../commands/registry";
import { Button, ButtonLink } from "../../components/Button";
import { Dialog } from "../../components/Dialog";
import { Checkbox } from "../../components/Field";
import { setSingleKeys, singleKeys } from "../../effects/desk/singleKeys";
import { changePreferences, preferences } from "../../effects/preferences";
import { t } from "../../i18n/desk";
import type { Desk } from "../../model/desk";
import { deskCommands, useDesk } from "./useDesk";

const TITLES: Record<string, "keys.judge" | "keys.choose" | "keys.move" | "keys.everywhere"> = {
  first_error: "keys.judge",
  every_step: "keys.judge",
  error_types: "keys.judge",
  choice: "keys.choose",
  walk: "keys.choose",
  suggest: "keys.choose",
  trace: "keys.move",
  desk: "keys.everywhere",
};

/** The keyboard map of the task on the desk, made from the commands themselves; and where its keys are changed. */
export function HelpDialog({ desk }: { desk: Desk }) {
  const { dispatch, practice } = useDesk();
  const [changing, setChanging] = useState(false);
  const scopes = scopesOf({ ...desk, dialog: null });
  const groups = Object.keys(TITLES).filter((scope) => (scopes as readonly string[]).includes(scope));
  const changeable = groups.filter((scope) =>
    deskCommands.value.some((command) => command.scope === scope && canChange(command)),
  );
  const title = (scope: string) => t(TITLES[scope] ?? "keys.everywhere");
  return (
    <Dialog title={t("keys.title")} wide onClose={() => dispatch({ type: "dialog", dialog: null })}>
      {changing ? (
        <ChangeKeys groups={changeable} title={title} onDone={() => setChanging(false)} />
      ) : (
        <>
          <div class="key-map">
            {groups.map((scope) => (
              <section key={scope}>
                <h3>{title(scope)}</h3>
                <dl>
                  {merged(deskCommands.value.filter((command) => command.scope === scope)).map((row) => (
                    <div key={row.title}>
                      <dt>
                        {row.keys.map((key) => (
                          <kbd key={key}>{key}</kbd>
                        ))}
                      </dt>
                      <dd>{row.title}</dd>
                    </div>
                  ))}
                </dl>
              </section>
            ))}
          </div>
          <Checkbox
            label={t("keys.single")}
            hint={t("keys.single-hint")}
            checked={singleKeys.value}
            onChange={setSingleKeys}
          />
          <div class="dialog-foot">
            {!practice && (
              <ButtonLink href={`/p/${desk.project.slug}/practice`}>{t("keys.practice")}</ButtonLink>
            )}
            <Button onClick={() => setChanging(true)}>{t("keys.change")}</Button>
          </div>
        </>
      )}
    </Dialog>
  );
}

interface ChangeKeysProps {
  groups: string[];
  title: (scope: string) => string;
  onDone: () => void;
}

/** Choose a command, press the key that it is to have. */
function ChangeKeys({ groups, title, onDone }: ChangeKeysProps) {
  const [waiting, setWaiting] = useState<string | null>(null);
  const [says, setSays] = useState("");
  const commands = deskCommands.value;
  const own = preferences.value.keys ?? {};

  const keep = async (keys: Record<string, string[]>, words: string) => {
    setSays(words);
    if (!(await changePreferences({ keys }))) setSays(`${words} ${t("keys.not-kept")}`);
  };

  // Before the next key can come: it is the one that is asked for.
  useLayoutEffect(() => {
    if (!waiting) return;
    const onKey = (event: KeyboardEvent) => {
      event.preventDefault();
      event.stopPropagation();
      if (/^(Shift|Control|Alt|Meta|AltGraph)$/.test(event.key)) return;
      setWaiting(null);
      if (event.key === "Escape") return;
      const command = commands.find(({ id }) => id === waiting);
      const key = keyOf(event);
      if (!command || !key) return setSays(t("keys.not-this", { key: event.key }));
      const holder = holderOf(commands, TOGETHER, waiting, key);
      if (holder) return setSays(t("keys.taken", { key: keyLabel(key), title: holder.title }));
      void keep(
        { ...own, [waiting]: [key] },
        t("keys.changed", { title: command.title, key: keyLabel(key) }),
      );
    };
    // The dialog's own Escape would close it.
    document.addEventListener("keydown", onKey, { capture: true });
    return () => document.removeEventListener("keydown", onKey, { capture: true });
  }, [waiting, commands, own]);

  return (
    <>
      <p class="small muted">{t("keys.change-hint")}</p>
      <p role="status" class="keys-says">
        {says}
      </p>
      <div class="key-map">
        {groups.map((scope) => (
          <section key={scope}>
            <h3>{title(scope)}</h3>
            <ul class="plain">
              {commands
                .filter((command) => command.scope === scope && canChange(command))
                .map((command) => (
                  <li key={command.id} class="key-change">
                    <Button
                      size="small"
                      data-key-of={command.id}
                      aria-pressed={waiting === command.id}
                      aria-label={
                        waiting === command.id
                          ? t("keys.press")
                          : t("keys.change-of", {
                              title: command.title,
                              key: keyLabel(command.keys[0] ?? ""),
                            })
                      }
                      onClick={() => setWaiting(command.id)}
                    >
                      {waiting === command.id ? (
                        t("keys.press")
                      ) : (
                        <kbd>{keyLabel(command.keys[0] ?? "")}</kbd>
                      )}
                    </Button>
                    <span>{command.title}</span>
                  </li>
                ))}
            </ul>
          </section>
        ))}
      </div>
      <div class="dialog-foot">
        <Button onClick={() => void keep({}, t("keys.kept"))} disabled={!Object.keys(own).length}>
          {t("keys.reset")}
        </Button>
        <Button variant="primary" onClick={onDone}>
          {t("keys.done")}
        </Button>
      </div>
    </>
  );
}

/** "Prefer 1" … "Prefer 9" are one line: keys 1 … 9. */
function merged<C>(commands: readonly Command<C>[]): { keys: string[]; title: string }[] {
  const rows: { keys: string[]; title: string }[] = [];
  for (const { keys, title, family } of commands) {
    const first = family && rows.find((row) => row.title === family);
    if (first) first.keys = [first.keys[0] ?? "", "…", ...keys.map(keyLabel)];
    else rows.push({ keys: keys.map(keyLabel), title: family ?? title });
  }
  return rows;
}
