import { Dialog } from "../components/Dialog";
import { SignInForm } from "../components/SignInForm";
import { user } from "../effects/session";

/** Over whatever page is open when the session ends, so that nothing typed on it is lost. */
export function SignInAgain() {
  return (
    <Dialog title="Sign in again">
      <div class="stack">
        <p>Your session has ended. Sign in to go on where you were; this page keeps what you wrote.</p>
        <SignInForm username={user.value?.username} onDone={() => {}} />
      </div>
    </Dialog>
  );
}
