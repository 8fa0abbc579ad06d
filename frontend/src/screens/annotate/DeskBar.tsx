import { keyLabel } from "../../commands/registry";
import { Brand, UserMenu } from "../../components/Frame";
import { Menu } from "../../components/Menu";
import { useNewAnswers } from "../../effects/desk/answers";
import { singleKeys } from "../../effects/desk/singleKeys";
import { t } from "../../i18n/desk";
import type { Claim } from "../../model/claim";
import type { Desk } from "../../model/desk";
import { saveState } from "../../model/desk";
import { CommandButton } from "./CommandButton";
import { useCommand, useDesk } from "./useDesk";

/** What has no button of its own, for those who work without a keyboard. */
const TOOLS: Record<Claim["kind"], readonly string[]> = {
  trace: ["next-unjudged", "fold", "step-comment", "find", "light-up", "copy-latex"],
  choice: ["differences"],
  walk: [],
};

/** The thin line above the work: where one is, how far one got, and whether everything is safe. */
export function DeskBar({ desk }: { desk: Desk }) {
  const { slug, name } = desk.project;
  const { practice } = useDesk();
  const kind = desk.work?.claim.kind;
  return (
    <header class="desk-bar">
      <Brand />
      <a class="desk-project" href={`/p/${slug}`} dir="auto">
        {name}
      </a>
      {!practice && <NewAnswers slug={slug} />}
      {!practice && <span class="desk-today num">{t("desk.today", { n: desk.today })}</span>}
      {!practice && <SaveState desk={desk} />}
      <CommandButton id="help" size="small" variant="quiet" class="desk-wide">
        {t("keys.title")}
      </CommandButton>
      <Menu label={t("desk.more")}>
        {kind && TOOLS[kind].map((id) => <MenuCommand key={id} id={id} />)}
        <MenuCommand id="source" />
        <MenuCommand id="help" />
        {!practice && (
          <>
            <MenuCommand id="flag" />
            <MenuCommand id="ask" />
            <a class="menu-item" href={`/p/${slug}/history`}>
              {t("desk.history")}
            </a>
            <a class="menu-item" href={`/p/${slug}/notes`}>
              {t("desk.notes")}
            </a>
            <a class="menu-item" href={`/p/${slug}/practice`}>
              {t("desk.practice")}
            </a>
          </>
        )}
      </Menu>
      <nav aria-label={t("desk-bar.account")}>
        <UserMenu />
      </nav>
    </header>
  );
}

function NewAnswers({ slug }: { slug: string }) {
  const n = useNewAnswers(slug);
  return (
    <span role="status" class="desk-answers">
      {n > 0 && (
        <a class="badge badge-new" href={`/p/${slug}/notes?view=mine`}>
          {t("desk.answers", { n })}
        </a>
      )}
    </span>
  );
}

function MenuCommand({ id }: { id: string }) {
  const { command, enabled, run } = useCommand(id);
  const [key = ""] = command.keys;
  return (
    <button type="button" class="menu-item" disabled={!enabled} onClick={run} data-menu-command={id}>
      {command.title}
      {(key.length > 1 || singleKeys.value) && (
        <span class="button-hint" aria-hidden="true">
          <kbd>{keyLabel(key)}</kbd>
        </span>
      )}
    </button>
  );
}

function SaveState({ desk }: { desk: Desk }) {
  const state = saveState(desk);
  const n = desk.outbox.length;
  const words = {
    saved: t("save.saved"),
    saving: t("save.saving"),
    offline: n ? t("save.offline-waiting", { n }) : t("save.offline"),
  };
  return (
    <span class="save-state" data-state={state} role="status">
      <span class="save-shape" aria-hidden="true">
        {{ saved: "✓", saving: "○", offline: "▲" }[state]}
      </span>{" "}
      {/* "saving" comes and goes with every key; a screen reader hears only what is worth a word. */}
      <span aria-hidden={state === "saving"}>{words[state]}</span>
    </span>
  );
}
