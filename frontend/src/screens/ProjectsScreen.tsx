import { PageHeader } from "../components/PageHeader";

export default function ProjectsScreen() {
  return <PageHeader title="ProjectsScreen" />;
}
