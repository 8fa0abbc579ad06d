import { TextField } from "../../components/Field";
import { t } from "../../i18n/admin";
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
      <legend class="field-label">{t("weight-fields.how-much-each-part")}</legend>
      <p class="field-hint">{t("weight-fields.parts-ranks-from-0")}</p>
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
