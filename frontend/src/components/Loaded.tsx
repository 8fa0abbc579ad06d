import type { ComponentChildren } from "preact";
import type { Resource } from "../effects/useResource";
import { ErrorNotice } from "./ErrorNotice";
import { Spinner } from "./Progress";

interface LoadedProps<T> {
  resource: Resource<T>;
  children: (data: T) => ComponentChildren;
}

/** Waiting, failed, or there. What was there stays on screen when asking again fails, with the failure above it. */
export function Loaded<T>({ resource, children }: LoadedProps<T>) {
  const { data, error, reload } = resource;
  return (
    <>
      {Boolean(error) && <ErrorNotice error={error} onRetry={reload} />}
      {data !== undefined && children(data)}
      {data === undefined && !error && <Spinner />}
    </>
  );
}
