import { createContext } from "preact";

/** Of a step whose texts fold together, by one key or by any of their buttons. */
export interface Folding {
  open: boolean;
  toggle: () => void;
  /** The key that does it. */
  hint?: string;
  /** A text in it is long enough to fold. */
  isLong: () => void;
}

export const FoldingContext = createContext<Folding | null>(null);
