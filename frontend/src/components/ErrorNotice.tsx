import type { ComponentChildren } from "preact";
import { ApiError, isSignedOut, NetworkError } from "../api/client";
import { t } from "../i18n";
import { Button } from "./Button";

/** What went wrong and what to do, in plain words. */
export function errorText(error: unknown): { title: string; text: string } {
  if (error instanceof NetworkError) {
    return {
      title: t("error-notice.server-cant-reached"),
      text: t("error-notice.check-connection-try-again"),
    };
  }
  if (error instanceof ApiError) {
    if (isSignedOut(error))
      return { title: t("error-notice.you-signed-out"), text: t("error-notice.sign-again-go-on") };
    if (error.status === 429) return { title: t("error-notice.too-many-tries"), text: error.detail };
    if (error.status === 404) {
      return { title: t("error-notice.not-found"), text: t("error-notice.doesnt-exist-or-you") };
    }
    if (error.status === 403) return { title: t("error-notice.not-allowed"), text: error.detail };
    if (error.status >= 500) return { title: t("error-notice.server-failed"), text: error.detail };
    return { title: t("error-notice.didnt-work"), text: error.detail };
  }
  return {
    title: t("error-notice.something-went-wrong"),
    text: t("error-notice.fault-stepmark-reload-page"),
  };
}

interface ErrorNoticeProps {
  error: unknown;
  onRetry?: () => void;
  /** Fields whose errors stand beside them already. */
  beside?: string[];
  children?: ComponentChildren;
}

export function ErrorNotice({ error, onRetry, beside = [], children }: ErrorNoticeProps) {
  const { title, text } = errorText(error);
  const all = error instanceof ApiError ? error.errors : [];
  if (all.length > 0 && all.every((one) => beside.includes(one.field))) return null;
  const fields = all.filter((one) => !beside.includes(one.field));
  return (
    <div class="notice notice-bad" role="alert">
      <p>
        <strong>{title}.</strong> {text}
      </p>
      {fields.length > 0 && !(fields.length === 1 && fields[0]?.message === text) && (
        <ul>
          {fields.map((one) => (
            <li key={one.field + one.message}>
              {one.field ? <code>{one.field}</code> : null} {one.message}
            </li>
          ))}
        </ul>
      )}
      {children}
      {onRetry && (
        <Button size="small" onClick={onRetry}>
          {t("error-notice.try-again")}
        </Button>
      )}
    </div>
  );
}
