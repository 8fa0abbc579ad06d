/** What figures say, in words and in lines to draw. */
import type { Figures, Lift, Measured } from "../api/types";
import { t } from "../i18n/admin";
import { decimal } from "./format";

export function labelsTitle(labels: string): string {
  if (labels === "gold") return t("evaluation.gold");
  return labels === "people"
    ? t("evaluation.what-people-said-here")
    : t("evaluation.labels-came-as", { labels: labels.slice(9) });
}

/** One decimal, as a share of a hundred; "–" where nothing was measured. */
export function share(value: number | null | undefined): string {
  return value === null || value === undefined ? "–" : t("format.percent", { n: decimal(100 * value, 1) });
}

export function area(found: Measured["step_auc"]): string {
  return found
    ? t("evaluation.to", {
        value: decimal(found.value, 3),
        low: decimal(found.low, 3),
        high: decimal(found.high, 3),
      })
    : "–";
}

/** "12 h", "40 min", "costs 2 h". */
export function saved(hours: number | null): string {
  if (hours === null) return "–";
  const size = Math.abs(hours);
  const minutes = Math.round(60 * size);
  const text =
    size >= 1
      ? t("format.hours", { hours: decimal(size, size >= 10 ? 0 : 1) })
      : t("format.minutes", { n: minutes });
  return hours < 0 && minutes > 0 ? t("evaluation.costs", { text }) : text;
}

export interface Curve {
  key: string;
  title: string;
  lift: Lift;
}

/** The lines of the lift chart: the queue first, then scorers, then what they have to beat. */
export function curves(figures: Figures): Curve[] {
  const { baselines, scorers } = figures;
  const rows: [string, string, Lift | null][] = [
    ["policy", t("evaluation.queues-order"), baselines.policy],
    ...scorers
      .filter((one) => one.with_opinion > 0)
      .map((one): [string, string, Lift | null] => [`scorer ${one.key}`, one.key, one.lift]),
    ["longest", t("evaluation.longest-first"), baselines.length],
    ["random", t("evaluation.random"), baselines.random],
  ];
  return rows.flatMap(([key, title, lift]) => (lift ? [{ key, title, lift }] : []));
}

/** What the page says first: what the order is worth. Null while nothing can be said. */
export function verdict(figures: Figures): string | null {
  const { policy, length } = figures.baselines;
  if (!policy || !length) return null;
  const [queue, longest, chance] = [policy.at_20, length.at_20, 0.2].map(share) as [string, string, string];
  const key = policy.at_20 >= length.at_20 ? "evaluation.verdict" : "evaluation.verdict-longest-first";
  return t(key, { queue, longest, chance });
}

/** A path through points in [0, 1], in a square of `size` whose origin is at the lower left. */
export function path(points: readonly (readonly [number, number])[], size: number): string {
  const at = (n: number) => Number((n * size).toFixed(1));
  return points.map(([x, y], i) => `${i ? "L" : "M"}${at(x)} ${at(1 - y)}`).join("");
}
