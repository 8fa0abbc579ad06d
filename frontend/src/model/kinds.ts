import { t } from "../i18n";

/** What a step is, where it is more than a step of reasoning; "" for those. */
export function kindName(kind: string): string {
  const names: Record<string, string> = {
    reasoning: "",
    code: t("kind.code"),
    formal: t("kind.formal"),
    observation: t("kind.observation"),
    thought: t("kind.thought"),
    tool_call: t("kind.tool-call"),
  };
  return names[kind] ?? kind.replaceAll("_", " ");
}
