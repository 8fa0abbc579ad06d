import type { ScorerKind, ScorerSetting, Scorers } from "../../api/types";
import { Checkbox, Select, TextArea, TextField } from "../../components/Field";
import { t } from "../../i18n/admin";
import type { Draft } from "../../model/scorers";

interface ScorerFieldsProps {
  kind: ScorerKind;
  known: Scorers;
  /** The scorer that is being set: it can't read itself. */
  self?: string;
  draft: Draft;
  onChange: (draft: Draft) => void;
  errors: Record<string, string>;
}

/** A form made from what the kind says of its settings. What rarely needs touching is folded away. */
export function ScorerFields(props: ScorerFieldsProps) {
  const { settings } = props.kind;
  const wrong = (setting: ScorerSetting) => props.errors[`settings.${setting.name}`] !== undefined;
  const first = settings.filter((one, i) => one.required || i < 4);
  const rest = settings.filter((one) => !first.includes(one));
  return (
    <>
      {first.map((one) => (
        <One key={one.name} {...props} setting={one} />
      ))}
      {rest.length > 0 && (
        <details open={rest.some(wrong) || undefined}>
          <summary>{t("scorer-fields.more-settings")}</summary>
          <div class="scorer-fields">
            {rest.map((one) => (
              <One key={one.name} {...props} setting={one} />
            ))}
          </div>
        </details>
      )}
    </>
  );
}

function One({
  setting,
  known,
  self,
  draft,
  onChange,
  errors,
}: ScorerFieldsProps & { setting: ScorerSetting }) {
  const { name, title, type, required } = setting;
  const value = draft[name];
  const text = typeof value === "string" ? value : "";
  const set = (next: string | boolean) => onChange({ ...draft, [name]: next });
  const common = {
    label: title,
    hint: hint(setting, known),
    optional: !required && setting.default === null,
    error: errors[`settings.${name}`],
    value: text,
    onChange: set,
  };
  if (type === "switch")
    return (
      <Checkbox label={title} hint={setting.hint || undefined} checked={value === true} onChange={set} />
    );
  if (type === "long") return <TextArea {...common} rows={3} />;
  if (type === "choice" || type === "scorer" || type === "key")
    return <Select {...common} choices={[NONE, ...choices(setting, known, self)]} />;
  return (
    <TextField
      {...common}
      autoComplete="off"
      spellcheck={false}
      inputMode={
        type === "integer" ? "numeric" : type === "number" ? "decimal" : type === "url" ? "url" : "text"
      }
    />
  );
}

const NONE = { value: "", title: "–" };

function choices(setting: ScorerSetting, known: Scorers, self?: string) {
  if (setting.type === "key") return known.keys.map((name) => ({ value: name, title: name }));
  if (setting.type === "scorer")
    return known.scorers
      .filter((one) => one.key !== self && one.kind !== "consensus")
      .map((one) => ({ value: one.key, title: one.key }));
  return setting.choices;
}

function hint({ type, hint: said, minimum, maximum }: ScorerSetting, known: Scorers): string | undefined {
  const parts = [said];
  if (type === "url")
    parts.push(
      known.hosts.length
        ? t("scorer-fields.allowed", { hosts: known.hosts.join(", ") })
        : t("scorer-fields.operator-allows-none-so"),
    );
  if ((type === "integer" || type === "number") && minimum !== null)
    parts.push(
      maximum === null
        ? t("scorer-fields.from", { minimum })
        : t("scorer-fields.from-to", { minimum, maximum }),
    );
  return parts.filter(Boolean).join(" ") || undefined;
}
