import { PageHeader } from "../../components/PageHeader";

export default function AccountScreen() {
  return <PageHeader title="AccountScreen" />;
}
