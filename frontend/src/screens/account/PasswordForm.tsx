import { useState } from "preact/hooks";
import type { Token } from "../../api/types";
import { Button } from "../../components/Button";
import { ErrorNotice } from "../../components/ErrorNotice";
import { Checkbox, TextField } from "../../components/Field";
import { toast } from "../../components/Toast";
import { changePassword, user } from "../../effects/session";
import { useAction } from "../../effects/useAction";
import type { Resource } from "../../effects/useResource";
import { t } from "../../i18n/pages";

export function PasswordForm({ tokens }: { tokens: Resource<Token[]> }) {
  const [old, setOld] = useState("");
  const [fresh, setFresh] = useState("");
  const [again, setAgain] = useState("");
  const [revoke, setRevoke] = useState(false);
  const [tried, setTried] = useState(false);
  const action = useAction();
  const differs = fresh !== again;
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    setTried(true);
    if (differs || !(await action.run(() => changePassword(old, fresh, revoke)))) return;
    for (const set of [setOld, setFresh, setAgain]) set("");
    setTried(false);
    setRevoke(false);
    tokens.reload();
    toast({ text: t("password-form.password-changed-other-browsers") });
  };
  return (
    <section aria-labelledby="password-title" class="stack narrow">
      <h2 id="password-title">{t("password-form.change-password")}</h2>
      <p class="muted">{t("password-form.what-it-ends")}</p>
      <form class="stack" onSubmit={submit}>
        {/* Tells a password manager whose password this is. */}
        <input type="text" autoComplete="username" value={user.value?.username} hidden readOnly />
        <TextField
          label={t("password-form.present-password")}
          type="password"
          autoComplete="current-password"
          required
          value={old}
          onChange={setOld}
          error={action.fields.old}
        />
        <TextField
          label={t("password-form.new-password")}
          type="password"
          autoComplete="new-password"
          required
          value={fresh}
          onChange={setFresh}
          error={action.fields.new}
        />
        <TextField
          label={t("password-form.new-password-again")}
          type="password"
          autoComplete="new-password"
          required
          value={again}
          onChange={setAgain}
          error={tried && differs ? t("password-form.two-new-passwords-not") : undefined}
        />
        {Boolean(tokens.data?.length) && (
          <Checkbox
            label={t("password-form.revoke-tokens", { n: tokens.data?.length ?? 0 })}
            hint={t("password-form.if-somebody-may-know")}
            checked={revoke}
            onChange={setRevoke}
          />
        )}
        {Boolean(action.error) && <ErrorNotice error={action.error} beside={["old", "new"]} />}
        <Button type="submit" busy={action.busy}>
          {t("password-form.change-password")}
        </Button>
      </form>
    </section>
  );
}
