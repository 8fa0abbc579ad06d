/** What the audit log is asked for, and what its entries say. */

/** As it stands in the page's address; days as the browser's fields write them, "2026-11-24", both included. */
export interface AuditFilter {
  verb: string;
  who: string;
  since: string;
  until: string;
}

/** What verbs begin with, in the order in which the list offers them. Each has its words in the catalogue. */
export const VERBS = [
  "project.",
  "member.",
  "trace",
  "import.",
  "tasks.",
  "scorer.",
  "suggest",
  "assignment.",
  "note.",
  "labels.",
  "export.",
] as const;

/** For the API, which knows moments: the days are those of this browser's clock. */
export function moments({ verb, who, since, until }: AuditFilter) {
  return { verb, who: who.trim(), since: startOf(since, 0), until: startOf(until, 1) };
}

function startOf(day: string, later: number): string | undefined {
  const [year, month, date] = day.split("-").map(Number);
  if (!year || !month || !date) return undefined;
  return new Date(year, month - 1, date + later).toISOString();
}

/** What an entry names, without what it leaves empty. */
export function details(data: Record<string, unknown>): { name: string; value: string }[] {
  return Object.entries(data)
    .filter(([, value]) => value !== null && value !== "")
    .map(([name, value]) => ({ name, value: typeof value === "string" ? value : JSON.stringify(value) }));
}
