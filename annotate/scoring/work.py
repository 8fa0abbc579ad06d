"""The work of scoring: claim, score, store, until nothing is left or time is up.

Each row of work goes `pending → claimed → done`, or `failed` after MAX_ATTEMPTS. A claim is a lease: a worker
that dies simply lets it run out, and nobody has to notice. Storing is idempotent, and a row is closed only by
the worker that still holds it, so that work done twice leaves no trace of it.

When a scorer can't work (its server is away, its budget is spent) nothing is tried and nothing fails: it leaves off
for a while, for longer each time, and says why on its row.
"""

from __future__ import annotations

import os
import socket
import time
import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence

from django.db.models import Q, QuerySet
from django.utils import timezone

from annotate.scoring.claims import MAX_ATTEMPTS, Claim, claim, free_expired, holding, release, renew
from annotate.scoring.health import hold_off, record_pulse, recovered
from annotate.scoring.instances import instance
from annotate.scoring.loading import Job, jobs, load
from annotate.scoring.models import Scorer, TraceScore
from annotate.scoring.planning import complete_version
from annotate.scoring.scorers.base import BaseScorer, Failed, Scored, Unavailable, describe
from annotate.scoring.scorers.registry import scorer_class
from annotate.scoring.storing import Result, store

__all__ = ["MAX_ATTEMPTS", "Claim", "Result", "claim", "drain", "free_expired", "load", "release", "renew", "store"]

FLUSH_SECONDS = 5.0
"""Results are stored at least this often, so that a claim's lease outlives the work on it by far."""


def working(now: bool = True) -> QuerySet[Scorer]:
    """Scorers that are on and not paused; with `now`, without those that leave off just now."""
    rows = Scorer.objects.filter(enabled=True, paused=False).exclude(kind=Scorer.Kind.IMPORTED)
    rows = rows.exclude(kind=Scorer.Kind.LEARNED, model__isnull=True)
    return rows.filter(Q(resume_at=None) | Q(resume_at__lte=timezone.now())) if now else rows


def drain(
    project_id: int,
    *,
    seconds: float,
    keys: Iterable[str] | None = None,
    queue: str | None = None,
    scorer_id: int | None = None,
    on_stored: Callable[[int], object] = lambda rows: None,
) -> bool:
    """Scores what there is to score in a project by its scorers: only those in `keys`, of this `queue`, or the one
    with this id, if given.

    Stops after about `seconds`, between traces or batches. Answers whether it stopped for that: there may be more
    to do.
    """
    worker = f"{socket.gethostname()}:{os.getpid()}:{uuid.uuid4().hex[:12]}"[-100:]
    deadline = time.monotonic() + seconds
    rows = working().filter(project_id=project_id).order_by("pk")
    if queue is not None:
        rows = rows.filter(queue=queue)
    if scorer_id is not None:
        rows = rows.filter(pk=scorer_id)
    chosen = None if keys is None else set(keys)
    live = [row.pk for row in rows if chosen is None or row.key in chosen]
    readers: list[int] = []  # found nothing to do, but may after the others, whose scores they read
    last = False
    while live or readers:
        if not live:
            live, readers, last = readers, [], True
        for pk in list(live):
            # Read anew for each batch: somebody may have paused it or chosen other settings.
            row = working().filter(pk=pk).first()
            if row is None or not _batch(row, worker, deadline, on_stored):
                live.remove(pk)
                if row is not None and _reads(row):
                    if last:
                        _await_others(row)
                    else:
                        readers.append(pk)
                continue
            if time.monotonic() > deadline:
                return True
    return False


def _reads(row: Scorer) -> Sequence[str]:
    """Keys of the scorers whose scores this one reads."""
    try:
        return scorer_class(row.kind, row.key).depends_on(row.settings)
    except KeyError:  # nothing here can run it
        return []


def _await_others(row: Scorer) -> None:
    """Leaves a scorer alone for a moment whose traces wait for others: looking for one that can be had means looking
    at all of them.
    """
    if TraceScore.objects.filter(scorer=row, state=TraceScore.State.PENDING).exists():
        hold_off(row, f"It waits until {' and '.join(_reads(row))} have seen the rest.", 20, anew=True)


