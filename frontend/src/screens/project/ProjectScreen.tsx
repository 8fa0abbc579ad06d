import { PageHeader } from "../../components/PageHeader";

export default function ProjectScreen() {
  return <PageHeader title="ProjectScreen" />;
}
