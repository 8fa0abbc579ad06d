import { signal } from "@preact/signals";
import { Button } from "./Button";

export interface ToastOptions {
  text: string;
  tone?: "plain" | "bad";
  action?: { label: string; hint?: string; run: () => void };
  /** How long it stays; ten seconds unless said otherwise. */
  ms?: number;
}

interface Shown extends ToastOptions {
  id: number;
}

const shown = signal<Shown[]>([]);
let nextId = 1;

/** Shows a short message. Returns the function that takes it away early. */
export function toast(options: ToastOptions): () => void {
  const id = nextId++;
  const dismiss = () => {
    shown.value = shown.value.filter((one) => one.id !== id);
  };
  shown.value = [...shown.value.slice(-2), { ...options, id }];
  setTimeout(dismiss, options.ms ?? 10_000);
  return dismiss;
}

/** Lives once, at the end of the page. */
export function Toasts() {
  return (
    <div class="toasts" role="status" aria-live="polite">
      {shown.value.map((one) => (
        <div key={one.id} class={`toast toast-${one.tone ?? "plain"}`}>
          <span>{one.text}</span>
          {one.action && (
            <Button
              size="small"
              hint={one.action.hint}
              onClick={() => {
                one.action?.run();
                shown.value = shown.value.filter((other) => other.id !== one.id);
              }}
            >
              {one.action.label}
            </Button>
          )}
        </div>
      ))}
    </div>
  );
}
