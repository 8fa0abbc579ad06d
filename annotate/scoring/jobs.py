"""Wake-ups. They carry no work, only the hint that there is some; any of them may be lost, late or
doubled.

What computes here is woken by project, in the queue that every worker reads. A scorer with a queue of its own (it
waits for servers, or needs a card) is woken by itself, in that queue.
"""

from __future__ import annotations

import os
import uuid
from collections.abc import Callable, Sequence

from celery import shared_task
from django.conf import settings
from django.core.cache import cache

from annotate.scoring.claims import free_expired
from annotate.scoring.health import clear_pulses
from annotate.scoring.models import Scorer
from annotate.scoring.planning import ensure_default_scorers, outdated_projects
from annotate.scoring.selectors import idle_projects, remote_at_work, waiting_scorers
from annotate.scoring.work import drain

SLICE_SECONDS = 10.0
"""Of one job. Short, so that other jobs get their turn and a worker that is asked to stop can."""
MODEL_SLICE_SECONDS = 45.0
"""The same for a scorer that keeps a model: changing between two of them costs loading."""
SEATS = max(1, (os.cpu_count() or 1) - 1)
"""How many jobs score a project at once; one processor is left to everything else."""
MODEL_SEATS = 16
"""How many workers may run one scorer with a model of its own at once."""
TURNS = 30
"""How often, once a second, a scorer that asks servers looks for its turn before it is left to the next wake-up."""
SEAT_SECONDS = 30
MODEL_SEAT_SECONDS = 90
"""How long a seat stays taken by a job that died, or waits for its next slice; longer than a slice, or somebody else
takes it meanwhile and the job does not go on.
"""


@shared_task(name="scoring.score_project")
def score_project(project_id: int, seat: int | None = None, holder: str = "") -> None:
    """Scores for a while, and calls its own next slice if that was not all.

    A thousand uploads send a thousand wake-ups: all but the first few find no free seat and end at once,
    since those who have one go on until nothing is left. Seats are hints, too: without them work would be
    done by more jobs than needed, but still once.
    """
    holder = holder or uuid.uuid4().hex
    seat = _sit_down(str(project_id), range(SEATS) if seat is None else [seat], holder)
    if seat is not None:
        _slice(
            str(project_id),
            seat,
            lambda: drain(project_id, seconds=SLICE_SECONDS, queue="celery"),
            lambda: score_project.delay(project_id, seat, holder),
        )


@shared_task(name="scoring.run_scorer")
def run_scorer(scorer_id: int, seat: int | None = None, holder: str = "", waited: int = 0) -> None:
    """The same for one scorer, in the queue that it has for itself or shares with its like."""
    row = Scorer.objects.filter(pk=scorer_id, enabled=True).first()
    if row is None:
        return
    if row.queue == "remote":
        _ask_servers(row, waited)
        return
    holder, name = holder or uuid.uuid4().hex, f"scorer:{scorer_id}"
    seat = _sit_down(name, range(MODEL_SEATS) if seat is None else [seat], holder, MODEL_SEAT_SECONDS)
    if seat is not None:
        _slice(
            name,
            seat,
            lambda: drain(row.project_id, seconds=MODEL_SLICE_SECONDS, scorer_id=row.pk),
            lambda: run_scorer.apply_async((scorer_id, seat, holder), queue=row.queue),
            MODEL_SEAT_SECONDS,
        )


def _ask_servers(row: Scorer, waited: int) -> None:
    """One job at a time asks for a scorer: how much it asks at once is its own setting. So that waiting for servers
    does not take all processes, only so many do at once (SCORING_REMOTE_JOBS), in turn. Who is at work is seen by the
    leases: an answer may take longer than any seat would be kept.
    """
    at_work = remote_at_work()
    if row.pk in at_work:
        return
    if len(at_work) >= settings.SCORING_REMOTE_JOBS:
        if waited < TURNS:
            run_scorer.apply_async((row.pk, None, "", waited + 1), queue=row.queue, countdown=1)
        return
    if drain(row.project_id, seconds=SLICE_SECONDS, scorer_id=row.pk):
        # A moment later, in which another one may take its turn.
        run_scorer.apply_async((row.pk,), queue=row.queue, countdown=1)


def _slice(
    name: str, seat: int, work: Callable[[], bool], again: Callable[[], object], seconds: int = SEAT_SECONDS
) -> None:
    more = False
    try:
        more = work()
    finally:
        if more:
            cache.touch(_key(name, seat), seconds)
            again()
        else:
            cache.delete(_key(name, seat))


def _sit_down(name: str, seats: Sequence[int], holder: str, seconds: int = SEAT_SECONDS) -> int | None:
    for seat in seats:
        key = _key(name, seat)
        if cache.add(key, holder, seconds) or cache.get(key) == holder:
            return seat
    return None


def _key(name: str, seat: int) -> str:
    return f"scoring:{name}:{seat}"


@shared_task(name="scoring.wake_pending")
def wake_pending() -> None:
    """Finds work on which nobody is: after a lost wake-up, a dead worker, or an upgrade that brought new
    versions.
    """
    free_expired()
    clear_pulses()
    for project in outdated_projects():
        ensure_default_scorers(project)
    for project_id in idle_projects():
        score_project.delay(project_id)
    for scorer_id, queue in waiting_scorers():
        # Gone by the next one: where nobody reads the queue they must not pile up.
        run_scorer.apply_async((scorer_id,), queue=queue, expires=10)
