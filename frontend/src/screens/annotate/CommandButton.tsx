import type { ComponentChildren } from "preact";
import { ariaKeys, keyLabel } from "../../commands/registry";
import { Button } from "../../components/Button";
import { singleKeys } from "../../effects/desk/singleKeys";
import { useCommand } from "./useDesk";

interface CommandButtonProps {
  id: string;
  /** Instead of the command's own title. */
  children?: ComponentChildren;
  pressed?: boolean;
  /** For the ear, where its words alone don't tell what it is about; it holds them. */
  label?: string;
  variant?: "primary" | "secondary" | "quiet";
  size?: "normal" | "small";
  class?: string;
}

/** A button for a command, with its key. A click leaves the focus where it was, so the keys go on from there. */
export function CommandButton({
  id,
  children,
  pressed,
  label,
  variant,
  size,
  class: extra,
}: CommandButtonProps) {
  const { command, enabled, run } = useCommand(id);
  const [key = ""] = command.keys;
  const off = key.length === 1 && !singleKeys.value;
  return (
    <Button
      variant={variant}
      size={size}
      class={extra}
      hint={off ? undefined : keyLabel(key)}
      aria-keyshortcuts={off ? undefined : ariaKeys(command)}
      aria-pressed={pressed}
      aria-label={label}
      data-command={id}
      disabled={!enabled}
      onMouseDown={(event) => event.preventDefault()}
      onClick={run}
    >
      {children ?? command.title}
    </Button>
  );
}
