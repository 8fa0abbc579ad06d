import type { ComponentChildren } from "preact";
import { signOut, user } from "../effects/session";
import { t } from "../i18n";
import { Menu, ThemeSwitch } from "./Menu";
import { toast } from "./Toast";

export function Brand() {
  return (
    <a class="brand" href="/">
      <svg viewBox="0 0 32 32" width="24" height="24" aria-hidden="true">
        <rect width="32" height="32" rx="7" class="brand-ground" />
        <path d="M8 10h9M8 16h13M8 22h6" class="brand-lines" />
        <path d="m18.5 22 3 3 5.5-7" class="brand-tick" />
      </svg>
      Stepmark
    </a>
  );
}

/** Account, appearance and sign out, behind the person's name. */
export function UserMenu() {
  const me = user.value;
  const leave = () =>
    signOut().catch(() => toast({ text: t("frame.signing-out-failed-server"), tone: "bad" }));
  return (
    <Menu label={me ? me.name || me.username : t("frame.appearance")}>
      {me && (
        <a class="menu-item" href="/account">
          {t("frame.account-api-tokens")}
        </a>
      )}
      <ThemeSwitch />
      {me && (
        <button type="button" class="menu-item" onClick={leave}>
          {t("frame.sign-out")}
        </button>
      )}
    </Menu>
  );
}

/** What every page but the desk has around it. */
export function Frame({ children }: { children: ComponentChildren }) {
  return (
    <>
      <a class="skip-link visually-hidden" href="#main">
        {t("frame.skip-content")}
      </a>
      <header class="frame-head">
        <Brand />
        <nav aria-label={t("frame.account")}>
          <UserMenu />
        </nav>
      </header>
      <main id="main" class="page" tabIndex={-1}>
        {children}
      </main>
    </>
  );
}
