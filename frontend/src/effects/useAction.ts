/** One write at a time, with its busy state and its error. */
import { useCallback, useRef, useState } from "preact/hooks";
import { ApiError, isAbort } from "../api/client";

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
  const [error, setError] = useState<unknown>();
  const running = useRef(false);
  const run = useCallback(async (work: () => Promise<unknown>) => {
    if (running.current) return false;
    running.current = true;
    setBusy(true);
    setError(undefined);
    try {
      await work();
      return true;
    } catch (failure) {
      if (!isAbort(failure)) setError(failure);
      return false;
    } finally {
      running.current = false;
      setBusy(false);
    }
  }, []);
  const clear = useCallback(() => setError(undefined), []);
  const fields: Record<string, string> = {};
  if (error instanceof ApiError) for (const one of error.errors) fields[one.field] ??= one.message;
  return { busy, error, fields, run, clear };
}
