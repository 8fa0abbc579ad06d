import { t } from "../i18n/admin";
import { count, date } from "../model/format";

export interface Day {
  /** As "2026-11-24". */
  day: string;
  value: number;
}

/** A bar a day, oldest first; the numbers are in the table that folds out under it. */
export function DayBars({ title, unit, days }: { title: string; unit: (n: number) => string; days: Day[] }) {
  const most = Math.max(1, ...days.map((one) => one.value));
  const sum = days.reduce((total, one) => total + one.value, 0);
  const first = days[0];
  const last = days[days.length - 1];
  if (!first || !last) return null;
  return (
    <figure class="day-bars">
      <figcaption>
        {title} <span class="muted num">{t("day-bars.in-days", { sum: unit(sum), n: days.length })}</span>
      </figcaption>
      <div class="day-plot" aria-hidden="true">
        {days.map((one) => (
          <span key={one.day} title={`${date(one.day)}: ${unit(one.value)}`}>
            <span style={{ blockSize: `${(100 * one.value) / most}%` }} />
          </span>
        ))}
      </div>
      <div class="day-axis small muted">
        <span>{date(first.day)}</span>
        <span>{t("day-bars.most-day", { most })}</span>
        <span>{date(last.day)}</span>
      </div>
      <details class="small">
        <summary>{t("day-bars.as-table")}</summary>
        <table class="table plain-table">
          <caption class="visually-hidden">{title}</caption>
          <thead>
            <tr>
              <th scope="col">{t("day-bars.day")}</th>
              <th scope="col" class="num-cell">
                {t("day-bars.submitted")}
              </th>
            </tr>
          </thead>
          <tbody>
            {days.map((one) => (
              <tr key={one.day}>
                <th scope="row">{date(one.day)}</th>
                <td class="num-cell">{count(one.value)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </figure>
  );
}
