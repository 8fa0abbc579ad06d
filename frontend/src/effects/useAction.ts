/** One write at a time, with its busy state and its error. */
import { useCallback, useRef, useState } from "preact/hooks";
import { ApiError, isAbort, isSignedOut } from "../api/client";
import { sessionEpoch } from "./session";

export interface Action {
  busy: boolean;
  error: unknown;
  /** What the server said about single fields: the first message of each. */
  fields: Record<string, string>;
  /** Runs `work` unless one is running. Resolves to whether it succeeded; its error is kept in `error`. */
  run: (work: () => Promise<unknown>) => Promise<boolean>;
  clear: () => void;
}

export function useAction(): Action {
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<{ error: unknown; epoch: number }>();
  const running = useRef(false);
  const run = useCallback(async (work: () => Promise<unknown>) => {
    if (running.current) return false;
    running.current = true;
    setBusy(true);
    setFailure(undefined);
    try {
      await work();
      return true;
    } catch (error) {
      if (!isAbort(error)) setFailure({ error, epoch: sessionEpoch.peek() });
      return false;
    } finally {
      running.current = false;
      setBusy(false);
    }
  }, []);
  const clear = useCallback(() => setFailure(undefined), []);
  // "You are signed out" has had its day once the person has signed in again.
  const stale = failure && isSignedOut(failure.error) && failure.epoch !== sessionEpoch.value;
  const error = stale ? undefined : failure?.error;
  const fields: Record<string, string> = {};
  if (error instanceof ApiError) for (const one of error.errors) fields[one.field] ??= one.message;
  return { busy, error, fields, run, clear };
}
