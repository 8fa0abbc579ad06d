/** What the scorers page says of a scorer, and what its form holds. */
import type { Scorer, ScorerKind, ScorerSetting, SpendingLimit } from "../api/types";
import { t } from "../i18n/admin";
import { amount, count, decimal, duration } from "./format";

/** A form's fields as people type them: texts, and yes or no. */
export type Draft = Record<string, string | boolean>;

export function draftOf(fields: ScorerSetting[], settings: Record<string, unknown> = {}): Draft {
  return Object.fromEntries(
    fields.map((field) => {
      const value = field.name in settings ? settings[field.name] : field.default;
      if (field.type === "switch") return [field.name, value === true];
      return [field.name, value === null || value === undefined ? "" : String(value)];
    }),
  );
}

/** As the server wants them: numbers as numbers, nothing for what is empty. */
export function settingsOf(fields: ScorerSetting[], draft: Draft): Record<string, unknown> {
  return Object.fromEntries(
    fields.map((field) => {
      const value = draft[field.name];
      if (field.type === "switch") return [field.name, value === true];
      const text = typeof value === "string" ? value : "";
      if (text === "") return [field.name, null];
      const number = field.type === "integer" || field.type === "number" ? Number(text) : Number.NaN;
      return [field.name, Number.isNaN(number) ? text : number];
    }),
  );
}

/** Whether a change of the draft would score everything anew. */
export function decides(fields: ScorerSetting[], before: Draft, after: Draft): boolean {
  return fields.some((field) => field.decides && before[field.name] !== after[field.name]);
}

/** Names a kind among those that can be added; built-in scorers share one kind. */
export const kindId = ({ kind, key }: Pick<ScorerKind, "kind" | "key">) =>
  kind === "embedded" ? `embedded:${key}` : kind;

/** The kind of a scorer that is there, if it can be set. */
export const kindOf = (kinds: ScorerKind[], scorer: Scorer) =>
  kinds.find((kind) => kindId(kind) === kindId(scorer));

export interface Condition {
  tone: "good" | "bad" | "quiet" | "busy";
  word: string;
  /** A sentence or two, where a word is not enough. */
  why?: string;
}

/** Whether it has left off by itself and will go on later. */
export const leavesOff = ({ resume_at }: Pick<Scorer, "resume_at">, now: number) =>
  resume_at !== null && Date.parse(resume_at) > now;

export function condition(scorer: Scorer, now: number): Condition {
  const left = scorer.pending + scorer.claimed;
  if (scorer.kind === "imported") return { tone: "quiet", word: t("scorers.came-data") };
  if (scorer.paused) return { tone: "quiet", word: t("scorers.paused"), why: scorer.notice || undefined };
  if (scorer.kind === "learned" && !scorer.report?.on)
    return {
      tone: "quiet",
      word: t("scorers.off"),
      why: scorer.report?.why ?? t("scorers.trained-within-minute"),
    };
  if (scorer.resume_at !== null && leavesOff(scorer, now)) {
    const wait = duration((Date.parse(scorer.resume_at) - now) / 1000);
    return { tone: "bad", word: t("scorers.goes-on", { wait }), why: scorer.notice };
  }
  // A worker of the common queue tells of itself every other second; one with a model may be long at one batch.
  const heard = scorer.queue !== "celery" && scorer.claimed > 0;
  if (left > 0 && scorer.workers === 0 && !heard)
    return {
      tone: "bad",
      word: t("scorers.waits-worker"),
      why: scorer.notice || t("scorers.no-worker-reads-queue", { queue: scorer.queue }),
    };
  if (scorer.claimed > 0)
    return { tone: "busy", word: t("scorers.at-work"), why: scorer.notice || undefined };
  if (left > 0) return { tone: "busy", word: t("scorers.waiting-turn"), why: scorer.notice || undefined };
  if (scorer.failed > 0) return { tone: "bad", word: t("scorers.done-failures") };
  return { tone: "good", word: t("scorers.done"), why: scorer.report?.why };
}

export interface Figure {
  name: string;
  value: string;
}

/** The figures of the moment; what nobody measured is left out. */
export function figures(scorer: Scorer): Figure[] {
  const { stats, usage } = scorer;
  const found: Figure[] = [];
  const add = (name: string, value: string | false | null | undefined) => {
    if (value) found.push({ name, value });
  };
  add(t("scorers.figure-waiting"), count(scorer.pending));
  add(t("scorers.figure-in-work"), scorer.claimed > 0 && count(scorer.claimed));
  add(t("scorers.figure-a-minute"), scorer.rate_per_minute > 0 && count(scorer.rate_per_minute));
  add(
    t("scorers.figure-time-left"),
    scorer.eta_seconds !== null && t("scorers.about", { time: duration(scorer.eta_seconds) }),
  );
  add(t("scorers.figure-workers"), scorer.workers > 0 && count(scorer.workers));
  add(
    t("scorers.figure-tokens-a-second"),
    stats.tokens_per_second !== undefined && count(stats.tokens_per_second),
  );
  add(
    t("scorers.figure-requests-a-minute"),
    stats.requests_per_minute !== undefined && count(stats.requests_per_minute),
  );
  const percent = (share: number) => t("format.percent", { n: Math.round(share * 100) });
  add(t("scorers.figure-padding"), stats.padding_share !== undefined && percent(stats.padding_share));
  add(t("scorers.figure-shared"), stats.shared_share !== undefined && percent(stats.shared_share));
  if (stats.memory_bytes !== undefined) {
    const gib = (n: number) => decimal(n / 2 ** 30, 1);
    const used = gib(stats.memory_bytes);
    add(
      t("scorers.figure-memory"),
      stats.memory_total_bytes
        ? t("scorers.gib-of", { used, total: gib(stats.memory_total_bytes) })
        : t("scorers.gib", { used }),
    );
  }
  add(t("scorers.figure-tokens-a-pass"), stats.batch_tokens !== undefined && count(stats.batch_tokens));
  // Passes are half as large since; nothing is lost by it, but somebody may want to know why it is slow.
  add(
    t("scorers.figure-memory-ran-out"),
    Boolean(stats.memory_ran_out) && t("scorers.times", { n: stats.memory_ran_out ?? 0 }),
  );
  add(t("scorers.figure-requests-today"), usage && count(usage.requests));
  add(t("scorers.figure-tokens-today"), usage && count(usage.tokens_in + usage.tokens_out));
  add(t("scorers.figure-money-today"), usage && usage.money > 0 && amount(usage.money, 3));
  return found;
}

/** What the installation's projects asked of servers today, where the operator has limited it. */
export function limitToday({ name, limit, used }: SpendingLimit): string {
  const number = (n: number) => (name === "money_per_day" ? amount(n, 3) : count(n));
  const what: Record<string, string> = {
    requests_per_day: t("scorers.limited-requests"),
    tokens_per_day: t("scorers.limited-tokens"),
    money_per_day: t("scorers.limited-money"),
  };
  const values = { used: number(used), limit: number(limit), what: what[name] ?? name };
  return t(used >= limit ? "scorers.limit-reached" : "scorers.limit", values);
}

/** "0.71 (0.68 to 0.73)". */
export function interval(values: number[] | undefined): string {
  if (!values || values.length < 3) return "–";
  const [value = 0, low = 0, high = 0] = values;
  return t("scorers.to", { value: decimal(value, 2), low: decimal(low, 2), high: decimal(high, 2) });
}
