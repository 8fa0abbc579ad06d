/** What can be done to an import, and what its withdrawal came to. */
import type { Import } from "../api/types";
import { t } from "../i18n/admin";

export type ImportChange = "pause" | "resume" | "withdraw";

const WORKING: Import["state"][] = ["queued", "running", "withdrawing"];

/** Whether its row will change by itself. */
export const goesOn = ({ state }: Import) => WORKING.includes(state);

export function importChanges({ state, background }: Import): ImportChange[] {
  switch (state) {
    case "queued":
    case "running":
      return background ? ["pause", "withdraw"] : [];
    case "paused":
      return ["resume", "withdraw"];
    case "failed":
      return background ? ["resume", "withdraw"] : ["withdraw"];
    case "done":
    case "open":
      return ["withdraw"];
    default:
      return [];
  }
}

/** "12 traces went; 3 stay: people worked on them." */
export function withdrawnInWords(told: Record<string, number>): string {
  const n = (name: string) => told[name] ?? 0;
  const went = [
    n("traces") && t("imports.traces", { n: n("traces") }),
    n("choices") && t("imports.choices", { n: n("choices") }),
  ]
    .filter((part) => typeof part === "string")
    .reduce((some, more) => (some ? t("imports.and", { some, more }) : more), "");
  const worked = n("traces_worked_on") + n("choices_worked_on");
  const others = n("traces_held_by_others") + n("choices_held_by_others");
  const parts = [
    went ? t("imports.went", { went }) : t("imports.nothing-went"),
    worked && t("imports.stay-since-people-worked", { n: worked }),
    others && t("imports.stay-since-another-import", { n: others }),
  ].filter(Boolean);
  return `${parts.join("; ")}.`;
}
