import { t } from "../i18n";
import { decimal } from "../model/format";
import { type SeenScore, scoreState } from "../model/score";

/** What scorers say of one step, small, where a person may see it. */
export function ScoreMarks({ scores }: { scores: readonly SeenScore[] | undefined }) {
  if (!scores?.length) return null;
  return (
    <p class="score-marks small">
      <span class="visually-hidden">{t("score.label")}</span>
      {scores.map(({ scorer, value, reason }) => {
        const { shape, word, tone } = scoreState(value);
        return (
          <span key={scorer} class="score-mark" data-tone={tone} title={reason || undefined}>
            {shape} {scorer}: {word} ({decimal(value, 2)})
          </span>
        );
      })}
    </p>
  );
}
