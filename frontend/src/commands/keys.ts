// From a key press to the command it means.

import type { Command } from "./registry";
import { isMac } from "./registry";

/** What a key press needs to be understood; a KeyboardEvent fits. */
export interface Press {
  key: string;
  code: string;
  ctrlKey: boolean;
  metaKey: boolean;
  altKey: boolean;
  shiftKey: boolean;
  repeat: boolean;
  isComposing: boolean;
  defaultPrevented: boolean;
  target: EventTarget | null;
}

/** Finds the command for a key press, or none if the press belongs to somebody else (a text field, the browser). */
export function commandFor<C>(
  press: Press,
  commands: readonly Command<C>[],
  singleKeys: boolean,
): Command<C> | null {
  if (press.isComposing || press.defaultPrevented || press.altKey) return null;
  const mod = isMac() ? press.metaKey : press.ctrlKey;
  if ((press.ctrlKey || press.metaKey) && !mod) return null;
  const typing = isTextField(press.target);
  const command = namesOf(press).flatMap((name) => {
    const key = mod ? `mod+${name}` : name;
    return commands.filter(({ keys }) => keys.includes(key));
  })[0];
  if (!command) return null;
  if (typing && !command.whileTyping) return null;
  if (press.repeat && !command.repeats) return null;
  if (!mod && press.key.length === 1 && !singleKeys) return null;
  // Enter and the arrows mean something of their own on a button, a link, a slider. What is ticked knows no Enter.
  const own = isTicked(press.target) ? /^( |arrow)/i : /^(enter| |arrow)/i;
  if (!mod && isControl(press.target) && own.test(press.key)) return null;
  return command;
}

/**
 * The names a press may go by, best first: what the layout says, lower case (Caps Lock changes nothing), then, where
 * the layout has no Latin letter or digit on that key, what is printed there on a Latin keyboard.
 */
export function namesOf({ key, code, shiftKey }: Press): string[] {
  if (key === "Dead" || key === "Unidentified") return [];
  const named = key.toLowerCase();
  const place = /^(?:Key|Digit|Numpad)([A-Z0-9])$/.exec(code)?.[1]?.toLowerCase();
  const latin = /^[a-z0-9]$/.test(named);
  // A letter with Shift is another key press; a symbol ("?") or a digit may well need Shift on this layout.
  if (shiftKey && (/^[a-z]$/.test(named) || key.length > 1)) return [];
  if (latin || key.length > 1 || !place || shiftKey) return [named];
  // Letters only for other scripts: on Dvorak "," lies where "w" is printed, and means ",". Digits also for AZERTY.
  return /\d/.test(place) || named.charCodeAt(0) > 127 ? [named, place] : [named];
}

/** Whether what is typed goes into it. */
export function isTextField(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (
    target.isContentEditable ||
    target instanceof HTMLTextAreaElement ||
    target instanceof HTMLSelectElement
  )
    return true;
  return (
    target instanceof HTMLInputElement && !/^(button|checkbox|radio|submit|reset|range)$/.test(target.type)
  );
}

const isTicked = (target: EventTarget | null): boolean =>
  target instanceof HTMLInputElement && /^(radio|checkbox)$/.test(target.type);

/** Whether Enter and the arrows mean something of their own on it. */
export function isControl(target: EventTarget | null): boolean {
  return (
    target instanceof Element &&
    target.closest("button, a[href], summary, input, select, textarea, audio, video") !== null
  );
}
