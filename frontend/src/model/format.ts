/** Numbers, dates and amounts as people read them. The interface is in English, so are they. */

const whole = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });

export function count(n: number): string {
  return whole.format(n);
}

/** `plural(1, "task")` is "1 task"; `plural(2, "task")` is "2 tasks". */
export function plural(n: number, one: string, many = `${one}s`): string {
  return `${count(n)} ${n === 1 ? one : many}`;
}

/** A share as a percentage that never claims "100 %" or "0 %" when it isn't quite so. */
export function percent(part: number, whole: number): string {
  if (whole <= 0) return "–";
  const exact = (100 * part) / whole;
  if (exact > 99 && exact < 100) return "99 %";
  if (exact > 0 && exact < 1) return "< 1 %";
  return `${Math.round(exact)} %`;
}

export function bytes(n: number): string {
  const units = ["bytes", "kB", "MB", "GB", "TB"];
  let value = n;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${unit === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${units[unit]}`;
}

/** A span of seconds in its two largest units: "45 s", "3 min", "2 h 5 min". */
export function duration(seconds: number): string {
  if (seconds < 90) return `${Math.round(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 90) return `${minutes} min`;
  const rest = minutes % 60;
  return `${count(Math.floor(minutes / 60))} h${rest ? ` ${rest} min` : ""}`;
}

export function date(iso: string): string {
  return new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", year: "numeric" }).format(
    new Date(iso),
  );
}

export function dateTime(iso: string): string {
  const time = { hour: "2-digit", minute: "2-digit" } as const;
  return `${date(iso)}, ${new Intl.DateTimeFormat("en-GB", time).format(new Date(iso))}`;
}

/** An id that we made up is too long to read: its beginning is enough to tell it from others. Given ids stay whole. */
export function shortId(id: string): string {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id) ? `${id.slice(0, 8)}…` : id;
}
