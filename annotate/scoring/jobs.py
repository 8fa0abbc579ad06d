"""Wake-ups. They carry no work, only the hint that there is some; any of them may be lost, late or
doubled.
"""

from __future__ import annotations

import os
import uuid

from celery import shared_task
from django.core.cache import cache

from annotate.scoring.planning import ensure_default_scorers, outdated_projects
from annotate.scoring.selectors import idle_projects
from annotate.scoring.work import drain, free_expired

SLICE_SECONDS = 10.0
"""Of one job. Short, so that other jobs get their turn and a worker that is asked to stop can."""
SEATS = max(1, (os.cpu_count() or 1) - 1)
"""How many jobs score a project at once; one processor is left to everything else."""
SEAT_SECONDS = 30
"""How long a seat stays taken by a job that died, or waits for its next slice."""


@shared_task(name="scoring.score_project")
def score_project(project_id: int, seat: int | None = None, holder: str = "") -> None:
    """Scores for a while, and calls its own next slice if that was not all.

    A thousand uploads send a thousand wake-ups: all but the first few find no free seat and end at once,
    since those who have one go on until nothing is left. Seats are hints, too: without them work would be
    done by more jobs than needed, but still once.
    """
    holder = holder or uuid.uuid4().hex
    seat = _sit_down(project_id, range(SEATS) if seat is None else [seat], holder)
    if seat is None:
        return
    more = False
    try:
        more = drain(project_id, seconds=SLICE_SECONDS)
    finally:
        if more:
            cache.touch(_key(project_id, seat), SEAT_SECONDS)
            score_project.delay(project_id, seat, holder)
        else:
            cache.delete(_key(project_id, seat))


def _sit_down(project_id: int, seats: range | list[int], holder: str) -> int | None:
    for seat in seats:
        key = _key(project_id, seat)
        if cache.add(key, holder, SEAT_SECONDS) or cache.get(key) == holder:
            return seat
    return None


def _key(project_id: int, seat: int) -> str:
    return f"scoring:{project_id}:{seat}"


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
