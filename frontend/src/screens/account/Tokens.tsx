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
import { createToken, listTokens, revokeToken } from "../../effects/tokens";
import { useAction } from "../../effects/useAction";
import { useResource } from "../../effects/useResource";
import { date, dateTime } from "../../model/format";
import { tokenSnippets } from "../../model/snippets";

export function Tokens() {
  const tokens = useResource("tokens", listTokens);
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
      <h2 id="tokens-title">API tokens</h2>
      <p class="muted measure">
        A token lets a program do what you may do: send traces, read what was judged. Whoever has it acts as
        you.
      </p>
      <form class="inline-form" onSubmit={submit}>
        <TextField
          label="Name of the new token"
          hint="What will use it, such as “nightly import”."
          required
          maxLength={100}
          value={name}
          onChange={setName}
          error={create.fields.name}
        />
        <Button type="submit" variant="primary" busy={create.busy}>
          Create token
        </Button>
      </form>
      {Boolean(create.error) && <ErrorNotice error={create.error} beside={["name"]} />}
      {fresh && <FreshToken token={fresh} onClose={() => setFresh(undefined)} />}
      <Loaded resource={tokens}>
        {(rows) =>
          rows.length ? (
            <Table
              caption="My tokens"
              captionHidden
              rows={rows}
              rowKey={(row) => row.id}
              columns={[
                { key: "name", title: "Name", head: true, cell: (row) => row.name },
                { key: "prefix", title: "Begins with", cell: (row) => <code>{row.prefix}…</code> },
                { key: "created", title: "Created", nowrap: true, cell: (row) => date(row.created_at) },
                {
                  key: "used",
                  title: "Last used",
                  nowrap: true,
                  cell: (row) => (row.last_used_at ? dateTime(row.last_used_at) : "never"),
                },
                {
                  key: "revoke",
                  title: <span class="visually-hidden">Revoke</span>,
                  numeric: true,
                  cell: (row) => (
                    <Button
                      size="small"
                      variant="danger"
                      aria-label={`Revoke ${row.name}`}
                      onClick={() => setRevoking(row)}
                    >
                      Revoke
                    </Button>
                  ),
                },
              ]}
            />
          ) : (
            <p class="muted">You have no tokens.</p>
          )
        }
      </Loaded>
      {revoking && (
        <ConfirmDialog
          title={`Revoke “${revoking.name}”?`}
          action="Revoke"
          busy={revoke.busy}
          onConfirm={() => confirmRevoke(revoking)}
          onClose={() => {
            revoke.clear();
            setRevoking(undefined);
          }}
        >
          <p>Programs that use it are refused from now on. This can't be undone; a new token can be made.</p>
          {Boolean(revoke.error) && <ErrorNotice error={revoke.error} />}
        </ConfirmDialog>
      )}
    </section>
  );
}

function FreshToken({ token, onClose }: { token: NewToken; onClose: () => void }) {
  return (
    <div class="notice notice-good fresh-token" role="status">
      <p>
        <strong>“{token.name}” is ready.</strong> Copy it now: it is shown this once and can't be read again.
      </p>
      <div class="secret">
        <code>{token.token}</code>
        <CopyButton text={token.token} what="token" />
      </div>
      <CodeTabs legend="Example" snippets={tokenSnippets(location.origin, token.token)} />
      <Button size="small" onClick={onClose}>
        I have copied it
      </Button>
    </div>
  );
}
