/** What can be done to an import, and what its withdrawal came to. */
import type { Import } from "../api/types";
import { plural } from "./format";

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
  const went = [n("traces") && plural(n("traces"), "trace"), n("choices") && plural(n("choices"), "choice")]
    .filter(Boolean)
    .join(" and ");
  const worked = n("traces_worked_on") + n("choices_worked_on");
  const others = n("traces_held_by_others") + n("choices_held_by_others");
  const stay = [
    worked && `${worked} stay, since people worked on them`,
    others && `${others} stay, since another import brought them too`,
  ].filter(Boolean);
  return `${[`${went || "nothing"} went`, ...stay].join("; ")}.`;
}
