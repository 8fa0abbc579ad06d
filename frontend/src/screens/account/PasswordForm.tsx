import { useState } from "preact/hooks";
import { Button } from "../../components/Button";
import { ErrorNotice } from "../../components/ErrorNotice";
import { TextField } from "../../components/Field";
import { toast } from "../../components/Toast";
import { changePassword, user } from "../../effects/session";
import { useAction } from "../../effects/useAction";

export function PasswordForm() {
  const [old, setOld] = useState("");
  const [fresh, setFresh] = useState("");
  const [again, setAgain] = useState("");
  const [tried, setTried] = useState(false);
  const action = useAction();
  const differs = fresh !== again;
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    setTried(true);
    if (differs || !(await action.run(() => changePassword(old, fresh)))) return;
    for (const set of [setOld, setFresh, setAgain]) set("");
    setTried(false);
    toast({ text: "Password changed. Other browsers have been signed out." });
  };
  return (
    <section aria-labelledby="password-title" class="stack narrow">
      <h2 id="password-title">Change password</h2>
      <form class="stack" onSubmit={submit}>
        {/* Tells a password manager whose password this is. */}
        <input type="text" autoComplete="username" value={user.value?.username} hidden readOnly />
        <TextField
          label="Present password"
          type="password"
          autoComplete="current-password"
          required
          value={old}
          onChange={setOld}
          error={action.fields.old}
        />
        <TextField
          label="New password"
          type="password"
          autoComplete="new-password"
          required
          value={fresh}
          onChange={setFresh}
          error={action.fields.new}
        />
        <TextField
          label="New password again"
          type="password"
          autoComplete="new-password"
          required
          value={again}
          onChange={setAgain}
          error={tried && differs ? "The two new passwords are not the same." : undefined}
        />
        {Boolean(action.error) && <ErrorNotice error={action.error} beside={["old", "new"]} />}
        <Button type="submit" busy={action.busy}>
          Change password
        </Button>
      </form>
    </section>
  );
}
