import { useEffect, useRef, useState } from "preact/hooks";
import { t } from "../i18n";
import { Button } from "./Button";

/** Copies `text`; says so on itself for two seconds, and to screen readers. */
export function CopyButton({
  text,
  label = t("copy-block.copy"),
  what,
}: {
  text: string;
  label?: string;
  what?: string;
}) {
  const [state, setState] = useState<"idle" | "copied" | "failed">("idle");
  const timer = useRef(0);
  useEffect(() => () => clearTimeout(timer.current), []);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      setState("copied");
    } catch {
      setState("failed"); // No permission, or not a secure origin: the text is there to select by hand.
    }
    clearTimeout(timer.current);
    timer.current = window.setTimeout(() => setState("idle"), 2000);
  };
  return (
    <>
      <Button size="small" onClick={copy} aria-label={what ? `${label} ${what}` : undefined}>
        {state === "copied"
          ? t("copy-block.copied")
          : state === "failed"
            ? t("copy-block.select-copy")
            : label}
      </Button>
      <span class="visually-hidden" role="status">
        {state === "copied"
          ? t("copy-block.was-copied")
          : state === "failed"
            ? t("copy-block.copying-was-not-allowed")
            : ""}
      </span>
    </>
  );
}

/** Lines meant for a terminal or an editor, with their copy button. */
export function CopyBlock({ title, text }: { title: string; text: string }) {
  return (
    <figure class="copy-block">
      <figcaption class="copy-head">
        <span>{title}</span>
        <CopyButton text={text} what={title} />
      </figcaption>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls sideways, so it must be reachable by keyboard */}
      <pre tabIndex={0}>
        <code>{text}</code>
      </pre>
    </figure>
  );
}
