import type { Place } from "../api/types";
import { t } from "../i18n/admin";
import { decimal } from "../model/format";

/** Why a task is where it is: a sentence, and the parts with their numbers behind it. */
export function Why({ place }: { place: Place }) {
  const { parts, minutes, in_problem, probability } = place;
  const facts = [
    probability !== null && t("why.by-lot-chance-was", { percent: Math.round(100 * probability) }),
    in_problem !== null && t("why.number-problem", { in_problem }),
    minutes !== null && t("why.about-minutes-read", { minutes: decimal(minutes, 1) }),
  ].filter(Boolean);
  return (
    <div class="why">
      {place.why}
      {(parts.length > 0 || facts.length > 0) && (
        <details class="small">
          <summary>{t("why.why-here")}</summary>
          {probability !== null && parts.length > 0 && <p>{t("why.without-lot-would-count")}</p>}
          <ul class="plain-list">
            {parts.map((one) => (
              <li key={one.part}>
                {t("why.weight-adds", {
                  title: one.title,
                  value: decimal(one.value, 2),
                  weight: one.weight,
                  share: decimal(one.share, 3),
                })}
              </li>
            ))}
            {facts.map((fact) => (
              <li key={String(fact)}>{fact}</li>
            ))}
          </ul>
        </details>
      )}
    </div>
  );
}
