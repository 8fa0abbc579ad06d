import { PageHeader } from "../../components/PageHeader";
import { user } from "../../effects/session";
import { PasswordForm } from "./PasswordForm";
import { Tokens } from "./Tokens";

export default function AccountScreen() {
  return (
    <>
      <PageHeader title="Account" lead={`Signed in as ${user.value?.username}.`} />
      <div class="stack-large">
        <Tokens />
        <PasswordForm />
      </div>
    </>
  );
}
