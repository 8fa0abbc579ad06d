import type { ButtonHTMLAttributes, ComponentChildren, PartialAnchorHTMLAttributes, Ref } from "preact";

type Variant = "primary" | "secondary" | "quiet" | "danger";

interface Look {
  variant?: Variant;
  size?: "normal" | "small" | "large";
  /** The key that does the same, shown on the button. */
  hint?: string;
  children: ComponentChildren;
}

function className({ variant = "secondary", size = "normal" }: Look, extra?: string): string {
  return ["button", `button-${variant}`, size !== "normal" && `button-${size}`, extra]
    .filter(Boolean)
    .join(" ");
}

/** For the eye only; what needs announcing is in aria-keyshortcuts. */
function Hint({ text }: { text: string }) {
  return (
    <span class="button-hint" aria-hidden="true">
      <kbd>{text}</kbd>
    </span>
  );
}

type ButtonProps = Look &
  Omit<ButtonHTMLAttributes<HTMLButtonElement>, "size" | "children"> & {
    type?: "button" | "submit";
    disabled?: boolean;
    /** At work: keeps its width and its focus, ignores further clicks. */
    busy?: boolean;
    buttonRef?: Ref<HTMLButtonElement>;
  };

export function Button(props: ButtonProps) {
  const {
    variant,
    size,
    hint,
    busy,
    buttonRef,
    children,
    class: extra,
    type = "button",
    onClick,
    ...rest
  } = props;
  return (
    <button
      {...rest}
      ref={buttonRef}
      type={type}
      class={className({ variant, size, children }, extra as string | undefined)}
      aria-disabled={busy || undefined}
      data-busy={busy || undefined}
      onClick={(event) => {
        if (busy) event.preventDefault();
        else onClick?.(event);
      }}
    >
      <span class="button-label">{children}</span>
      {hint && <Hint text={hint} />}
    </button>
  );
}

type ButtonLinkProps = Look &
  Omit<PartialAnchorHTMLAttributes<HTMLAnchorElement>, "size" | "children" | "role"> & {
    href: string;
    download?: boolean | string;
    target?: string;
    linkRef?: Ref<HTMLAnchorElement>;
  };

export function ButtonLink(props: ButtonLinkProps) {
  const { variant, size, hint, linkRef, children, class: extra, ...rest } = props;
  return (
    <a {...rest} ref={linkRef} class={className({ variant, size, children }, extra as string | undefined)}>
      <span class="button-label">{children}</span>
      {hint && <Hint text={hint} />}
    </a>
  );
}
