import { useEffect, useState } from "preact/hooks";
import { useLocation } from "preact-iso";
import { PageHeader } from "../components/PageHeader";
import { SignInForm } from "../components/SignInForm";
import { user } from "../effects/session";
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
      <PageHeader title="Sign in" lead="Stepmark: find the first wrong step, choose the better one." />
      <SignInForm onDone={leave} />
      <p class="small muted">No account yet? The admin of your project makes one for you.</p>
    </div>
  );
}
