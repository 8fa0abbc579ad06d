import { t } from "../../i18n";
import type { Problem } from "../../model/claim";
import { Fold } from "./Fold";
import { MediaList } from "./MediaList";
import { Prose } from "./Prose";
import { Values } from "./Values";

interface ProblemContentProps {
  slug: string;
  problem: Pick<Problem, "media" | "solution" | "reference_steps" | "reference_states" | "material">;
  raw?: boolean;
}

/** What a problem has beside its statement and answer: media, its solution and reference steps, what is to be read beside it. */
export function ProblemContent({ slug, problem, raw = false }: ProblemContentProps) {
  return (
    <>
      {problem.media != null && problem.media.length > 0 && (
        <MediaList slug={slug} media={problem.media} asked />
      )}
      {problem.solution && (
        <Fold title={t("problem-content.reference-solution")}>
          <Prose text={problem.solution} raw={raw} />
        </Fold>
      )}
      {problem.reference_steps != null && problem.reference_steps.length > 0 && (
        <Fold title={t("content.reference-steps")}>
          <ol>
            {problem.reference_steps.map((step, index) => (
              <li key={index}>
                <Prose text={step.text} kind={step.kind} raw={raw} />
              </li>
            ))}
          </ol>
        </Fold>
      )}
      {problem.reference_states != null && problem.reference_states.length > 0 && (
        <Fold title={t("content.reference-states")}>
          <Values value={problem.reference_states} />
        </Fold>
      )}
      {problem.material?.map((one, index) => {
        const title = one.title ?? t("content.untitled", { n: index + 1 });
        return (
          <Fold
            key={index}
            title={
              one.kind === "retrieved" ? t("content.retrieved", { title }) : t("content.related", { title })
            }
          >
            <Prose text={one.text} raw={raw} />
            {one.source && <p class="small muted">{t("content.source", { source: one.source })}</p>}
            {one.media && one.media.length > 0 && <MediaList slug={slug} media={one.media} />}
          </Fold>
        );
      })}
    </>
  );
}
