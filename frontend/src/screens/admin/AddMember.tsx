import { useState } from "preact/hooks";
import type { Role } from "../../api/types";
import { Button } from "../../components/Button";
import { CopyButton } from "../../components/CopyBlock";
import { ErrorNotice } from "../../components/ErrorNotice";
import { Select, TextField } from "../../components/Field";
import { toast } from "../../components/Toast";
import { addMember } from "../../effects/projects";
import { useAction } from "../../effects/useAction";
import { rich, t } from "../../i18n/admin";
import { ROLES, roleTitle } from "../../model/roles";

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
      else
        toast({
          text: t("add-member.role-now", { username: member.username, role: roleTitle(member.role) }),
        });
      setUsername("");
      onAdded();
    });
  };
  return (
    <section class="stack" aria-labelledby="add-title">
      <h2 id="add-title">{t("add-member.add-person")}</h2>
      <p class="muted measure">{t("add-member.if-nobody-user-name")}</p>
      <form class="inline-form" onSubmit={submit}>
        <TextField
          label={t("add-member.user-name")}
          required
          maxLength={150}
          autoCapitalize="none"
          autoComplete="off"
          spellcheck={false}
          value={username}
          onChange={setUsername}
          error={action.fields.username}
        />
        <Select label={t("add-member.role")} value={role} choices={ROLE_CHOICES} onChange={setRole} />
        <Button type="submit" variant="primary" busy={action.busy}>
          {t("add-member.add")}
        </Button>
      </form>
      {Boolean(action.error) && <ErrorNotice error={action.error} beside={["username"]} />}
      {made && (
        <div class="notice notice-good" role="status">
          <p>{rich("add-member.account-was-made-pass", { strong: <strong />, username: made.username })}</p>
          <div class="secret">
            <code>{made.password}</code>
            <CopyButton text={made.password} what={t("add-member.password")} />
          </div>
          <Button size="small" onClick={() => setMade(undefined)}>
            {t("add-member.i-passed-on")}
          </Button>
        </div>
      )}
    </section>
  );
}
