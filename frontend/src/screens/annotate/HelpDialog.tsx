import { DESK_COMMANDS, scopesOf } from "../../commands/desk";
import { type Command, keyLabel } from "../../commands/registry";
import { Dialog } from "../../components/Dialog";
import { Checkbox } from "../../components/Field";
import { setSingleKeys, singleKeys } from "../../effects/desk/singleKeys";
import type { Desk } from "../../model/desk";
import { useDesk } from "./useDesk";

const TITLES: Record<string, string> = {
  first_error: "Judge",
  every_step: "Judge",
  choice: "Choose",
  trace: "Move",
  desk: "Everywhere",
};

/** The keyboard map of the task on the desk, made from the commands themselves. */
export function HelpDialog({ desk }: { desk: Desk }) {
  const { dispatch } = useDesk();
  const scopes = scopesOf({ ...desk, dialog: null });
  const groups = Object.keys(TITLES).filter((scope) => (scopes as readonly string[]).includes(scope));
  return (
    <Dialog title="Keyboard map" wide onClose={() => dispatch({ type: "dialog", dialog: null })}>
      <div class="key-map">
        {groups.map((scope) => (
          <section key={scope}>
            <h3>{TITLES[scope]}</h3>
            <dl>
              {merged(DESK_COMMANDS.filter((command) => command.scope === scope)).map(({ keys, title }) => (
                <div key={title}>
                  <dt>
                    {keys.map((key) => (
                      <kbd key={key}>{key}</kbd>
                    ))}
                  </dt>
                  <dd>{title}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
      <Checkbox
        label="Single letters and digits are keys"
        hint="Switch this off if you use speech input or your keyboard slips. Arrows, Enter and the buttons stay."
        checked={singleKeys.value}
        onChange={setSingleKeys}
      />
    </Dialog>
  );
}

/** "Prefer 1" … "Prefer 9" are one line: keys 1 … 9. */
function merged(
  commands: readonly Command<never>[] | typeof DESK_COMMANDS,
): { keys: string[]; title: string }[] {
  const rows: { keys: string[]; title: string }[] = [];
  for (const { keys, title } of commands) {
    const family = / \d$/.test(title) ? title.replace(/ \d$/, "") : null;
    const first = family && rows.find((row) => row.title === `${family} 1 to 9`);
    if (first) first.keys = [first.keys[0] ?? "", "…", ...keys.map(keyLabel)];
    else rows.push({ keys: keys.map(keyLabel), title: family ? `${family} 1 to 9` : title });
  }
  return rows;
}
