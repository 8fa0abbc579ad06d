import type { ComponentChildren } from "preact";
import { ApiError, isSignedOut, NetworkError } from "../api/client";
import { Button } from "./Button";

/** What went wrong and what to do, in plain words. */
export function errorText(error: unknown): { title: string; text: string } {
  if (error instanceof NetworkError) {
    return {
      title: "The server can't be reached",
      text: "Check the connection and try again. Nothing that was saved is lost.",
    };
  }
  if (error instanceof ApiError) {
    if (isSignedOut(error)) return { title: "You are signed out", text: "Sign in again to go on." };
    if (error.status === 429) return { title: "Too many tries", text: error.detail };
    if (error.status === 404) {
      return { title: "Not found", text: "It doesn't exist, or you don't have access to it." };
    }
    if (error.status === 403) return { title: "Not allowed", text: error.detail };
    if (error.status >= 500) return { title: "The server failed", text: error.detail };
    return { title: "That didn't work", text: error.detail };
  }
  return { title: "Something went wrong", text: "This is a fault in Stepmark. Reload the page to go on." };
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
          Try again
        </Button>
      )}
    </div>
  );
}
