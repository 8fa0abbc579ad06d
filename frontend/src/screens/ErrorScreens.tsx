import { Button, ButtonLink } from "../components/Button";
import { EmptyState } from "../components/EmptyState";
import { PageHeader } from "../components/PageHeader";

export function NotFoundScreen() {
  return (
    <>
      <PageHeader title="Nothing here" />
      <EmptyState
        title="This page doesn't exist, or you don't have access to it"
        action={
          <ButtonLink href="/" variant="primary">
            My projects
          </ButtonLink>
        }
      >
        Check the address, or ask the project's admin to add you.
      </EmptyState>
    </>
  );
}

/** Shown when a page failed to load or to draw: a new version may have replaced the files it was made of. */
export function CrashScreen() {
  return (
    <main id="main" class="page" tabIndex={-1}>
      <PageHeader title="This page could not be shown" />
      <EmptyState
        title="Reload to go on"
        action={
          <>
            <Button variant="primary" onClick={() => location.reload()}>
              Reload
            </Button>
            <ButtonLink href="/" target="_top">
              My projects
            </ButtonLink>
          </>
        }
      >
        Stepmark may have been updated while this page was open, or the connection failed. Whatever was saved
        is safe.
      </EmptyState>
    </main>
  );
}
