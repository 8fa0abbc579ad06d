import { TextField } from "../../components/Field";
import { WEIGHTS } from "../../model/policies";

interface WeightFieldsProps {
  weights: Record<string, string>;
  onChange: (weights: Record<string, string>) => void;
  error?: string;
}

/** How much each part counts in an order of one's own. */
export function WeightFields({ weights, onChange, error }: WeightFieldsProps) {
  return (
    <fieldset class="field stack">
      <legend class="field-label">How much each part counts</legend>
      <p class="field-hint">
        Parts are ranks from 0 to 1, so that scales of scorers don't matter. A trace's value is their mean by
        these weights; 0 leaves a part out.
      </p>
      {WEIGHTS.map(({ part, title, text }) => (
        <TextField
          key={part}
          label={title}
          hint={text}
          inputMode="decimal"
          value={weights[part] ?? ""}
          onChange={(value) => onChange({ ...weights, [part]: value })}
        />
      ))}
      {error && (
        <p class="field-error" role="alert">
          {error}
        </p>
      )}
    </fieldset>
  );
}
