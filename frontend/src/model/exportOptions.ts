/** What can be chosen for an export, and how it is said to the API. What is blank is the format's own default. */
import type { ExportFormat, Labels } from "../api/types";
import { t } from "../i18n/admin";

export interface ExportChoice {
  format: string;
  labels: Labels;
  /** Only with imported labels. */
  source: string;
  /** Only with one annotator's labels. */
  by: string;
  neutral: string;
  afterFirstError: string;
  filter: string;
  split: string;
  part: string;
  /** Another one draws the parts anew. */
  seed: string;
  perProblem: string;
  /** Where pairs come from, with commas between. */
  pairs: string;
  scorer: string;
  margin: string;
  hard: string;
  provenance: boolean;
  container: string;
  licence: string;
  shards: string;
}

export const NOTHING_CHOSEN: ExportChoice = {
  format: "native",
  labels: "resolved",
  source: "",
  by: "",
  neutral: "",
  afterFirstError: "",
  filter: "",
  split: "",
  part: "",
  seed: "",
  perProblem: "",
  pairs: "",
  scorer: "",
  margin: "",
  hard: "",
  provenance: false,
  container: "",
  licence: "",
  shards: "",
};

export type Asked = Record<string, string>;

/** As a query or a body: only what is chosen and what the format takes, so that changing the format is never an error. */
export function asked(choice: ExportChoice, format: ExportFormat | undefined): Asked {
  const found: Asked = { format: choice.format, labels: choice.labels };
  const take = (name: string, value: string, able: boolean | undefined = true) => {
    if (value.trim() && able) found[name] = value.trim();
  };
  take("source", choice.source, choice.labels === "imported");
  take("by", choice.by, choice.labels === "annotator");
  take(
    "neutral",
    choice.neutral,
    format?.choices.neutral.some((one) => one === choice.neutral),
  );
  take(
    "after_first_error",
    choice.afterFirstError,
    format?.choices.after_first_error.some((one) => one === choice.afterFirstError),
  );
  take("filter", choice.filter);
  take("split", choice.split);
  take("part", choice.part, Boolean(choice.split.trim()));
  take("seed", choice.seed, Boolean(choice.split.trim()));
  take("per_problem", choice.perProblem, format?.per_problem);
  take("pairs", choice.pairs, Boolean(format?.choices.pairs.length));
  take("scorer", choice.scorer, takesScorer(choice, format));
  take("margin", choice.margin, ofValues(choice, format));
  take("hard", choice.hard, Boolean(format?.choices.pairs.length) && choice.perProblem.trim() !== "");
  take("provenance", choice.provenance ? "1" : "", format?.columns);
  take(
    "container",
    choice.container,
    format?.choices.container.some((one) => one === choice.container),
  );
  take("licence", choice.licence, choice.container === "hf");
  take("shards", choice.shards === "1" ? "" : choice.shards);
  return found;
}

/** Whether it comes to several files, which only a snapshot can be. */
export const isSeveral = (choice: ExportChoice) =>
  choice.container !== "hf" &&
  ((Boolean(choice.split.trim()) && choice.part === "*") || Number(choice.shards || 1) > 1);

/** Whether pairs come from a scorer's values. */
export function ofValues(choice: ExportChoice, format: ExportFormat | undefined): boolean {
  return Boolean(format?.choices.pairs.length && pairsFrom(choice, format).includes("values"));
}

/** Whether it has yet to be said whose values are meant. */
export const lacksScorer = (choice: ExportChoice, format: ExportFormat | undefined) =>
  (format?.scorer === "must" || ofValues(choice, format)) && !choice.scorer.trim();

export function takesScorer(choice: ExportChoice, format: ExportFormat | undefined): boolean {
  if (!format || format.scorer === "no") return false;
  return format.scorer === "must" || !format.choices.pairs.length || ofValues(choice, format);
}

/** Where the format's pairs come from: as chosen, or as usual. */
export const pairsFrom = (choice: ExportChoice, format: ExportFormat): readonly PairOrigin[] =>
  choice.pairs ? PAIR_ORIGINS.filter((one) => choice.pairs.split(",").includes(one)) : format.choices.pairs;

/** As `ExportChoice.pairs`, with one of them added or taken away. */
export function withPairs(
  choice: ExportChoice,
  format: ExportFormat,
  origin: PairOrigin,
  on: boolean,
): string {
  const now = pairsFrom(choice, format);
  const pairs = PAIR_ORIGINS.filter((one) => (one === origin ? on : now.includes(one))).join(",");
  return pairs === format.choices.pairs.join(",") ? "" : pairs;
}

/** What a file of the format ends in, as it is chosen. */
export function extensionOf(choice: ExportChoice, format: ExportFormat | undefined): string {
  const known: Record<string, string> = { parquet: "parquet", hf: "zip", ndjson: "jsonl", json: "json" };
  return known[choice.container] ?? format?.extension ?? "jsonl";
}

export const LABEL_CHOICES: Record<Labels, { title: string; text: string }> = {
  resolved: {
    title: t("export-options.what-stands"),
    text: t("export-options.one-answer-task-only"),
  },
  all: {
    title: t("export-options.every-vote"),
    text: t("export-options.all-judgements-who-made"),
  },
  annotator: { title: t("export-options.one-persons"), text: t("export-options.what-one-annotator-said") },
  soft: { title: t("export-options.shares-votes"), text: t("export-options.each-step-share-votes") },
  imported: { title: t("export-options.imported-labels"), text: t("export-options.what-came-data-from") },
};

export type PairOrigin = ExportFormat["choices"]["pairs"][number];

/** In the order in which the same pair belongs to the first. */
export const PAIR_ORIGINS: readonly PairOrigin[] = ["choice", "rewrite", "suggested", "siblings", "values"];

export const NEUTRAL_TITLES: Record<string, string> = {
  keep: t("export-options.as-neutral"),
  drop: t("export-options.as-not-labelled"),
  "as-good": t("export-options.as-good"),
  "as-bad": t("export-options.as-bad"),
};

export const AFTER_TITLES: Record<string, string> = {
  "as-said": t("export-options.what-was-said-them"),
  unlabelled: t("export-options.no-label"),
  truncate: t("export-options.not-there-trace-ends"),
  "as-wrong": t("export-options.wrong-all-them"),
};

export const CONTAINER_TITLES: Record<string, string> = {
  ndjson: t("export-options.json-lines"),
  json: t("export-options.one-json-array"),
  csv: "CSV",
  parquet: t("export-options.parquet-zstd"),
  hf: t("export-options.dataset-folder-hugging-face"),
};

/** The format's values as choices of a list, with its default named first and meant by "". */
export function choicesOf(values: readonly string[], titles: Record<string, string>) {
  const title = (value: string) => titles[value] ?? value;
  const [first, ...rest] = values;
  if (first === undefined) return [];
  return [
    { value: "", title: t("export-options.usual", { first: title(first) }) },
    ...rest.map((value) => ({ value, title: title(value) })),
  ];
}
