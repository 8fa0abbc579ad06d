// What was said about a task, in few words, from the fields of a submit alone: for lists, where the task is not at hand.

import { t } from "../i18n";
import { FINISH_WORDS } from "./walk";
import type { Finish } from "./walkAnswer";

export function saidInWords(
  said: Record<string, unknown>,
  errorTypes: readonly { key: string; name: string }[],
): string {
  const chosen = list(said.error_types);
  const words = [
    verdict(said),
    ...errorTypes.filter(({ key }) => chosen.includes(key)).map(({ name }) => name.toLowerCase()),
    said.rewrite ? t("said.rewritten") : "",
  ];
  return words.filter(Boolean).join(" · ");
}

function verdict(said: Record<string, unknown>): string {
  if (typeof said.first_error === "number") return t("said.first-error", { n: said.first_error + 1 });
  if ("first_error" in said) return t("said.no-error");
  if ("labels" in said) return t("said.rated", { n: list(said.labels).length });
  if ("preferred" in said) return t("said.preferred");
  if (said.none_acceptable) return t("said.none");
  if ("ranking" in said) return t(list(said.ranking).length === 1 ? "said.tie" : "said.ranked");
  const walk = said.walk as { finish?: Finish; steps?: unknown } | undefined;
  if (walk?.finish) return `${FINISH_WORDS[walk.finish]}, ${t("said.rated", { n: list(walk.steps).length })}`;
  return "";
}

const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
