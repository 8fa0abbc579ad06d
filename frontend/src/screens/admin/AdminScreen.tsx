import type { FunctionComponent } from "preact";
import { useRoute } from "preact-iso";
import { ApiError } from "../../api/client";
import type { Project, Stats } from "../../api/types";
import { ButtonLink } from "../../components/Button";
import { Loaded } from "../../components/Loaded";
import { PageHeader } from "../../components/PageHeader";
import { Tabs } from "../../components/Tabs";
import { getProject, getStats } from "../../effects/projects";
import { usePoll } from "../../effects/usePoll";
import { type Resource, useResource } from "../../effects/useResource";
import { t } from "../../i18n/admin";
import { canReview } from "../../model/roles";
import { NotFoundScreen } from "../ErrorScreens";
import { TracesTab } from "../traces/TracesTab";
import { AgreementTab } from "./AgreementTab";
import { EvaluationTab } from "./EvaluationTab";
import { ExportTab } from "./ExportTab";
import { ImportTab } from "./ImportTab";
import { MembersTab } from "./MembersTab";
import { OverviewTab } from "./OverviewTab";
import { QueueTab } from "./QueueTab";
import { ScorersTab } from "./ScorersTab";
import { SettingsTab } from "./SettingsTab";
import { StatusStrip } from "./StatusStrip";

export interface TabProps {
  project: Resource<Project> & { data: Project };
  stats: Resource<Stats>;
}

interface AdminTab {
  key: string;
  title: string;
  component: FunctionComponent<TabProps>;
  /** Reviewers may see it too. */
  review?: boolean;
}

const TABS: AdminTab[] = [
  { key: "", title: t("admin.overview"), component: OverviewTab, review: true },
  { key: "import", title: t("admin.import"), component: ImportTab },
  { key: "traces", title: t("admin.traces"), component: TracesTab, review: true },
  { key: "queue", title: t("admin.queue"), component: QueueTab, review: true },
  { key: "scorers", title: t("admin.scorers"), component: ScorersTab },
  { key: "evaluation", title: t("admin.evaluation"), component: EvaluationTab, review: true },
  { key: "agreement", title: t("admin.agreement"), component: AgreementTab, review: true },
  { key: "members", title: t("admin.members"), component: MembersTab },
  { key: "export", title: t("admin.export"), component: ExportTab },
  { key: "settings", title: t("admin.settings"), component: SettingsTab },
];

export default function AdminScreen() {
  const { slug = "", tab = "" } = useRoute().params;
  const project = useResource(`project ${slug}`, (signal) => getProject(slug, signal));
  const stats = useResource(`stats ${slug}`, (signal) => getStats(slug, signal));
  const scoring = stats.data?.scorers.some((scorer) => scorer.pending > 0) ?? false;
  usePoll(!stats.error, scoring ? 3_000 : 30_000, stats.reload);

  if (project.error instanceof ApiError && project.error.status === 404) return <NotFoundScreen />;
  return (
    <Loaded resource={project}>
      {(data) => {
        const base = `/p/${data.slug}/admin`;
        const tabs = TABS.filter((one) => data.role === "admin" || (one.review && canReview(data.role)));
        const shown = tabs.find((one) => one.key === tab);
        if (!shown) return <NotFoundScreen />;
        const Tab = shown.component;
        return (
          <>
            <PageHeader
              title={shown.key ? `${data.name}: ${shown.title.toLowerCase()}` : data.name}
              actions={<ButtonLink href={`/p/${data.slug}`}>{t("admin.project-page")}</ButtonLink>}
            />
            <StatusStrip stats={stats} />
            <Tabs
              label={t("admin.project-administration")}
              tabs={tabs.map((one) => ({ href: one.key ? `${base}/${one.key}` : base, title: one.title }))}
            />
            <Tab key={shown.key} project={{ ...project, data }} stats={stats} />
          </>
        );
      }}
    </Loaded>
  );
}
