import type { Role } from "../api/types";

export const ROLES: { value: Role; title: string; text: string }[] = [
  { value: "annotator", title: "Annotator", text: "judges tasks" },
  { value: "reviewer", title: "Reviewer", text: "also sees the queue and everybody's numbers" },
  { value: "admin", title: "Admin", text: "also imports, exports, members and settings" },
];

export function canReview(role: Role): boolean {
  return role !== "annotator";
}
