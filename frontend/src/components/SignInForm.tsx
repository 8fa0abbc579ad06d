import { useState } from "preact/hooks";
import { ApiError } from "../api/client";
import { signIn } from "../effects/session";
import { t } from "../i18n";
import { Button } from "./Button";
import { ErrorNotice } from "./ErrorNotice";
import { TextField } from "./Field";

/** User name and password. `username` fixes the name: signing in again as the same person. */
export function SignInForm({ username, onDone }: { username?: string; onDone: () => void }) {
  const [name, setName] = useState(username ?? "");
  const [password, setPassword] = useState("");
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    if (busy) return;
    setBusy(true);
    setError(undefined);
    try {
      await signIn(name.trim(), password);
      onDone();
    } catch (failure) {
      setError(failure);
    } finally {
      setBusy(false);
    }
  };
  const wrong = error instanceof ApiError && error.code === "bad-credentials";
  return (
    <form class="stack" onSubmit={submit}>
      <TextField
        label={t("sign-in-form.user-name")}
        name="username"
        autoComplete="username"
        autoCapitalize="none"
        spellcheck={false}
        required
        autoFocus={!username}
        value={name}
        onChange={setName}
      />
      <TextField
        label={t("sign-in-form.password")}
        name="password"
        type="password"
        autoComplete="current-password"
        required
        autoFocus={Boolean(username)}
        error={wrong ? t("sign-in-form.user-name-or-password") : undefined}
        value={password}
        onChange={setPassword}
      />
      {Boolean(error) && !wrong && <ErrorNotice error={error} />}
      <Button type="submit" variant="primary" busy={busy}>
        {t("sign-in-form.sign-in")}
      </Button>
    </form>
  );
}
