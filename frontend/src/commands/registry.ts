// Commands as data. The same record drives the key, the button and its tooltip, `aria-keyshortcuts` and the help page.

import { t } from "../i18n/desk";

export interface Command<Context> {
  id: string;
  title: string;
  /** What it and its likes for other digits are called in one line. */
  family?: string;
  /** As in KeyboardEvent.key, lower case; "mod+" is Control, or Command on a Mac. The first one is shown. */
  keys: readonly string[];
  /** Commands of one scope are alive together, so no two of them may share a key. */
  scope: string;
  /** Also while typing in a text field. */
  whileTyping?: boolean;
  /** Holding the key down repeats it. Off by default: a held Enter must not submit twice. */
  repeats?: boolean;
  when?: (context: Context) => boolean;
  run: (context: Context) => void;
}

/** The commands of the given scopes that can run now. */
export function available<C>(
  commands: readonly Command<C>[],
  scopes: readonly string[],
  context: C,
): Command<C>[] {
  return commands.filter((command) => scopes.includes(command.scope) && (command.when?.(context) ?? true));
}

/** Pairs of commands that would fight over a key if `scopes` were alive together; empty is right. */
export function clashes<C>(commands: readonly Command<C>[], scopes: readonly string[]): string[] {
  const owners = new Map<string, string>();
  const found: string[] = [];
  for (const command of commands.filter(({ scope }) => scopes.includes(scope))) {
    for (const key of command.keys) {
      const owner = owners.get(key);
      if (owner) found.push(`${key}: ${owner} and ${command.id}`);
      owners.set(key, command.id);
    }
  }
  return found;
}

const LABELS: Record<string, string> = {
  arrowdown: "↓",
  arrowup: "↑",
  arrowleft: "←",
  arrowright: "→",
  enter: "⏎",
  escape: t("command.escape-key"),
};

/** How a key is written on a button or in the help. */
export function keyLabel(key: string): string {
  const name = key.replace(/^mod\+/, "");
  const label = LABELS[name] ?? name;
  if (name === key) return label;
  return isMac() ? `⌘${label}` : t("command.with-control", { key: label });
}

/** The value of `aria-keyshortcuts`. */
export function ariaKeys(command: { keys: readonly string[] }): string {
  const names = command.keys.map((key) => {
    const name = key
      .replace(/^mod\+/, "")
      .replace(/^arrow(.)/, (_, letter: string) => `Arrow${letter.toUpperCase()}`);
    const shown = name === "enter" ? "Enter" : name === "escape" ? "Escape" : name;
    return key.startsWith("mod+") ? `${isMac() ? "Meta" : "Control"}+${shown}` : shown;
  });
  return names.join(" ");
}

export function isMac(): boolean {
  return typeof navigator !== "undefined" && /mac|iphone|ipad/i.test(navigator.platform);
}
