import { PageHeader } from "../../components/PageHeader";
import { user } from "../../effects/session";
import { listTokens } from "../../effects/tokens";
import { useResource } from "../../effects/useResource";
import { t } from "../../i18n/pages";
import { LanguageChoice } from "./LanguageChoice";
import { PasswordForm } from "./PasswordForm";
import { Tokens } from "./Tokens";

export default function AccountScreen() {
  const tokens = useResource("tokens", listTokens);
  return (
    <>
      <PageHeader
        title={t("account.account")}
        lead={t("account.signed-as", { username: user.value?.username ?? "" })}
      />
      <div class="stack-large">
        <LanguageChoice />
        <Tokens tokens={tokens} />
        <PasswordForm tokens={tokens} />
      </div>
    </>
  );
}
