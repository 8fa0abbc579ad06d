/** What the settings form says about a project, and what of it changed. */
import type { ErrorType, Mode, Policy, Project, ProjectChange } from "../api/types";
import { t } from "../i18n/admin";
import { WEIGHTS } from "./policies";
import { type FullSchema, fullSchema } from "./schema";

/** All that annotators may say beyond the error types. */
export type SchemaForm = Omit<FullSchema, "version" | "error_types">;

/** An error type being edited. Only a fresh one's key follows its name: the others' keys are in labels already. */
export interface ErrorTypeDraft extends ErrorType {
  fresh?: boolean;
}

export interface SettingsForm {
  name: string;
  description: string;
  mode: Mode;
  /** Numbers are kept as typed until they are sent. */
  annotations_per_task: string;
  lease_minutes: string;
  policy: Policy;
  /** How much each part counts, as typed. */
  policy_weights: Record<string, string>;
  /** In percent. */
  random_share: string;
  show_scores: Project["show_scores"];
  /** In percent. */
  show_scores_share: string;
  show_reference: boolean;
  tasks_at_import: Project["tasks_at_import"];
  gold_sources: string[];
  guidelines: string;
  error_types: ErrorTypeDraft[];
  label_schema: SchemaForm;
}

export function toForm(project: Project): SettingsForm {
  return {
    name: project.name,
    description: project.description,
    mode: project.mode,
    annotations_per_task: String(project.annotations_per_task),
    lease_minutes: String(project.lease_minutes),
    policy: project.policy,
    policy_weights: Object.fromEntries(
      Object.entries(project.policy_weights).map(([part, weight]) => [part, String(weight)]),
    ),
    random_share: percents(project.random_share),
    show_scores: project.show_scores,
    show_scores_share: percents(project.show_scores_share),
    show_reference: project.show_reference,
    tasks_at_import: project.tasks_at_import,
    gold_sources: project.gold_sources,
    guidelines: project.guidelines.text,
    error_types: project.label_schema.error_types,
    label_schema: schemaForm(project),
  };
}

/** The body of a PATCH: only what differs from `project`. */
export function changes(form: SettingsForm, project: Project): ProjectChange {
  const before = toForm(project);
  const change: ProjectChange = {};
  if (form.name !== before.name) change.name = form.name;
  if (form.description !== before.description) change.description = form.description;
  if (form.mode !== before.mode) change.mode = form.mode;
  if (form.policy !== before.policy) change.policy = form.policy;
  if (JSON.stringify(form.policy_weights) !== JSON.stringify(before.policy_weights)) {
    change.policy_weights = Object.fromEntries(
      Object.entries(form.policy_weights).map(([part, weight]) => [part, Number(weight)]),
    );
  }
  if (form.show_scores !== before.show_scores) change.show_scores = form.show_scores;
  if (form.show_scores_share !== before.show_scores_share) {
    change.show_scores_share = Number(form.show_scores_share) / 100;
  }
  if (form.show_reference !== before.show_reference) change.show_reference = form.show_reference;
  if (form.tasks_at_import !== before.tasks_at_import) change.tasks_at_import = form.tasks_at_import;
  if (form.gold_sources.join("\n") !== before.gold_sources.join("\n")) {
    change.gold_sources = form.gold_sources;
  }
  if (form.guidelines !== before.guidelines) change.guidelines = form.guidelines;
  if (form.annotations_per_task !== before.annotations_per_task) {
    change.annotations_per_task = Number(form.annotations_per_task);
  }
  if (form.lease_minutes !== before.lease_minutes) change.lease_minutes = Number(form.lease_minutes);
  if (form.random_share !== before.random_share) change.random_share = Number(form.random_share) / 100;
  if (JSON.stringify(form.error_types) !== JSON.stringify(before.error_types)) {
    change.error_types = form.error_types.map(({ key, name }) => ({ key, name }));
  }
  const parts = Object.keys(before.label_schema) as (keyof SchemaForm)[];
  const differ = parts.filter(
    (part) => JSON.stringify(form.label_schema[part]) !== JSON.stringify(before.label_schema[part]),
  );
  if (differ.length) {
    change.label_schema = Object.fromEntries(differ.map((part) => [part, form.label_schema[part]]));
  }
  return change;
}

function schemaForm(project: Project): SchemaForm {
  const { version: _, error_types: __, ...rest } = fullSchema(project.label_schema);
  return rest;
}

/** What is wrong with the form, by field; empty when it can be sent. */
export function problems(form: SettingsForm): Partial<Record<keyof SettingsForm, string>> {
  const found: Partial<Record<keyof SettingsForm, string>> = {};
  if (!form.name.trim()) found.name = t("settings.project-needs-name");
  if (!isWhole(form.annotations_per_task, 1, 50))
    found.annotations_per_task = t("settings.whole-number-from-1");
  if (!isWhole(form.lease_minutes, 1, 1440)) found.lease_minutes = t("settings.whole-number-minutes-from");
  for (const share of ["random_share", "show_scores_share"] as const) {
    if (!isNumber(form[share], 100)) found[share] = t("settings.number-from-0-100");
  }
  const weights = WEIGHTS.filter(
    ({ part, most }) => part in form.policy_weights && !isNumber(form.policy_weights[part] ?? "", most),
  ).map(({ title, most }) => t("settings.number-from-0", { title, most }));
  if (weights.length) found.policy_weights = weights.join(" ");
  const wrong = errorTypesProblem(form.error_types);
  if (wrong) found.error_types = wrong;
  const nameless = SCHEMA_LISTS.find((part) => form.label_schema[part].some(({ name }) => !name.trim()));
  if (nameless) found.label_schema = t("settings.something-under-no-name", { list: listName(nameless) });
  return found;
}

const SCHEMA_LISTS = ["values", "tags", "spans", "rubric", "questions"] as const;

function listName(part: (typeof SCHEMA_LISTS)[number]): string {
  const names = {
    values: t("settings.values"),
    tags: t("settings.tags"),
    spans: t("settings.spans"),
    rubric: t("settings.rubric"),
    questions: t("settings.questions"),
  };
  return names[part];
}

function percents(share: number): string {
  return String(Math.round(share * 1000) / 10);
}

function isNumber(text: string, most: number): boolean {
  const n = text.trim() === "" ? Number.NaN : Number(text);
  return n >= 0 && n <= most;
}

function isWhole(text: string, min: number, max: number): boolean {
  const n = Number(text);
  return /^\s*\d+\s*$/.test(text) && n >= min && n <= max;
}

function errorTypesProblem(types: ErrorType[]): string | undefined {
  if (types.some((type) => !type.name.trim())) return t("settings.every-error-type-needs");
  const odd = types.find((type) => !/^[a-z][a-z0-9_]{0,39}$/.test(type.key));
  if (odd) return t("settings.key-must-lower-case", { name: odd.name });
  const keys = types.map((type) => type.key);
  const twice = keys.find((key, i) => keys.indexOf(key) !== i);
  return twice ? t("settings.two-error-types-key", { twice }) : undefined;
}
