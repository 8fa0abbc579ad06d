import type { ExportFormat } from "../../api/types";
import { Checkbox, RadioGroup, Select, TextField } from "../../components/Field";
import { t } from "../../i18n/admin";
import {
  AFTER_TITLES,
  CONTAINER_TITLES,
  choicesOf,
  type ExportChoice,
  LABEL_CHOICES,
  NEUTRAL_TITLES,
  ofValues,
  PAIR_ORIGINS,
  pairsFrom,
  takesScorer,
  withPairs,
} from "../../model/exportOptions";

interface Props {
  choice: ExportChoice;
  format: ExportFormat;
  sources: string[];
  /** What the server said of single options. */
  wrong: Record<string, string>;
  onChange: (choice: ExportChoice) => void;
}

/** Every choice that the format takes. What it does not take is not shown. */
export function ExportFields({ choice, format, sources, wrong, onChange }: Props) {
  const { choices } = format;
  const set = (change: Partial<ExportChoice>) => onChange({ ...choice, ...change });
  return (
    <>
      <RadioGroup
        legend={t("export-fields.labels")}
        value={choice.labels}
        choices={choices.labels.map((value) => ({ value, ...LABEL_CHOICES[value] }))}
        onChange={(labels) => set({ labels })}
      />
      {choice.labels === "annotator" && (
        <div class="narrow">
          <TextField
            label={t("export-fields.username")}
            value={choice.by}
            error={wrong.by}
            spellcheck={false}
            onChange={(by) => set({ by })}
          />
        </div>
      )}
      {choice.labels === "imported" &&
        (sources.length ? (
          <div class="narrow">
            <Select
              label={t("export-fields.source")}
              value={choice.source}
              choices={sources.map((source) => ({ value: source, title: source }))}
              onChange={(source) => set({ source })}
            />
          </div>
        ) : (
          <p class="notice">{t("export-fields.nothing-was-imported-into")}</p>
        ))}
      <details class="stack" open={Object.keys(wrong).length > 0 || undefined}>
        <summary>{t("export-fields.more-choices")}</summary>
        <div class="stack narrow">
          <TextField
            label={t("export-fields.only-what-matches")}
            hint={t("export-fields.query-as-lists-traces")}
            optional
            value={choice.filter}
            error={wrong.filter}
            spellcheck={false}
            onChange={(filter) => set({ filter })}
          />
          {choices.neutral.length > 1 && (
            <Select
              label={t("export-fields.neutral-steps-count")}
              value={choice.neutral}
              choices={choicesOf(choices.neutral, NEUTRAL_TITLES)}
              onChange={(neutral) => set({ neutral })}
            />
          )}
          {choices.after_first_error.length > 1 && (
            <Select
              label={t("export-fields.steps-after-first-error")}
              value={choice.afterFirstError}
              choices={choicesOf(choices.after_first_error, AFTER_TITLES)}
              onChange={(afterFirstError) => set({ afterFirstError })}
            />
          )}
          <TextField
            label={t("export-fields.split")}
            hint={t("export-fields.parts-their-shares-train")}
            optional
            value={choice.split}
            error={wrong.split}
            spellcheck={false}
            onChange={(split) => set({ split })}
          />
          {choice.split.trim() !== "" && (
            <>
              <TextField
                label={t("export-fields.part")}
                hint={t("export-fields.one-them-or-file")}
                optional
                value={choice.part}
                error={wrong.part}
                spellcheck={false}
                onChange={(part) => set({ part })}
              />
              <TextField
                label={t("export-fields.seed")}
                hint={t("export-fields.any-text-another-one")}
                optional
                value={choice.seed}
                error={wrong.seed}
                spellcheck={false}
                onChange={(seed) => set({ seed })}
              />
            </>
          )}
          {format.per_problem && (
            <TextField
              label={t("export-fields.most-rows-from-one")}
              optional
              inputMode="numeric"
              value={choice.perProblem}
              error={wrong.per_problem}
              onChange={(perProblem) => set({ perProblem })}
            />
          )}
          {choices.pairs.length > 0 && (
            <PairOrigins choice={choice} format={format} onChange={(pairs) => set({ pairs })} />
          )}
          {takesScorer(choice, format) && (
            <TextField
              label={t("export-fields.values-of")}
              hint={t("export-fields.scorer-project-or-name")}
              optional={format.scorer !== "must" && !ofValues(choice, format)}
              value={choice.scorer}
              error={wrong.scorer}
              spellcheck={false}
              onChange={(scorer) => set({ scorer })}
            />
          )}
          {ofValues(choice, format) && (
            <TextField
              label={t("export-fields.margin")}
              hint={t("export-fields.how-much-more-better")}
              optional
              inputMode="decimal"
              value={choice.margin}
              error={wrong.margin}
              onChange={(margin) => set({ margin })}
            />
          )}
          {choices.pairs.length > 0 && choice.perProblem.trim() !== "" && (
            <TextField
              label={t("export-fields.hardest-first-by")}
              hint={t("export-fields.scorer-pairs-whose-worse")}
              optional
              value={choice.hard}
              error={wrong.hard}
              spellcheck={false}
              onChange={(hard) => set({ hard })}
            />
          )}
          {choices.container.length > 1 && (
            <Select
              label={t("export-fields.written-as")}
              value={choice.container}
              choices={choicesOf(choices.container, CONTAINER_TITLES)}
              onChange={(container) => set({ container })}
            />
          )}
          {choice.container === "hf" && (
            <TextField
              label={t("export-fields.licence")}
              hint={t("export-fields.as-hub-names-like")}
              optional
              value={choice.licence}
              error={wrong.licence}
              spellcheck={false}
              onChange={(licence) => set({ licence })}
            />
          )}
          <TextField
            label={t("export-fields.files")}
            hint={t("export-fields.several-them-readers-side")}
            optional
            inputMode="numeric"
            value={choice.shards}
            error={wrong.shards}
            onChange={(shards) => set({ shards })}
          />
          {format.columns && (
            <Checkbox
              label={t("export-fields.provenance")}
              hint={t("export-fields.each-row-says-by")}
              checked={choice.provenance}
              onChange={(provenance) => set({ provenance })}
            />
          )}
        </div>
      </details>
    </>
  );
}

/** One of them at least. */
function PairOrigins(props: {
  choice: ExportChoice;
  format: ExportFormat;
  onChange: (pairs: string) => void;
}) {
  const { choice, format, onChange } = props;
  const chosen = pairsFrom(choice, format);
  return (
    <fieldset class="field choices">
      <legend class="field-label">{t("export-fields.where-pairs-come-from")}</legend>
      {PAIR_ORIGINS.map((origin) => (
        <Checkbox
          key={origin}
          label={t(`export-options.pairs-${origin}`)}
          hint={t(`export-options.pairs-${origin}-text`)}
          checked={chosen.includes(origin)}
          disabled={chosen.length === 1 && chosen[0] === origin}
          onChange={(on) => onChange(withPairs(choice, format, origin, on))}
        />
      ))}
    </fieldset>
  );
}
