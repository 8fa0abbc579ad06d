import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";

interface LaterProps<Props> {
  /** Fetches the module; the same function on every call. */
  load: () => Promise<{ default: ComponentType<Props> }>;
  props: Props;
}

const TRY_AGAIN_MS = 5_000;

/** What was fetched is there at once the next time. */
const fetched = new Map<unknown, unknown>();
type Fetched<Props> = { show: ComponentType<Props> } | null;

/**
 * A part of the page that few need: its code is fetched when it is first shown. Nothing until then, so it is not for what
 * a key opens and the next one types into: that key would go elsewhere.
 */
export function Later<Props extends object>({ load, props }: LaterProps<Props>) {
  const there = () => (fetched.get(load) as Fetched<Props> | undefined) ?? null;
  const [Part, setPart] = useState(there);
  useEffect(() => {
    if (Part) return;
    let current = true;
    let again: ReturnType<typeof setTimeout> | undefined;
    const fetch = () => {
      load().then(
        ({ default: show }) => {
          fetched.set(load, { show });
          if (current) setPart({ show });
        },
        () => {
          // Perhaps offline: it is still wanted.
          if (current) again = setTimeout(fetch, TRY_AGAIN_MS);
        },
      );
    };
    fetch();
    return () => {
      current = false;
      clearTimeout(again);
    };
  }, [load]);
  return Part ? <Part.show {...props} /> : null;
}
