import { useId } from "preact/hooks";
import { t } from "../i18n";

interface ProgressProps {
  label: string;
  /** Done so far; leave out while nobody knows how far it is. */
  value?: number;
  max?: number;
  /** What is said beside the label, such as "120 of 400". */
  text?: string;
}

export function Progress({ label, value, max = 1, text }: ProgressProps) {
  const id = useId();
  return (
    <div class="progress">
      <div class="progress-head">
        <label for={id}>{label}</label>
        {text && <span class="muted num">{text}</span>}
      </div>
      <progress id={id} value={value} max={max > 0 ? max : 1} />
    </div>
  );
}

export function Spinner({ label = t("progress.loading") }: { label?: string }) {
  return (
    <p class="spinner" role="status">
      <span class="spinner-ring" aria-hidden="true" />
      {label}
    </p>
  );
}
