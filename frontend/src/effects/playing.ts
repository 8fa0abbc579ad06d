import { signal } from "@preact/signals";

/** The part of the problem's recording that somebody wants to hear or see, in seconds. A new object each time. */
export const wantedPart = signal<{ start?: number; end?: number } | null>(null);
