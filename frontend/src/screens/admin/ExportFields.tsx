import type { ExportFormat } from "../../api/types";
import { Checkbox, RadioGroup, Select, TextField } from "../../components/Field";
import {
  AFTER_TITLES,
  CONTAINER_TITLES,
  choicesOf,
  type ExportChoice,
  LABEL_CHOICES,
  NEUTRAL_TITLES,
  ofValues,
  takesScorer,
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
        legend="Labels"
        value={choice.labels}
        choices={choices.labels.map((value) => ({ value, ...LABEL_CHOICES[value] }))}
        onChange={(labels) => set({ labels })}
      />
      {choice.labels === "annotator" && (
        <div class="narrow">
          <TextField
            label="Username"
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
              label="Source"
              value={choice.source}
              choices={sources.map((source) => ({ value: source, title: source }))}
              onChange={(source) => set({ source })}
            />
          </div>
        ) : (
          <p class="notice">Nothing that was imported into this project came with labels.</p>
        ))}
      <details class="stack" open={Object.keys(wrong).length > 0 || undefined}>
        <summary>More choices</summary>
        <div class="stack narrow">
          <TextField
            label="Only what matches"
            hint="A query, as in the lists of traces and tasks."
            optional
            value={choice.filter}
            error={wrong.filter}
            spellcheck={false}
            onChange={(filter) => set({ filter })}
          />
          {choices.neutral.length > 1 && (
            <Select
              label="Neutral steps count"
              value={choice.neutral}
              choices={choicesOf(choices.neutral, NEUTRAL_TITLES)}
              onChange={(neutral) => set({ neutral })}
            />
          )}
          {choices.after_first_error.length > 1 && (
            <Select
              label="Steps after the first error"
              value={choice.afterFirstError}
              choices={choicesOf(choices.after_first_error, AFTER_TITLES)}
              onChange={(afterFirstError) => set({ afterFirstError })}
            />
          )}
          <TextField
            label="Split"
            hint="Parts and their shares: train:0.8,validation:0.1,test:0.1. A problem is in one part, always the same."
            optional
            value={choice.split}
            error={wrong.split}
            spellcheck={false}
            onChange={(split) => set({ split })}
          />
          {choice.split.trim() !== "" && (
            <TextField
              label="Part"
              hint="One of them, or * for a file of each. Without it, each row says its own."
              optional
              value={choice.part}
              error={wrong.part}
              spellcheck={false}
              onChange={(part) => set({ part })}
            />
          )}
          {format.per_problem && (
            <TextField
              label="Most rows from one problem"
              optional
              inputMode="numeric"
              value={choice.perProblem}
              error={wrong.per_problem}
              onChange={(perProblem) => set({ perProblem })}
            />
          )}
          {choices.pairs.length > 0 && (
            <TextField
              label="Where pairs come from"
              hint={`One or more of choice, rewrite, siblings, values, with commas. Usual: ${choices.pairs.join(",")}.`}
              optional
              value={choice.pairs}
              error={wrong.pairs}
              spellcheck={false}
              onChange={(pairs) => set({ pairs })}
            />
          )}
          {takesScorer(choice, format) && (
            <TextField
              label="Values of"
              hint="A scorer of this project, or a name of scores or values in the data."
              optional={format.scorer !== "must" && !ofValues(choice, format)}
              value={choice.scorer}
              error={wrong.scorer}
              spellcheck={false}
              onChange={(scorer) => set({ scorer })}
            />
          )}
          {ofValues(choice, format) && (
            <TextField
              label="Margin"
              hint="How much more the better step must be worth. Usual: 0.2."
              optional
              inputMode="decimal"
              value={choice.margin}
              error={wrong.margin}
              onChange={(margin) => set({ margin })}
            />
          )}
          {choices.pairs.length > 0 && choice.perProblem.trim() !== "" && (
            <TextField
              label="Hardest first, by"
              hint="A scorer: pairs whose worse step it rates highest are taken first."
              optional
              value={choice.hard}
              error={wrong.hard}
              spellcheck={false}
              onChange={(hard) => set({ hard })}
            />
          )}
          {choices.container.length > 1 && (
            <Select
              label="Written as"
              value={choice.container}
              choices={choicesOf(choices.container, CONTAINER_TITLES)}
              onChange={(container) => set({ container })}
            />
          )}
          {choice.container === "hf" && (
            <TextField
              label="Licence"
              hint="As the Hub names it, like cc-by-4.0. It stands in the dataset's card."
              optional
              value={choice.licence}
              error={wrong.licence}
              spellcheck={false}
              onChange={(licence) => set({ licence })}
            />
          )}
          <TextField
            label="Files"
            hint="Several of them, for readers side by side, come with a snapshot."
            optional
            inputMode="numeric"
            value={choice.shards}
            error={wrong.shards}
            onChange={(shards) => set({ shards })}
          />
          {format.columns && (
            <Checkbox
              label="Provenance"
              hint="Each row says by whom (under a pseudonym), when, under which guidelines, and how it was decided."
              checked={choice.provenance}
              onChange={(provenance) => set({ provenance })}
            />
          )}
        </div>
      </details>
    </>
  );
}
