import { useEffect, useState } from "preact/hooks";

/** `value` once it has rested for `ms` milliseconds: nobody wants an answer to every keystroke. */
export function useSettled<T>(value: T, ms: number): T {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), ms);
    return () => clearTimeout(timer);
  }, [value, ms]);
  return settled;
}
