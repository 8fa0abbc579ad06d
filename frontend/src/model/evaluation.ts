/** What figures say, in words and in lines to draw. */
import type { Figures, Lift, Measured } from "../api/types";

export function labelsTitle(labels: string): string {
  if (labels === "gold") return "Gold";
  return labels === "people" ? "What people said here" : `Labels that came in as “${labels.slice(9)}”`;
}

/** One decimal, as a share of a hundred; "–" where nothing was measured. */
export function share(value: number | null | undefined): string {
  return value === null || value === undefined ? "–" : `${(100 * value).toFixed(1)} %`;
}

export function area(found: Measured["step_auc"]): string {
  return found ? `${found.value.toFixed(3)} (${found.low.toFixed(3)} to ${found.high.toFixed(3)})` : "–";
}

/** "12 h", "40 min", "costs 2 h". */
export function saved(hours: number | null): string {
  if (hours === null) return "–";
  const size = Math.abs(hours);
  const text =
    size >= 10
      ? `${Math.round(size)} h`
      : size >= 1
        ? `${size.toFixed(1)} h`
        : `${Math.round(60 * size)} min`;
  return hours < 0 && text !== "0 min" ? `costs ${text}` : text;
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
    ["policy", "The queue's order", baselines.policy],
    ...scorers
      .filter((one) => one.with_opinion > 0)
      .map((one): [string, string, Lift | null] => [`scorer ${one.key}`, one.key, one.lift]),
    ["longest", "Longest first", baselines.length],
    ["random", "Random", baselines.random],
  ];
  return rows.flatMap(([key, title, lift]) => (lift ? [{ key, title, lift }] : []));
}

/** What the page says first: what the order is worth. Null while nothing can be said. */
export function verdict(figures: Figures): string | null {
  const { policy, length } = figures.baselines;
  if (!policy || !length) return null;
  const compared = policy.at_20 >= length.at_20 ? "" : " Longest first would find more.";
  return (
    `Whoever reviews the first 20 % of the queue finds ${share(policy.at_20)} of the erroneous traces. ` +
    `Longest first finds ${share(length.at_20)}, a random order 20.0 %.${compared}`
  );
}

/** A path through points in [0, 1], in a square of `size` whose origin is at the lower left. */
export function path(points: readonly (readonly [number, number])[], size: number): string {
  const at = (n: number) => Number((n * size).toFixed(1));
  return points.map(([x, y], i) => `${i ? "L" : "M"}${at(x)} ${at(1 - y)}`).join("");
}
