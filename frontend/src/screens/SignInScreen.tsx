import { useEffect } from "preact/hooks";
import { useLocation } from "preact-iso";
import { PageHeader } from "../components/PageHeader";
import { SignInForm } from "../components/SignInForm";
import { user } from "../effects/session";
import { safeNext } from "../model/next";

export default function SignInScreen() {
  const { query, route } = useLocation();
  const next = safeNext(query.next);
  useEffect(() => {
    if (user.value) route(next, true); // Already signed in, perhaps in another tab.
  }, [next, route]);
  return (
    <div class="sign-in card">
      <PageHeader title="Sign in" lead="Stepmark: find the first wrong step, choose the better one." />
      <SignInForm onDone={() => route(next, true)} />
      <p class="small muted">No account yet? The admin of your project makes one for you.</p>
    </div>
  );
}
