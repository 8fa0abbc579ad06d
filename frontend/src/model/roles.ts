import type { Role } from "../api/types";
import { t } from "../i18n";

export const ROLES: { value: Role; title: string; text: string }[] = [
  { value: "annotator", title: t("roles.annotator"), text: t("roles.judges-tasks") },
  { value: "reviewer", title: t("roles.reviewer"), text: t("roles.also-sees-queue-everybodys") },
  { value: "admin", title: t("roles.admin"), text: t("roles.also-imports-exports-members") },
];

export const roleTitle = (role: Role): string => ROLES.find(({ value }) => value === role)?.title ?? role;

export function canReview(role: Role): boolean {
  return role !== "annotator";
}
