import { Button, ButtonLink } from "../components/Button";
import { EmptyState } from "../components/EmptyState";
import { PageHeader } from "../components/PageHeader";
import { t } from "../i18n";

export function NotFoundScreen() {
  return (
    <>
      <PageHeader title={t("error-screens.nothing-here")} />
      <EmptyState
        title={t("error-screens.page-doesnt-exist-or")}
        action={
          <ButtonLink href="/" variant="primary">
            {t("error-screens.my-projects")}
          </ButtonLink>
        }
      >
        {t("error-screens.check-address-or-ask")}
      </EmptyState>
    </>
  );
}

/** Shown when a page failed to load or to draw: a new version may have replaced the files it was made of. */
export function CrashScreen() {
  return (
    <main id="main" class="page" tabIndex={-1}>
      <PageHeader title={t("error-screens.page-could-not-shown")} />
      <EmptyState
        title={t("error-screens.reload-go-on")}
        action={
          <>
            <Button variant="primary" onClick={() => location.reload()}>
              {t("error-screens.reload")}
            </Button>
            <ButtonLink href="/" target="_top">
              {t("error-screens.my-projects")}
            </ButtonLink>
          </>
        }
      >
        {t("error-screens.stepmark-may-been-updated")}
      </EmptyState>
    </main>
  );
}
