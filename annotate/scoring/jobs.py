"""Wake-ups. They carry no work, only the hint that there is some; any of them may be lost, late or
doubled.
"""

from __future__ import annotations

from celery import shared_task

from annotate.scoring.planning import ensure_default_scorers, outdated_projects
from annotate.scoring.selectors import idle_projects
from annotate.scoring.work import drain, free_expired

SLICE_SECONDS = 10.0
"""Of one job. Short, so that other jobs get their turn and a worker that is asked to stop can."""


@shared_task(name="scoring.score_project")
def score_project(project_id: int) -> None:
    """Scores for a while, and wakes the next one if that was not all."""
    if drain(project_id, seconds=SLICE_SECONDS):
        score_project.delay(project_id)


@shared_task(name="scoring.wake_pending")
def wake_pending() -> None:
    """Finds work on which nobody is: after a lost wake-up, a dead worker, or an upgrade that brought new
    versions.
    """
    free_expired()
    for project in outdated_projects():
        ensure_default_scorers(project)
    for project_id in idle_projects():
        score_project.delay(project_id)
