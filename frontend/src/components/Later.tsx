import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";

interface LaterProps<Props> {
  /** Fetches the module; the same function on every call. */
  load: () => Promise<{ default: ComponentType<Props> }>;
  props: Props;
}

/** What was fetched is there at once the next time: keys that follow quickly find it. */
const fetched = new Map<unknown, unknown>();

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
  const [Part, setPart] = useState((fetched.get(load) as { show: ComponentType<Props> } | undefined) ?? null);
  useEffect(() => {
    if (fetched.has(load)) return;
    let current = true;
    load().then(
      ({ default: show }) => {
        fetched.set(load, { show });
        if (current) setPart({ show });
      },
      () => {
        // Not fetched, perhaps offline: opening it again tries again.
      },
    );
    return () => {
      current = false;
    };
  }, [load]);
  return Part ? <Part.show {...props} /> : null;
}
