import { useEffect, useState } from "preact/hooks";
import { Dialog } from "../components/Dialog";
import { SignInForm } from "../components/SignInForm";
import { user } from "../effects/session";
import { t } from "../i18n";

/** Whoever rests so long has ended the word. */
const PAUSE_MS = 1_000;

let lastKey = Number.NEGATIVE_INFINITY;
for (const kind of ["keydown", "input"]) {
  document.addEventListener(
    kind,
    () => {
      lastKey = performance.now();
    },
    { capture: true, passive: true },
  );
}

/**
 * Over whatever page is open when the session ends, so that nothing typed on it is lost. Comes when the keys rest: the
 * second half of a word would go into the field for the password.
 */
export function SignInAgain() {
  const [open, setOpen] = useState(false);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout>;
    const look = () => {
      const left = lastKey + PAUSE_MS - performance.now();
      if (left <= 0) setOpen(true);
      else timer = setTimeout(look, left);
    };
    look();
    return () => clearTimeout(timer);
  }, []);
  if (!open) return null;
  return (
    <Dialog title={t("sign-in-again.sign-again")}>
      <div class="stack">
        <p>{t("sign-in-again.your-session-ended-sign")}</p>
        <SignInForm username={user.value?.username} onDone={() => {}} />
      </div>
    </Dialog>
  );
}
