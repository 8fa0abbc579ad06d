import type { ComponentChildren } from "preact";
import type { TraceDetail } from "../../api/types";
import { Markdown } from "../../components/Markdown";
import { Why } from "../../components/Why";
import { t } from "../../i18n/admin";
import { isolated } from "../../i18n/room";
import { decimal } from "../../model/format";

// What the pages of a trace and of a choice have in common.

type About = Pick<TraceDetail, "state" | "priority" | "task" | "tags">;
type Scores = TraceDetail["steps"][number]["scores"];

export function Fact({ name, children }: { name: string; children: ComponentChildren }) {
  return (
    <div>
      <dt class="muted small">{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

/** The problem that it belongs to, and all else that does. */
export function ProblemFact({ id, href }: { id: string | null; href: (query: string) => string }) {
  if (!id) return null;
  return (
    <Fact name={t("trace.problem")}>
      <a href={href(`problem:"${id}"`)}>
        <bdi>{id}</bdi>
      </a>
    </Fact>
  );
}

/** What has become of its task, and how it is filed. */
export function WorkFacts({ about }: { about: About }) {
  return (
    <>
      <Fact name={t("trace.task")}>
        {about.state ? t(`trace.task-${about.state}`) : t("trace.none")}
        {about.priority !== null && t("trace.priority", { priority: decimal(about.priority, 3) })}
      </Fact>
      {about.task && (
        <Fact name={t("trace.why-there")}>
          <Why place={about.task} />
        </Fact>
      )}
      {about.tags.length > 0 && <Fact name={t("trace.tags")}>{about.tags.map(isolated).join(", ")}</Fact>}
    </>
  );
}

/** What scorers say of a step, and numbers on other scales that came with it. */
export function Numbers({ scores, values }: { scores: Scores; values: Record<string, number> }) {
  const [given, said] = [Object.entries(values), Object.entries(scores)];
  return (
    <>
      {given.length > 0 && (
        <p class="small muted">{given.map(([name, value]) => `${name} ${value}`).join(", ")}</p>
      )}
      {said.length > 0 && (
        <ul class="plain-list small">
          {said.map(([key, score]) => (
            <li key={key}>
              <code>{key}</code> {decimal(score.value, 2)}
              {score.reason && (
                <span class="muted" dir="auto">
                  {" "}
                  {score.reason}
                </span>
              )}
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

/** What was written beside a verdict. */
export function Written({ rewrite, comment }: { rewrite: string | null; comment: string }) {
  return (
    <>
      {rewrite !== null && (
        <div>
          <span class="muted small">{t("trace.instead")}</span>
          <Markdown text={rewrite} />
        </div>
      )}
      {comment && (
        <p class="pre-wrap muted" dir="auto">
          {comment}
        </p>
      )}
    </>
  );
}
