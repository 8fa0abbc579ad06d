import type { ComponentChildren } from "preact";
import { useId, useLayoutEffect, useRef } from "preact/hooks";
import { t } from "../i18n";
import { Button } from "./Button";

interface DialogProps {
  title: string;
  /** Escape or the close button. Leave out for a dialog that must be answered. */
  onClose?: () => void;
  wide?: boolean;
  children: ComponentChildren;
}

/** A modal: the browser keeps the focus inside and gives it back afterwards. Render it only while it is open. */
export function Dialog({ title, onClose, wide, children }: DialogProps) {
  const id = useId();
  const ref = useRef<HTMLDialogElement>(null);
  useLayoutEffect(() => {
    const dialog = ref.current;
    if (!dialog) return;
    const opener = document.activeElement;
    dialog.showModal();
    // A removed dialog isn't a closed one, so the browser would leave the focus on <body>.
    return () => {
      dialog.close();
      if (opener instanceof HTMLElement && opener.isConnected) opener.focus();
    };
  }, []);
  return (
    <dialog
      ref={ref}
      class={wide ? "dialog dialog-wide" : "dialog"}
      aria-labelledby={id}
      onCancel={(event) => {
        event.preventDefault();
        onClose?.();
      }}
    >
      <div class="dialog-head">
        <h2 id={id}>{title}</h2>
        {onClose && (
          <Button variant="quiet" size="small" aria-label={t("dialog.close")} onClick={onClose}>
            <span aria-hidden="true">✕</span>
          </Button>
        )}
      </div>
      {children}
    </dialog>
  );
}

interface ConfirmProps {
  title: string;
  children: ComponentChildren;
  action: string;
  busy?: boolean;
  onConfirm: () => void;
  onClose: () => void;
}

/** Asks before something that can't be taken back. The safe answer has the focus. */
export function ConfirmDialog({ title, children, action, busy, onConfirm, onClose }: ConfirmProps) {
  return (
    <Dialog title={title} onClose={onClose}>
      <div class="stack">{children}</div>
      <div class="dialog-foot">
        <Button autoFocus onClick={onClose}>
          {t("dialog.cancel")}
        </Button>
        <Button variant="danger" busy={busy} onClick={onConfirm}>
          {action}
        </Button>
      </div>
    </Dialog>
  );
}
