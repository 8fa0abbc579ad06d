import type { Pages } from "../effects/usePages";
import { t } from "../i18n";
import { Button } from "./Button";
import { ErrorNotice } from "./ErrorNotice";

/** Below a list that comes in pages: the way to the next one, and why it did not come. */
export function LoadMore({
  pages,
  title = t("load-more.load-more"),
}: {
  pages: Pages<unknown>;
  title?: string;
}) {
  const { error, more, next, busy } = pages;
  return (
    <>
      {Boolean(error) && <ErrorNotice error={error} onRetry={more} />}
      {next && (
        <Button busy={busy} onClick={more}>
          {title}
        </Button>
      )}
    </>
  );
}
