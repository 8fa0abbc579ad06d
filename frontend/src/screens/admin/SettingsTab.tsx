import { useEffect, useState } from "preact/hooks";
import type { Project } from "../../api/types";
import { Button } from "../../components/Button";
import { ErrorNotice } from "../../components/ErrorNotice";
import { Checkbox, RadioGroup, TextArea, TextField } from "../../components/Field";
import { toast } from "../../components/Toast";
import { changeProject } from "../../effects/projects";
import { useAction } from "../../effects/useAction";
import { useLeaveGuard } from "../../effects/useLeaveGuard";
import { t } from "../../i18n/admin";
import { MODES, POLICIES, SHOW_SCORES } from "../../model/policies";
import { changes, problems, type SettingsForm, toForm } from "../../model/settings";
import type { TabProps } from "./AdminScreen";
import { ErrorTypesEditor } from "./ErrorTypesEditor";
import { GuidelinesEditor } from "./GuidelinesEditor";
import { LabelSchemaEditor } from "./LabelSchemaEditor";
import { WeightFields } from "./WeightFields";

export function SettingsTab({ project, stats }: TabProps) {
  const { data } = project;
  // What counts already stays to be unchosen, also when its labels are withdrawn.
  const sources = [...new Set([...(stats.data?.sources ?? []), ...data.gold_sources])].sort();
  const [form, setForm] = useState(() => toForm(data));
  const action = useAction();
  const change = changes(form, data);
  const dirty = Object.keys(change).length > 0;
  const wrong = problems(form);
  const mayBeSent = Object.keys(wrong).length === 0;
  useLeaveGuard(dirty);
  useEffect(() => {
    // The address may point at a part of this page, which wasn't there yet when the browser looked for it.
    if (location.hash) document.getElementById(location.hash.slice(1))?.scrollIntoView();
  }, []);

  const set = <K extends keyof SettingsForm>(key: K) => {
    return (value: SettingsForm[K]) => setForm((old) => ({ ...old, [key]: value }));
  };
  const errorOf = (key: keyof SettingsForm) => wrong[key] ?? action.fields[key];
  const save = (event: SubmitEvent) => {
    event.preventDefault();
    if (!mayBeSent) return showWrong(event.currentTarget as HTMLFormElement);
    if (!dirty) return;
    action.run(async () => {
      const saved = await changeProject(data.slug, change);
      project.set(saved);
      setForm(toForm(saved));
      toast({ text: savedText(data, saved) });
    });
  };
  return (
    <form class="stack-large" onSubmit={save} noValidate>
      <section class="stack narrow" aria-labelledby="project-title">
        <h2 id="project-title">{t("settings.project")}</h2>
        <TextField
          label={t("settings.name")}
          maxLength={200}
          value={form.name}
          onChange={set("name")}
          error={errorOf("name")}
        />
        <TextArea
          label={t("settings.description")}
          optional
          rows={3}
          maxLength={5000}
          value={form.description}
          onChange={set("description")}
          error={errorOf("description")}
        />
      </section>

      <section class="stack narrow" aria-labelledby="tasks-title">
        <h2 id="tasks-title">{t("settings.tasks")}</h2>
        <RadioGroup
          legend={t("settings.what-trace-task-asks")}
          value={form.mode}
          choices={MODES}
          onChange={set("mode")}
        />
        <TextField
          label={t("settings.judgements-wanted-each-task")}
          hint={t("settings.so-many-different-people")}
          inputMode="numeric"
          value={form.annotations_per_task}
          onChange={set("annotations_per_task")}
          error={errorOf("annotations_per_task")}
        />
        <TextField
          label={t("settings.minutes-task-kept-somebody")}
          hint={t("settings.counted-from-last-change")}
          inputMode="numeric"
          value={form.lease_minutes}
          onChange={set("lease_minutes")}
          error={errorOf("lease_minutes")}
        />
        <Checkbox
          label={t("settings.show-reference-answer-solution")}
          hint={t("settings.where-problem-came-them")}
          checked={form.show_reference}
          onChange={set("show_reference")}
        />
        <Checkbox
          label={t("settings.make-task-everything-imported")}
          hint={t("settings.otherwise-admin-chooses-under")}
          checked={form.tasks_at_import === "all"}
          onChange={(on) => set("tasks_at_import")(on ? "all" : "none")}
        />
      </section>

      <section class="stack narrow" aria-labelledby="order-title">
        <h2 id="order-title">{t("settings.order-queue")}</h2>
        <RadioGroup
          legend={t("settings.which-traces-come-first")}
          value={form.policy}
          choices={POLICIES}
          onChange={set("policy")}
        />
        {form.policy === "custom" && (
          <WeightFields
            weights={form.policy_weights}
            onChange={set("policy_weights")}
            error={errorOf("policy_weights")}
          />
        )}
        <TextField
          label={t("settings.drawn-at-random-percent")}
          hint={t("settings.share-queue-ignores-scores")}
          inputMode="decimal"
          value={form.random_share}
          onChange={set("random_share")}
          error={errorOf("random_share")}
        />
      </section>

      <section class="stack narrow" aria-labelledby="scores-title">
        <h2 id="scores-title">{t("settings.scores")}</h2>
        <RadioGroup
          legend={t("settings.when-annotators-see-what")}
          value={form.show_scores}
          choices={SHOW_SCORES}
          onChange={set("show_scores")}
        />
        {form.show_scores === "share" && (
          <TextField
            label={t("settings.shown-from-start-percent")}
            hint={t("settings.drawn-by-lot-each")}
            inputMode="decimal"
            value={form.show_scores_share}
            onChange={set("show_scores_share")}
            error={errorOf("show_scores_share")}
          />
        )}
      </section>

      <section class="stack narrow" id="gold" aria-labelledby="gold-title">
        <h2 id="gold-title">{t("settings.gold")}</h2>
        <p class="muted">{t("settings.gold-text")}</p>
        {sources.length === 0 && <p class="muted">{t("settings.no-sources")}</p>}
        {sources.map((source) => (
          <Checkbox
            key={source}
            label={t("settings.gold-source", { source })}
            checked={form.gold_sources.includes(source)}
            onChange={(on) =>
              set("gold_sources")(
                sources.filter((one) => (one === source ? on : form.gold_sources.includes(one))),
              )
            }
          />
        ))}
      </section>

      <GuidelinesEditor
        version={data.guidelines.version}
        changed={change.guidelines !== undefined}
        value={form.guidelines}
        onChange={set("guidelines")}
      />
      <ErrorTypesEditor
        version={data.label_schema.version}
        value={form.error_types}
        onChange={set("error_types")}
        error={errorOf("error_types")}
      />

      <LabelSchemaEditor
        version={data.label_schema.version}
        value={form.label_schema}
        onChange={set("label_schema")}
        errors={Object.fromEntries(
          Object.keys(form.label_schema).map((part) => [
            part,
            action.fields[part] ?? action.fields[`label_schema.${part}`],
          ]),
        )}
      />
      {wrong.label_schema && (
        <p class="field-error" role="alert">
          {wrong.label_schema}
        </p>
      )}

      {Boolean(action.error) && (
        <ErrorNotice
          error={action.error}
          beside={[...Object.keys(form), ...Object.keys(form.label_schema)]}
        />
      )}
      <div class="save-bar" data-dirty={dirty || undefined}>
        <span role="status">
          {!dirty
            ? t("settings.everything-saved")
            : mayBeSent
              ? t("settings.not-saved-yet")
              : t("settings.some-fields-wrong")}
        </span>
        <span class="row">
          <Button disabled={!dirty} onClick={() => setForm(toForm(data))}>
            {t("settings.discard-changes")}
          </Button>
          <Button type="submit" variant="primary" disabled={!dirty} busy={action.busy}>
            {t("settings.save")}
          </Button>
        </span>
      </div>
    </form>
  );
}

/** The bar that says so covers the page's lower edge, and the field may be a screen away. */
function showWrong(form: HTMLFormElement): void {
  const field = form.querySelector<HTMLElement>("[aria-invalid='true']");
  field?.focus({ preventScroll: true });
  field?.scrollIntoView({ block: "center" });
}

function savedText(before: Project, after: Project): string {
  const news = [
    after.guidelines.version > before.guidelines.version &&
      t("settings.guidelines-version-now", { version: after.guidelines.version }),
    after.label_schema.version > before.label_schema.version &&
      t("settings.what-annotators-say-version", { version: after.label_schema.version }),
  ];
  return [t("settings.saved"), ...news.filter(Boolean)].join(" ");
}
