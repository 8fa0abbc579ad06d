import { PageHeader } from "../../components/PageHeader";
import { user } from "../../effects/session";
import { t } from "../../i18n/pages";
import { LanguageChoice } from "./LanguageChoice";
import { PasswordForm } from "./PasswordForm";
import { Tokens } from "./Tokens";

export default function AccountScreen() {
  return (
    <>
      <PageHeader
        title={t("account.account")}
        lead={t("account.signed-as", { username: user.value?.username ?? "" })}
      />
      <div class="stack-large">
        <LanguageChoice />
        <Tokens />
        <PasswordForm />
      </div>
    </>
  );
}
