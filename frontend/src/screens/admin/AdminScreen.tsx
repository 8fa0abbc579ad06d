import { PageHeader } from "../../components/PageHeader";

export default function AdminScreen() {
  return <PageHeader title="AdminScreen" />;
}
