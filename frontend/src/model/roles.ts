import type { Role } from "../api/types";

export const ROLES: { value: Role; title: string; text: string }[] = [
  { value: "annotator", title: "Annotator", text: "Judges tasks." },
  { value: "reviewer", title: "Reviewer", text: "Judges tasks, and sees the queue and everybody's numbers." },
  { value: "admin", title: "Admin", text: "Everything: imports, members, exports and settings." },
];

export function canReview(role: Role): boolean {
  return role !== "annotator";
}
