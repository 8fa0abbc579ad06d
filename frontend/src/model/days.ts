/** The days from the first to `today` (both as "2026-11-24"), with 0 where nothing happened; at most `limit`, the newest. */
export function fillDays(
  known: { day: string; submitted: number }[],
  today: string,
  limit = 30,
): { day: string; value: number }[] {
  const values = new Map(known.map((one) => [one.day, one.submitted]));
  const first = [...values.keys()].sort()[0];
  if (!first) return [];
  const days: { day: string; value: number }[] = [];
  const at = new Date(`${today}T00:00:00Z`);
  while (days.length < limit) {
    const day = at.toISOString().slice(0, 10);
    if (day < first) break;
    days.unshift({ day, value: values.get(day) ?? 0 });
    at.setUTCDate(at.getUTCDate() - 1);
  }
  return days;
}
