// Everything that was said about a task, as text to take elsewhere.

import { noteOn, wrongStep } from "./answer";
import type { Project } from "./claim";
import { submission } from "./submission";
import type { Work } from "./work";

export function inWords({ claim, answer }: Work, project: Project): string {
  const said = submission(claim, answer, project.label_schema);
  const rewrite = answer.mode === "choice" ? answer.rewrite : noteOn(answer, wrongStep(answer)).rewrite;
  const parts = [
    `Problem ${claim.problem.id ?? ""}: ${claim.problem.statement}`.replace("Problem :", "Problem:"),
    said.complete ? said.says : "Not decided.",
    rewrite.trim() && `Better step:\n${rewrite.trim()}`,
    answer.comment.trim() && `Comment:\n${answer.comment.trim()}`,
  ];
  return parts.filter(Boolean).join("\n\n");
}