def _batch(row: Scorer, worker: str, deadline: float, on_stored: Callable[[int], object]) -> bool:
    """Works on one batch. Answers whether the scorer can go on: there was something, and it was able to work."""
    ready = _ready(row)
    if ready is None:
        return False
    row, scorer = ready
    reads = type(scorer).depends_on(row.settings)
    claims = claim(row, worker, scorer.batch_size, reads)
    if not claims:
        return False
    batch = Batch(row, scorer, worker, deadline, on_stored)
    batch.work(jobs(row, claims, reads))
    record_pulse(row, scorer, worker)
    if batch.trouble:
        hold_off(row, *batch.trouble, anew=batch.scored > 0)
    elif batch.scored and (row.troubles or row.notice):
        recovered(row)
    return not batch.trouble


def _ready(row: Scorer) -> tuple[Scorer, BaseScorer] | None:
    """The scorer and its row, which is another one if the version was not known before; None: it can't work now."""
    try:
        scorer = instance(row)
    except Unavailable as error:
        hold_off(row, error.reason, error.wait)
        return None
    except KeyError:
        hold_off(row, "This worker's installation has no scorer of this kind.", 60)
        return None
    except Exception as error:  # noqa: BLE001 - a model that can't be loaded must not end the job of the others
        hold_off(row, f"It could not be made ready. {describe(error)}", 60)
        return None
    if scorer.version == row.version:
        return row, scorer
    if row.kind != Scorer.Kind.EMBEDDED and scorer.version.startswith(row.version.partition("+")[0] + "+"):
        return complete_version(row, scorer.version), scorer
    return None  # another version of this program is running; the one in the database is somebody else's to run


class Batch:
    """One batch of jobs on its way through a scorer. `trouble`: (why, seconds) if it should leave off."""

    def __init__(
        self, row: Scorer, scorer: BaseScorer, worker: str, deadline: float, on_stored: Callable[[int], object]
    ) -> None:
        self.row, self.scorer, self.worker = row, scorer, worker
        self.deadline, self.on_stored = deadline, on_stored
        self.trouble: tuple[str, float] | None = None
        self.scored = 0
        self._results: list[Result] = []

    def work(self, todo: Sequence[Job | Claim]) -> None:
        lost = [one for one in todo if isinstance(one, Claim)]
        left = [one for one in todo if isinstance(one, Job)]
        self._results = [Result(c, Failed("A step of its path is missing.", final=True), []) for c in lost]
        outcomes = self.scorer.score([text for job in left for text, _ in job.texts])
        stored = time.monotonic()
        claims = [job.claim for job in left]
        try:
            with holding(claims, self.worker, self.scorer.batch_seconds, self.scorer.hung):
                while left and self._one(left, outcomes):
                    now = time.monotonic()
                    if now > self.deadline and not self.scorer.whole_batches:
                        break
                    if now - stored > FLUSH_SECONDS:
                        self._flush()
                        renew([job.claim for job in left], self.worker)
                        stored = now
        finally:
            self._flush()
            release([job.claim for job in left], self.worker)

    def _one(self, left: list[Job], outcomes: Iterator[Scored | Failed | Unavailable]) -> bool:
        """Takes the first job's outcome. Answers whether the others can go on."""
        job, broken = left[0], False
        outcome: Scored | Failed
        try:
            found = [next(outcomes) for _ in job.texts]
            away = next((one for one in found if isinstance(one, Unavailable)), None)
            if away is None:
                outcome = job.result([one for one in found if not isinstance(one, Unavailable)])
        except Unavailable as error:
            self._leave_off(error.reason, error.wait)
            return False
        except Exception as error:  # noqa: BLE001 - fails this one; the others are tried again
            left.pop(0)
            self._results.append(Result(job.claim, Failed(describe(error)), job.path))
            return False
        left.pop(0)
        if away is not None:
            self._leave_off(away.reason, away.wait)
            release([job.claim], self.worker)
            return self.scorer.whole_batches
        self._results.append(Result(job.claim, outcome, job.path))
        if isinstance(outcome, Scored):
            self.scored += 1
        elif outcome.wait:
            self._leave_off(outcome.reason, outcome.wait)
            broken = not self.scorer.whole_batches  # the others of a whole batch are on their way already
        return not broken

    def _leave_off(self, reason: str, wait: float) -> None:
        """Of several reasons in a batch the one with the longest wait is told."""
        if self.trouble is None or wait > self.trouble[1]:
            self.trouble = (reason, wait)

    def _flush(self) -> None:
        self.on_stored(store(self.row, self._results, self.worker))
        self._results = []
