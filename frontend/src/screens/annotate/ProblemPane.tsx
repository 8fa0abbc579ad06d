import { useState } from "preact/hooks";
import { Button } from "../../components/Button";
import { markGuidelinesSeen, seenGuidelines } from "../../effects/desk/seenGuidelines";
import { t } from "../../i18n/desk";
import { answerText } from "../../model/answerText";
import type { Problem, Project } from "../../model/claim";
import { shortId } from "../../model/format";
import { Fold } from "../content/Fold";
import { ProblemContent } from "../content/ProblemContent";
import { Prose } from "../content/Prose";

interface ProblemPaneProps {
  problem: Problem;
  project: Project;
  raw: boolean;
}

/** What the steps are about: beside them on a wide screen, above them and folded on a narrow one. */
export function ProblemPane({ problem, project, raw }: ProblemPaneProps) {
  const [unfolded, setUnfolded] = useState(false);
  return (
    <aside class="problem" aria-label={t("problem-pane.problem")} data-unfolded={unfolded || undefined}>
      <div class="problem-head">
        <h2>{t("problem-pane.problem")}</h2>
        {problem.id != null && (
          <span class="muted small problem-id" title={String(problem.id)}>
            {shortId(String(problem.id))}
          </span>
        )}
        <Button
          variant="quiet"
          size="small"
          class="problem-toggle"
          aria-expanded={unfolded}
          onClick={() => setUnfolded(!unfolded)}
        >
          {unfolded ? t("problem-pane.less") : t("problem-pane.more")}
        </Button>
      </div>
      <div class="problem-body">
        <Prose text={problem.statement} raw={raw} />
        {problem.answer && (
          <div class="problem-answer">
            <h3>{t("problem-pane.reference-answer")}</h3>
            <Prose text={raw ? problem.answer : answerText(problem.answer)} raw={raw} />
          </div>
        )}
        <ProblemContent slug={project.slug} problem={problem} raw={raw} />
        <Guidelines project={project} />
      </div>
    </aside>
  );
}

function Guidelines({ project }: { project: Project }) {
  const { version, text } = project.guidelines;
  const [seen, setSeen] = useState(() => seenGuidelines(project.slug));
  if (!text.trim()) return null;
  const changed = seen > 0 && seen < version;
  return (
    <Fold
      title={version > 1 ? t("problem-pane.guidelines-version", { version }) : t("problem-pane.guidelines")}
      badge={changed ? t("problem-pane.changed") : undefined}
      onOpen={() => {
        markGuidelinesSeen(project.slug, version);
        setSeen(version);
      }}
    >
      <Prose text={text} />
      <p class="small">
        <a href={`/p/${project.slug}/notes?view=public`}>{t("notes.answered-questions")}</a>
      </p>
    </Fold>
  );
}
