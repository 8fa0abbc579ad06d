// Everything that was said about a task, as text to take elsewhere.

import { t } from "../i18n/desk";
import { noteOn, wrongStep } from "./answer";
import type { Project } from "./claim";
import { submission } from "./submission";
import type { Work } from "./work";

export function inWords({ claim, answer }: Work, project: Project): string {
  const said = submission(claim, answer, project.label_schema);
  const rewrite = answer.mode === "choice" ? answer.rewrite : noteOn(answer, wrongStep(answer)).rewrite;
  const parts = [
    claim.problem.id == null
      ? t("in-words.unnamed-problem", { statement: claim.problem.statement })
      : t("in-words.problem", { id: claim.problem.id, statement: claim.problem.statement }),
    said.complete ? said.says : t("in-words.not-decided"),
    rewrite.trim() && t("in-words.better-step", { rewrite: rewrite.trim() }),
    answer.comment.trim() && t("in-words.comment", { comment: answer.comment.trim() }),
  ];
  return parts.filter(Boolean).join("\n\n");
}
