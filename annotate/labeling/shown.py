"""Whether an annotator sees what scorers say of the steps: never before their own judgement, but for a share by lot."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from annotate.labeling.models import Assignment
from annotate.projects.models import Project, ShowScores
from annotate.scoring.models import StepScore


def may_see_scores(assignment: Assignment, project: Project) -> bool:
    if assignment.scores_shown:
        return True
    return project.show_scores != ShowScores.NEVER and assignment.state == Assignment.State.SUBMITTED


def scores_for(
    assignment: Assignment, project: Project, steps: Sequence[uuid.UUID]
) -> list[list[dict[str, Any]]] | None:
    """Of each of a trace's steps `[{"scorer", "value", "reason"}]`, by scorer; None where they are hidden."""
    if not may_see_scores(assignment, project):
        return None
    found: dict[uuid.UUID, list[dict[str, Any]]] = {}
    scores = StepScore.objects.filter(step__in=steps, scorer__project=project, scorer__enabled=True)
    for score in scores.select_related("scorer").order_by("scorer__key"):
        found.setdefault(score.step_id, []).append(
            {"scorer": score.scorer.key, "value": score.value, "reason": score.reason}
        )
    return [found.get(step, []) for step in steps]
