import { useState } from "preact/hooks";
import type { NewToken, Token } from "../../api/types";
import { Button } from "../../components/Button";
import { CodeTabs } from "../../components/CodeTabs";
import { CopyButton } from "../../components/CopyBlock";
import { ConfirmDialog } from "../../components/Dialog";
import { ErrorNotice } from "../../components/ErrorNotice";
import { TextField } from "../../components/Field";
import { Loaded } from "../../components/Loaded";
import { Table } from "../../components/Table";
import { createToken, revokeToken } from "../../effects/tokens";
import { useAction } from "../../effects/useAction";
import type { Resource } from "../../effects/useResource";
import { rich, t } from "../../i18n/pages";
import { date, dateTime } from "../../model/format";
import { tokenSnippets } from "../../model/snippets";

export function Tokens({ tokens }: { tokens: Resource<Token[]> }) {
  const [name, setName] = useState("");
  const [fresh, setFresh] = useState<NewToken>();
  const [revoking, setRevoking] = useState<Token>();
  const create = useAction();
  const revoke = useAction();
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    await create.run(async () => {
      setFresh(await createToken(name.trim()));
      setName("");
      tokens.reload();
    });
  };
  const confirmRevoke = async (token: Token) => {
    if (!(await revoke.run(() => revokeToken(token.id)))) return;
    setRevoking(undefined);
    if (fresh?.id === token.id) setFresh(undefined);
    tokens.reload();
  };
  return (
    <section aria-labelledby="tokens-title" class="stack">
      <h2 id="tokens-title">{t("tokens.api-tokens")}</h2>
      <p class="muted measure">{t("tokens.token-lets-program-do")}</p>
      <form class="inline-form" onSubmit={submit}>
        <TextField
          label={t("tokens.name-new-token")}
          hint={t("tokens.what-will-use-such")}
          required
          maxLength={100}
          value={name}
          onChange={setName}
          error={create.fields.name}
        />
        <Button type="submit" variant="primary" busy={create.busy}>
          {t("tokens.create-token")}
        </Button>
      </form>
      {Boolean(create.error) && <ErrorNotice error={create.error} beside={["name"]} />}
      {fresh && <FreshToken token={fresh} onClose={() => setFresh(undefined)} />}
      <Loaded resource={tokens}>
        {(rows) =>
          rows.length ? (
            <Table
              caption={t("tokens.my-tokens")}
              captionHidden
              rows={rows}
              rowKey={(row) => row.id}
              columns={[
                { key: "name", title: t("tokens.name"), head: true, cell: (row) => row.name },
                { key: "prefix", title: t("tokens.begins-with"), cell: (row) => <code>{row.prefix}…</code> },
                {
                  key: "created",
                  title: t("tokens.created"),
                  nowrap: true,
                  cell: (row) => date(row.created_at),
                },
                {
                  key: "used",
                  title: t("tokens.last-used"),
                  nowrap: true,
                  cell: (row) => (row.last_used_at ? dateTime(row.last_used_at) : t("tokens.never")),
                },
                {
                  key: "revoke",
                  title: <span class="visually-hidden">{t("tokens.revoke")}</span>,
                  numeric: true,
                  cell: (row) => (
                    <Button
                      size="small"
                      variant="danger"
                      aria-label={t("tokens.revoke-one", { name: row.name })}
                      onClick={() => setRevoking(row)}
                    >
                      {t("tokens.revoke")}
                    </Button>
                  ),
                },
              ]}
            />
          ) : (
            <p class="muted">{t("tokens.you-no-tokens")}</p>
          )
        }
      </Loaded>
      {revoking && (
        <ConfirmDialog
          title={t("tokens.revoke-this", { name: revoking.name })}
          action={t("tokens.revoke")}
          busy={revoke.busy}
          onConfirm={() => confirmRevoke(revoking)}
          onClose={() => {
            revoke.clear();
            setRevoking(undefined);
          }}
        >
          <p>{t("tokens.programs-use-refused-from")}</p>
          {Boolean(revoke.error) && <ErrorNotice error={revoke.error} />}
        </ConfirmDialog>
      )}
    </section>
  );
}

function FreshToken({ token, onClose }: { token: NewToken; onClose: () => void }) {
  return (
    <div class="notice notice-good fresh-token" role="status">
      <p>{rich("tokens.ready-copy-now-shown", { strong: <strong />, name: token.name })}</p>
      <div class="secret">
        <code>{token.token}</code>
        <CopyButton text={token.token} what={t("tokens.token")} />
      </div>
      <CodeTabs legend={t("tokens.example")} snippets={tokenSnippets(location.origin, token.token)} />
      <Button size="small" onClick={onClose}>
        {t("tokens.i-copied")}
      </Button>
    </div>
  );
}
