import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";

interface LaterProps<Props> {
  /** Fetches the module; the same function on every call. */
  load: () => Promise<{ default: ComponentType<Props> }>;
  props: Props;
}

const TRY_AGAIN_MS = 5_000;

/** What was fetched is there at once the next time: keys that follow quickly find it. */
const fetched = new Map<unknown, unknown>();
type Fetched<Props> = { show: ComponentType<Props> } | null;

/** For what a key opens and at once types into: fetched before it is asked for, so that no key goes elsewhere. */
export function fetchAhead(load: () => Promise<{ default: unknown }>): void {
  if (fetched.has(load)) return;
  load().then(
    ({ default: show }) => fetched.set(load, { show }),
    () => {
      // Not fetched, perhaps offline: showing it tries again.
    },
  );
}

/** A part of the page that few need: its code is fetched when it is first shown. Nothing until then. */
export function Later<Props extends object>({ load, props }: LaterProps<Props>) {
  const there = () => (fetched.get(load) as Fetched<Props> | undefined) ?? null;
  const [Part, setPart] = useState(there);
  useEffect(() => {
    if (fetched.has(load)) {
      // Perhaps only since this was drawn: somebody else had asked for it, too.
      setPart(there);
      return;
    }
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
