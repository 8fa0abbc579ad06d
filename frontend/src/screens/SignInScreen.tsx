import { useEffect, useState } from "preact/hooks";
import { useLocation } from "preact-iso";
import { PageHeader } from "../components/PageHeader";
import { SignInForm } from "../components/SignInForm";
import { user } from "../effects/session";
import { t } from "../i18n";
import { safeNext } from "../model/next";

export default function SignInScreen() {
  const { query, route } = useLocation();
  // Kept from the first look: this screen stays up while the next one loads, and by then the address is that one's.
  const [leave] = useState(() => () => route(safeNext(query.next), true));
  useEffect(() => {
    if (user.peek()) leave(); // Signed in already, perhaps in another tab.
  }, [leave]);
  return (
    <div class="sign-in card">
      <PageHeader title={t("sign-in.sign-in")} lead={t("sign-in.stepmark-find-first-wrong")} />
      <SignInForm onDone={leave} />
      <p class="small muted">{t("sign-in.no-account-yet-admin")}</p>
    </div>
  );
}
