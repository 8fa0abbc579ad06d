// A person's own keys in place of the usual ones.

import type { Press } from "./keys";
import { namesOf } from "./keys";
import type { Command } from "./registry";

/** By command, the key that calls it instead of its usual letters. */
export type Keymap = Readonly<Record<string, readonly string[]>>;

/** Belong to the browser, to dialogs, or to moving about the page. */
const NOT_OURS =
  /^( |tab|escape|shift|control|alt|altgraph|meta|capslock|dead|unidentified|home|end|page(up|down)|f\d+)$/;

/** The commands with the person's keys. Arrows stay beside a key of one's own. */
export function withKeys<C>(commands: readonly Command<C>[], keymap: Keymap): Command<C>[] {
  return commands.map((command) => {
    const own = canChange(command) ? keymap[command.id] : undefined;
    if (!own?.length) return command;
    return { ...command, keys: [...own, ...command.keys.filter((key) => key.startsWith("arrow"))] };
  });
}

/** Digits that count (candidate 1, error type 1) and keys that also work while typing stay what they are. */
export function canChange<C>({ id, whileTyping }: Command<C>): boolean {
  return !whileTyping && !/-\d$/.test(id);
}

/** The name to keep for a press, or null for keys that are not to be had. */
export function keyOf(press: Press): string | null {
  if (press.ctrlKey || press.metaKey || press.altKey || press.isComposing) return null;
  const [name] = namesOf(press);
  return name === undefined || NOT_OURS.test(name) || name.startsWith("arrow") ? null : name;
}

/** The command that has this key already and can be alive together with `id`. */
export function holderOf<C>(
  commands: readonly Command<C>[],
  together: readonly (readonly string[])[],
  id: string,
  key: string,
): Command<C> | undefined {
  const scope = commands.find((command) => command.id === id)?.scope ?? "";
  const meets = (other: string) =>
    other === scope || together.some((row) => row.includes(scope) && row.includes(other));
  return commands.find((other) => other.id !== id && other.keys.includes(key) && meets(other.scope));
}
