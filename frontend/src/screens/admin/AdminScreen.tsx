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
import { AuditTab } from "./AuditTab";
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
  /** Of the page: it names the project, too. */
  heading: (project: string) => string;
  component: FunctionComponent<TabProps>;
  /** Reviewers may see it too. */
  review?: boolean;
}

const TABS: AdminTab[] = [
  { key: "", title: t("admin.overview"), heading: (name) => name, component: OverviewTab, review: true },
  {
    key: "import",
    title: t("admin.import"),
    heading: (name) => t("admin.import-page", { name }),
    component: ImportTab,
  },
  {
    key: "traces",
    title: t("admin.traces"),
    heading: (name) => t("admin.traces-page", { name }),
    component: TracesTab,
    review: true,
  },
  {
    key: "queue",
    title: t("admin.queue"),
    heading: (name) => t("admin.queue-page", { name }),
    component: QueueTab,
    review: true,
  },
  {
    key: "scorers",
    title: t("admin.scorers"),
    heading: (name) => t("admin.scorers-page", { name }),
    component: ScorersTab,
  },
  {
    key: "evaluation",
    title: t("admin.evaluation"),
    heading: (name) => t("admin.evaluation-page", { name }),
    component: EvaluationTab,
    review: true,
  },
  {
    key: "agreement",
    title: t("admin.agreement"),
    heading: (name) => t("admin.agreement-page", { name }),
    component: AgreementTab,
    review: true,
  },
  {
    key: "members",
    title: t("admin.members"),
    heading: (name) => t("admin.members-page", { name }),
    component: MembersTab,
  },
  {
    key: "export",
    title: t("admin.export"),
    heading: (name) => t("admin.export-page", { name }),
    component: ExportTab,
  },
  {
    key: "settings",
    title: t("admin.settings"),
    heading: (name) => t("admin.settings-page", { name }),
    component: SettingsTab,
  },
  {
    key: "audit",
    title: t("admin.audit"),
    heading: (name) => t("admin.audit-page", { name }),
    component: AuditTab,
  },
];

export default function AdminScreen() {
  const { slug = "", tab = "" } = useRoute().params;
  const project = useResource(`project ${slug}`, (signal) => getProject(slug, signal));
  const stats = useResource(`stats ${slug}`, (signal) => getStats(slug, signal));
  const scoring = stats.data?.scorers.some((scorer) => scorer.pending > 0) ?? false;
  usePoll(!stats.error, scoring ? 3_000 : 30_000, stats);

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
              title={shown.heading(data.name)}
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
