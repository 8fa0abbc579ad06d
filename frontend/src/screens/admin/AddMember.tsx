import { useState } from "preact/hooks";
import type { Role } from "../../api/types";
import { Button } from "../../components/Button";
import { CopyButton } from "../../components/CopyBlock";
import { ErrorNotice } from "../../components/ErrorNotice";
import { Select, TextField } from "../../components/Field";
import { toast } from "../../components/Toast";
import { addMember } from "../../effects/projects";
import { useAction } from "../../effects/useAction";
import { ROLES } from "../../model/roles";

const ROLE_CHOICES = ROLES.map(({ value, title, text }) => ({ value, title: `${title}: ${text}` }));

export function AddMember({ slug, onAdded }: { slug: string; onAdded: () => void }) {
  const [username, setUsername] = useState("");
  const [role, setRole] = useState<Role>("annotator");
  const [made, setMade] = useState<{ username: string; password: string }>();
  const action = useAction();
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    action.run(async () => {
      const member = await addMember(slug, username.trim(), role);
      if (member.password) setMade({ username: member.username, password: member.password });
      else toast({ text: `${member.username} has the role ${member.role} now.` });
      setUsername("");
      onAdded();
    });
  };
  return (
    <section class="stack" aria-labelledby="add-title">
      <h2 id="add-title">Add a person</h2>
      <p class="muted measure">
        If nobody has this user name yet, an account is made and its password is shown once.
      </p>
      <form class="inline-form" onSubmit={submit}>
        <TextField
          label="User name"
          required
          maxLength={150}
          autoCapitalize="none"
          autoComplete="off"
          spellcheck={false}
          value={username}
          onChange={setUsername}
          error={action.fields.username}
        />
        <Select label="Role" value={role} choices={ROLE_CHOICES} onChange={setRole} />
        <Button type="submit" variant="primary" busy={action.busy}>
          Add
        </Button>
      </form>
      {Boolean(action.error) && <ErrorNotice error={action.error} beside={["username"]} />}
      {made && (
        <div class="notice notice-good" role="status">
          <p>
            <strong>An account was made for {made.username}.</strong> Pass the password on now: it is shown
            this once and can't be read again. It can be changed on the account page.
          </p>
          <div class="secret">
            <code>{made.password}</code>
            <CopyButton text={made.password} what="password" />
          </div>
          <Button size="small" onClick={() => setMade(undefined)}>
            I have passed it on
          </Button>
        </div>
      )}
    </section>
  );
}
