import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef, useState } from "preact/hooks";
import { setTheme, type Theme, theme } from "../effects/theme";
import { t } from "../i18n";

/** A button that opens a small panel; Escape, a click elsewhere or leaving it with Tab closes it. */
export function Menu({ label, children }: { label: ComponentChildren; children: ComponentChildren }) {
  const [open, setOpen] = useState(false);
  const id = useId();
  const root = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (!open) return;
    const outside = (event: Event) => {
      if (event.target instanceof Node && !root.current?.contains(event.target)) setOpen(false);
    };
    document.addEventListener("pointerdown", outside);
    document.addEventListener("focusin", outside);
    return () => {
      document.removeEventListener("pointerdown", outside);
      document.removeEventListener("focusin", outside);
    };
  }, [open]);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: only listens for Escape from the controls inside
    <div
      class="menu"
      ref={root}
      onKeyDown={(event) => {
        if (event.key !== "Escape" || !open) return;
        event.stopPropagation();
        setOpen(false);
        button.current?.focus();
      }}
    >
      <button
        ref={button}
        type="button"
        class="button button-quiet"
        aria-expanded={open}
        aria-controls={id}
        onClick={() => setOpen(!open)}
      >
        {label}
        <span class="menu-caret" aria-hidden="true" />
      </button>
      {/* Closes after what an item inside was pressed for. */}
      <div
        class="menu-panel"
        id={id}
        hidden={!open}
        onClickCapture={(event) => {
          if (!(event.target instanceof Element) || !event.target.closest(".menu-item")) return;
          // Before the item acts: a dialog that it opens gives the focus back to where it came from.
          button.current?.focus();
          setOpen(false);
        }}
      >
        {children}
      </div>
    </div>
  );
}

export function ThemeSwitch() {
  const themes: { value: Theme; title: string }[] = [
    { value: "system", title: t("menu.system") },
    { value: "light", title: t("menu.light") },
    { value: "dark", title: t("menu.dark") },
    { value: "contrast", title: t("menu.high-contrast") },
  ];
  const name = useId();
  return (
    <fieldset class="segments">
      <legend class="small muted">{t("menu.colours")}</legend>
      {themes.map((one) => (
        <label key={one.value}>
          <input
            type="radio"
            name={name}
            checked={theme.value === one.value}
            onChange={() => setTheme(one.value)}
          />
          <span>{one.title}</span>
        </label>
      ))}
    </fieldset>
  );
}
