/** Load something when a component appears or its key changes; cancel it when it goes away. */
import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { isAbort } from "../api/client";
import { sessionEpoch } from "./session";

export interface Resource<T> {
  data: T | undefined;
  error: unknown;
  loading: boolean;
  reload: () => void;
  /** Put in a newer value without asking the server (after a write that answered with it). */
  set: (value: T) => void;
}

/** `key` names what is loaded: a change loads anew and drops the old value; a reload keeps it on screen meanwhile. */
export function useResource<T>(key: string, load: (signal: AbortSignal) => Promise<T>): Resource<T> {
  const [state, setState] = useState<{ key: string; data?: T; error?: unknown; loading: boolean }>({
    key,
    loading: true,
  });
  const [turn, setTurn] = useState(0);
  const loader = useRef(load);
  loader.current = load;
  const epoch = sessionEpoch.value;

  useEffect(() => {
    const abort = new AbortController();
    setState((old) => ({ key, data: old.key === key ? old.data : undefined, loading: true }));
    loader
      .current(abort.signal)
      .then((data) => !abort.signal.aborted && setState({ key, data, loading: false }))
      .catch((error) => {
        if (abort.signal.aborted || isAbort(error)) return;
        setState((old) => ({ ...old, key, error, loading: false }));
      });
    return () => abort.abort();
  }, [key, turn, epoch]);

  const reload = useCallback(() => setTurn((n) => n + 1), []);
  const set = useCallback((data: T) => setState({ key, data, loading: false }), [key]);
  const current = state.key === key ? state : { data: undefined, error: undefined, loading: true };
  return { data: current.data, error: current.error, loading: current.loading, reload, set };
}
