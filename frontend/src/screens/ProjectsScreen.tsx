import { useState } from "preact/hooks";
import type { ProjectCard } from "../api/types";
import { Button } from "../components/Button";
import { EmptyState } from "../components/EmptyState";
import { Loaded } from "../components/Loaded";
import { PageHeader } from "../components/PageHeader";
import { listProjects } from "../effects/projects";
import { user } from "../effects/session";
import { useResource } from "../effects/useResource";
import { t } from "../i18n/pages";
import { count } from "../model/format";
import { roleTitle } from "../model/roles";
import { NewProjectDialog } from "./NewProjectDialog";

export default function ProjectsScreen() {
  const projects = useResource("projects", listProjects);
  const [creating, setCreating] = useState(false);
  const mayCreate = user.value?.is_staff;
  const create = (
    <Button variant="primary" onClick={() => setCreating(true)}>
      {t("projects.new-project")}
    </Button>
  );
  return (
    <>
      <PageHeader
        title={t("projects.my-projects")}
        actions={mayCreate && projects.data?.length ? create : undefined}
      />
      <Loaded resource={projects}>
        {(rows) =>
          rows.length ? (
            <ul class="project-grid plain-list">
              {rows.map((one) => (
                <ProjectItem key={one.slug} project={one} />
              ))}
            </ul>
          ) : (
            <EmptyState title={t("projects.no-projects-yet")} action={mayCreate ? create : undefined}>
              {mayCreate
                ? t("projects.project-holds-traces-people")
                : t("projects.ask-projects-admin-add", { username: user.value?.username ?? "" })}
            </EmptyState>
          )
        }
      </Loaded>
      {creating && <NewProjectDialog onClose={() => setCreating(false)} />}
    </>
  );
}

function ProjectItem({ project }: { project: ProjectCard }) {
  return (
    <li class="card project-card">
      <div class="row spread">
        <h2>
          <a href={`/p/${project.slug}`}>{project.name}</a>
        </h2>
        <span class="badge">{roleTitle(project.role)}</span>
      </div>
      {project.description && <p class="muted clamp">{project.description}</p>}
      <dl class="figures">
        <div>
          <dt>{t("projects.open")}</dt>
          <dd>{count(project.open)}</dd>
        </div>
        <div>
          <dt>{t("projects.done-today")}</dt>
          <dd>{count(project.mine.today)}</dd>
        </div>
        <div>
          <dt>{t("projects.done-all")}</dt>
          <dd>{count(project.mine.submitted)}</dd>
        </div>
      </dl>
    </li>
  );
}
