/** Numbers, dates and amounts as people read them, in the language of the page. */
import { t } from "../i18n";
import { locale } from "../i18n/room";

const number = (n: number, digits = 0) =>
  new Intl.NumberFormat(locale(), { maximumFractionDigits: digits, minimumFractionDigits: digits }).format(n);

export const count = (n: number): string => number(n);

export const decimal = (n: number, digits: number): string => number(n, digits);

/** With so many digits that matter. */
export const amount = (n: number, digits: number): string =>
  new Intl.NumberFormat(locale(), { maximumSignificantDigits: digits }).format(n);

/** `plural(1, "task")` is "1 task"; `plural(2, "task")` is "2 tasks". */
export function plural(n: number, one: string, many = `${one}s`): string {
  return `${count(n)} ${n === 1 ? one : many}`;
}

/** A share as a percentage that never claims "100 %" or "0 %" when it isn't quite so. */
export function percent(part: number, whole: number): string {
  if (whole <= 0) return "–";
  const exact = (100 * part) / whole;
  if (exact > 99 && exact < 100) return t("format.percent", { n: 99 });
  if (exact > 0 && exact < 1) return t("format.less-than-one-percent");
  return t("format.percent", { n: Math.round(exact) });
}

const UNITS = [
  "format.bytes",
  "format.kilobytes",
  "format.megabytes",
  "format.gigabytes",
  "format.terabytes",
] as const;

export function bytes(n: number): string {
  let value = n;
  let unit = 0;
  while (value >= 1000 && unit < UNITS.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return t(UNITS[unit] ?? "format.bytes", { n: number(value, unit === 0 || value >= 100 ? 0 : 1) });
}

/** A span of seconds in its two largest units: "45 s", "3 min", "2 h 5 min". */
export function duration(seconds: number): string {
  if (seconds < 90) return t("format.seconds", { n: Math.round(seconds) });
  const all = Math.round(seconds / 60);
  if (all < 90) return t("format.minutes", { n: all });
  const [hours, minutes] = [Math.floor(all / 60), all % 60];
  return minutes ? t("format.hours-minutes", { hours, minutes }) : t("format.hours", { hours });
}

export function date(iso: string): string {
  return new Intl.DateTimeFormat(locale(), { day: "numeric", month: "short", year: "numeric" }).format(
    new Date(iso),
  );
}

export function dateTime(iso: string): string {
  const time = { hour: "2-digit", minute: "2-digit" } as const;
  return `${date(iso)}, ${new Intl.DateTimeFormat(locale(), time).format(new Date(iso))}`;
}

/** An id that we made up is too long to read: its beginning is enough to tell it from others. Given ids stay whole. */
export function shortId(id: string): string {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id) ? `${id.slice(0, 8)}…` : id;
}
