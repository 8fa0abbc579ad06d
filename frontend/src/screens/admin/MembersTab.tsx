import { useState } from "preact/hooks";
import type { Member, Role } from "../../api/types";
import { Button } from "../../components/Button";
import { ConfirmDialog } from "../../components/Dialog";
import { ErrorNotice } from "../../components/ErrorNotice";
import { TextField } from "../../components/Field";
import { Loaded } from "../../components/Loaded";
import { Table } from "../../components/Table";
import { toast } from "../../components/Toast";
import { changeRole, listMembers, removeMember } from "../../effects/projects";
import { user } from "../../effects/session";
import { useAction } from "../../effects/useAction";
import { useResource } from "../../effects/useResource";
import { withdrawPerson } from "../../effects/withdrawals";
import { t } from "../../i18n/admin";
import { count, date } from "../../model/format";
import { ROLES, roleTitle } from "../../model/roles";
import { AddMember } from "./AddMember";
import type { TabProps } from "./AdminScreen";
import { Withdraw } from "./Withdraw";

/** So many are found by looking. */
const FEW = 20;

export function MembersTab({ project }: TabProps) {
  const { slug } = project.data;
  const members = useResource(`members ${slug}`, (signal) => listMembers(slug, signal));
  const [sought, setSought] = useState("");
  const [removing, setRemoving] = useState<Member>();
  const change = useAction();
  const remove = useAction();
  // My own role decides what I see here: ask for it again after changing it.
  const after = (username: string) =>
    username === user.value?.username ? project.reload() : members.reload();

  const give = async (member: Member, role: Role) => {
    const done = await change.run(() => changeRole(slug, member.username, role));
    if (done) toast({ text: t("members.role-now", { username: member.username, role: roleTitle(role) }) });
    after(member.username);
  };
  const confirmRemove = async (member: Member) => {
    if (!(await remove.run(() => removeMember(slug, member.username)))) return;
    setRemoving(undefined);
    after(member.username);
  };
  return (
    <div class="stack-large">
      <AddMember slug={slug} onAdded={members.reload} />
      <section class="stack" aria-labelledby="members-title">
        <h2 id="members-title">{t("members.members")}</h2>
        {Boolean(change.error) && <ErrorNotice error={change.error} />}
        <Loaded resource={members}>
          {(all) => (
            <>
              {all.length > FEW && (
                <div class="narrow">
                  <TextField
                    label={t("members.find")}
                    type="search"
                    spellcheck={false}
                    value={sought}
                    onChange={setSought}
                  />
                </div>
              )}
              <Table
                caption={t("members.members")}
                captionHidden
                rows={all.filter((row) => row.username.toLowerCase().includes(sought.trim().toLowerCase()))}
                rowKey={(row) => row.username}
                columns={[
                  {
                    key: "name",
                    title: t("members.user-name"),
                    head: true,
                    cell: (row) =>
                      row.username === user.value?.username
                        ? t("members.you", { username: row.username })
                        : row.username,
                  },
                  {
                    key: "role",
                    title: t("members.role"),
                    cell: (row) => <RoleSelect member={row} onChange={(role) => give(row, role)} />,
                  },
                  {
                    key: "joined",
                    title: t("members.joined"),
                    nowrap: true,
                    cell: (row) => date(row.joined_at),
                  },
                  {
                    key: "submitted",
                    title: t("members.submitted"),
                    numeric: true,
                    cell: (row) => count(row.submitted),
                  },
                  {
                    key: "withdraw",
                    title: <span class="visually-hidden">{t("members.withdraw-labels")}</span>,
                    nowrap: true,
                    cell: (row) =>
                      row.submitted > 0 && (
                        <Withdraw
                          label={t("members.withdraw-all-labels", { username: row.username })}
                          what={t("members.everything-said", { username: row.username })}
                          withdraw={(reason) => withdrawPerson(slug, row.username, reason)}
                          onDone={members.reload}
                        />
                      ),
                  },
                  {
                    key: "remove",
                    title: <span class="visually-hidden">{t("members.remove")}</span>,
                    numeric: true,
                    cell: (row) => (
                      <Button
                        size="small"
                        variant="danger"
                        aria-label={t("members.remove-one", { username: row.username })}
                        onClick={() => setRemoving(row)}
                      >
                        {t("members.remove")}
                      </Button>
                    ),
                  },
                ]}
              />
            </>
          )}
        </Loaded>
      </section>
      {removing && (
        <ConfirmDialog
          title={t("members.remove-this", { username: removing.username })}
          action={t("members.remove")}
          busy={remove.busy}
          onConfirm={() => confirmRemove(removing)}
          onClose={() => {
            remove.clear();
            setRemoving(undefined);
          }}
        >
          <p>{t("members.cant-see-project-any", { username: removing.username })}</p>
          {Boolean(remove.error) && <ErrorNotice error={remove.error} />}
        </ConfirmDialog>
      )}
    </div>
  );
}

function RoleSelect({ member, onChange }: { member: Member; onChange: (role: Role) => void }) {
  return (
    <select
      class="input input-small"
      aria-label={t("members.role-of", { username: member.username })}
      value={member.role}
      onChange={(event) => onChange(event.currentTarget.value as Role)}
    >
      {ROLES.map((role) => (
        <option key={role.value} value={role.value}>
          {role.title}
        </option>
      ))}
    </select>
  );
}
