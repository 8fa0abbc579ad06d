import { useState } from "preact/hooks";
import { Button } from "../../components/Button";
import { markGuidelinesSeen, seenGuidelines } from "../../effects/desk/seenGuidelines";
import { t } from "../../i18n";
import { answerText } from "../../model/answerText";
import type { Problem, Project } from "../../model/claim";
import { shortId } from "../../model/format";
import { MediaList } from "../content/MediaList";
import { Values } from "../content/Values";
import { Prose } from "./Prose";

interface ProblemPaneProps {
  problem: Problem;
  project: Project;
  raw: boolean;
}

/** What the steps are about: beside them on a wide screen, above them and folded on a narrow one. */
export function ProblemPane({ problem, project, raw }: ProblemPaneProps) {
  const [unfolded, setUnfolded] = useState(false);
  return (
    <aside class="problem" aria-label="Problem" data-unfolded={unfolded || undefined}>
      <div class="problem-head">
        <h2>Problem</h2>
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
          {unfolded ? "Less" : "More"}
        </Button>
      </div>
      <div class="problem-body">
        <Prose text={problem.statement} raw={raw} />
        {problem.media != null && problem.media.length > 0 && (
          <MediaList slug={project.slug} media={problem.media} asked />
        )}
        {problem.answer && (
          <div class="problem-answer">
            <h3>Reference answer</h3>
            <Prose text={raw ? problem.answer : answerText(problem.answer)} raw={raw} />
          </div>
        )}
        {problem.solution && (
          <Fold title="Reference solution">
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
              {one.media && one.media.length > 0 && <MediaList slug={project.slug} media={one.media} />}
            </Fold>
          );
        })}
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
      title={`Guidelines${version > 1 ? `, version ${version}` : ""}`}
      badge={changed ? "changed" : undefined}
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

interface FoldProps {
  title: string;
  badge?: string;
  onOpen?: () => void;
  children: preact.ComponentChildren;
}

/** Its content is made when it is opened first. */
function Fold({ title, badge, onOpen, children }: FoldProps) {
  const [opened, setOpened] = useState(false);
  return (
    <details
      class="problem-fold"
      onToggle={(event) => {
        if (!event.currentTarget.open) return;
        setOpened(true);
        onOpen?.();
      }}
    >
      <summary>
        {title} {badge && <span class="badge">{badge}</span>}
      </summary>
      {opened && children}
    </details>
  );
}
