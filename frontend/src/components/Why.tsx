import type { Place } from "../api/types";

/** Why a task is where it is: a sentence, and the parts with their numbers behind it. */
export function Why({ place }: { place: Place }) {
  const { parts, minutes, in_problem, probability } = place;
  const facts = [
    probability !== null && `By lot: the chance was ${Math.round(100 * probability)} %.`,
    in_problem !== null && `Number ${in_problem} of its problem.`,
    minutes !== null && `About ${minutes.toFixed(1)} minutes to read.`,
  ].filter(Boolean);
  return (
    <div class="why">
      {place.why}
      {(parts.length > 0 || facts.length > 0) && (
        <details class="small">
          <summary>Why is this here?</summary>
          {probability !== null && parts.length > 0 && <p>Without the lot it would count like this:</p>}
          <ul class="plain-list">
            {parts.map((one) => (
              <li key={one.part}>
                {one.title}: {one.value.toFixed(2)} × weight {one.weight} adds {one.share.toFixed(3)}
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
