/** What the scorers page says of a scorer, and what its form holds. */
import type { Scorer, ScorerKind, ScorerSetting, SpendingLimit } from "../api/types";
import { count, duration } from "./format";

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

export function condition(scorer: Scorer, now: number): Condition {
  const left = scorer.pending + scorer.claimed;
  if (scorer.kind === "imported") return { tone: "quiet", word: "came with the data" };
  if (scorer.paused) return { tone: "quiet", word: "paused", why: scorer.notice || undefined };
  if (scorer.kind === "learned" && !scorer.report?.on)
    return { tone: "quiet", word: "off", why: scorer.report?.why ?? "It is trained within a minute." };
  if (scorer.resume_at && Date.parse(scorer.resume_at) > now) {
    const wait = duration((Date.parse(scorer.resume_at) - now) / 1000);
    return { tone: "bad", word: `goes on in ${wait}`, why: scorer.notice };
  }
  if (scorer.claimed > 0) return { tone: "busy", word: "at work", why: scorer.notice || undefined };
  if (left > 0 && scorer.queue !== "celery" && scorer.workers === 0)
    return {
      tone: "bad",
      word: "waits for a worker",
      why: scorer.notice || `No worker that reads the queue ${scorer.queue} has told of itself lately.`,
    };
  if (left > 0) return { tone: "busy", word: "waiting for its turn", why: scorer.notice || undefined };
  if (scorer.failed > 0) return { tone: "bad", word: "done, with failures" };
  return { tone: "good", word: "done", why: scorer.report?.why };
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
  add("waiting", count(scorer.pending));
  add("in work", scorer.claimed > 0 && count(scorer.claimed));
  add("a minute", scorer.rate_per_minute > 0 && count(scorer.rate_per_minute));
  add("time left", scorer.eta_seconds !== null && `about ${duration(scorer.eta_seconds)}`);
  add("workers", scorer.workers > 0 && count(scorer.workers));
  add("tokens a second", stats.tokens_per_second !== undefined && count(stats.tokens_per_second));
  add("requests a minute", stats.requests_per_minute !== undefined && count(stats.requests_per_minute));
  add("padding", stats.padding_share !== undefined && `${Math.round(stats.padding_share * 100)} %`);
  if (stats.memory_bytes !== undefined) {
    const gib = (n: number) => (n / 2 ** 30).toFixed(1);
    const total = stats.memory_total_bytes ? ` of ${gib(stats.memory_total_bytes)}` : "";
    add("memory", `${gib(stats.memory_bytes)}${total} GiB`);
  }
  add("requests today", usage && count(usage.requests));
  add("tokens today", usage && count(usage.tokens_in + usage.tokens_out));
  add(
    "money today",
    usage && usage.money > 0 && usage.money.toLocaleString("en", { maximumSignificantDigits: 3 }),
  );
  return found;
}

/** What the installation's projects asked of servers today, where the operator has limited it. */
export function limitToday({ name, limit, used }: SpendingLimit): string {
  const what = name.split("_")[0];
  const number = (n: number) =>
    name === "money_per_day" ? n.toLocaleString("en", { maximumSignificantDigits: 3 }) : count(n);
  const told = `All projects of this installation together: ${number(used)} of ${number(limit)} ${what} asked of servers today.`;
  return used >= limit ? `${told} The operator's limit is reached; it goes on at 0:00 UTC.` : told;
}

/** "0.71 (0.68 to 0.73)". */
export function interval(values: number[] | undefined): string {
  if (!values || values.length < 3) return "–";
  const [value = 0, low = 0, high = 0] = values;
  return `${value.toFixed(2)} (${low.toFixed(2)} to ${high.toFixed(2)})`;
}
