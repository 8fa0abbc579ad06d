"""Who works on which row: leases, so that a worker that dies or hangs holds nothing for long.

A trace on which workers die (a crash, no memory) must not take its batch with it: rows that were tried before
are claimed one at a time.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from django.conf import settings
from django.db import connection

from annotate.core.meanwhile import meanwhile
from annotate.scoring.models import Scorer

MAX_ATTEMPTS = 3


@dataclass(frozen=True, slots=True)
class Claim:
    """One row of work that this worker holds, on a trace or on a choice."""

    id: int
    trace_id: uuid.UUID | None
    choice_id: uuid.UUID | None
    attempts: int
    """Including this one."""


def claim(row: Scorer, worker: str, size: int, after: Sequence[str] = ()) -> list[Claim]:
    """Takes up to `size` rows that nobody holds, oldest first; a row that was tried before is taken alone.

    `after`: keys of scorers that must have seen the trace or choice before.
    """
    with connection.cursor() as cursor:
        for fresh, limit in ((True, size), (False, 1)):
            cursor.execute(
                f"""
                WITH picked AS (
                    SELECT id FROM scoring_tracescore w
                    WHERE scorer_id = %(scorer)s AND state IN ('pending', 'claimed')
                        AND (state = 'pending' OR lease_until < now())
                        AND attempts {"= 0" if fresh else "BETWEEN 1 AND %(attempts)s - 1"}
                        {_SEEN if after else ""}
                    ORDER BY id LIMIT %(limit)s FOR UPDATE SKIP LOCKED
                )
                UPDATE scoring_tracescore w
                SET state = 'claimed', attempts = attempts + 1, claimed_by = %(worker)s,
                    lease_until = now() + %(lease)s * interval '1 second'
                FROM picked WHERE w.id = picked.id
                RETURNING w.id, w.trace_id, w.choice_id, w.attempts
                """,  # noqa: S608
                {
                    "scorer": row.pk,
                    "project": row.project_id,
                    "attempts": MAX_ATTEMPTS,
                    "limit": limit,
                    "worker": worker,
                    "lease": settings.SCORING_LEASE_SECONDS,
                    "after": list(after),
                },
            )
            claims = sorted((Claim(*found) for found in cursor.fetchall()), key=lambda c: c.id)
            if claims:
                return claims
    return []


_SEEN = """
                        AND NOT EXISTS (
                            SELECT FROM scoring_scorer s JOIN scoring_tracescore d ON d.scorer_id = s.id
                            WHERE s.project_id = %(project)s AND s.key = ANY(%(after)s) AND s.enabled
                                AND d.state IN ('pending', 'claimed')
                                AND (d.trace_id = w.trace_id OR d.choice_id = w.choice_id)
                        )"""


def renew(claims: Sequence[Claim], worker: str) -> None:
    """Holds on to claims that are still to be worked on."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE scoring_tracescore SET lease_until = now() + %s * interval '1 second'"
            " WHERE id = ANY(%s) AND state = 'claimed' AND claimed_by = %s",
            [settings.SCORING_LEASE_SECONDS, [c.id for c in claims], worker],
        )


@contextmanager
def holding(
    claims: Sequence[Claim], worker: str, seconds: float, hung: Callable[[], object] = lambda: None
) -> Iterator[None]:
    """Renews the claims from a thread while the caller waits for a batch that takes longer than a lease.

    Not for more than `seconds`: whatever takes longer hangs, and loses its claims. `hung` is called then, once, from
    that thread.
    """
    if seconds <= 0:
        yield
        return
    end = time.monotonic() + seconds
    told = False

    def renew_in_time() -> None:
        nonlocal told
        if time.monotonic() < end:
            renew(claims, worker)
        elif not told:
            told = True
            hung()

    with meanwhile(renew_in_time, every=settings.SCORING_LEASE_SECONDS / 3, name="lease"):
        yield


def release(claims: Sequence[Claim], worker: str) -> None:
    """Gives back claims that were not worked on; they do not count as attempts."""
    if claims:
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE scoring_tracescore SET state = 'pending', attempts = greatest(attempts - 1, 0),"
                " claimed_by = '', lease_until = NULL"
                " WHERE id = ANY(%s) AND state = 'claimed' AND claimed_by = %s",
                [[c.id for c in claims], worker],
            )


def free_expired() -> int:
    """Closes rows whose workers died on them MAX_ATTEMPTS times. Other expired claims need no help: they are
    claimable.

    Answers how many rows were closed.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE scoring_tracescore SET state = 'failed', claimed_by = '', lease_until = NULL,
                error = 'The worker died or hung on this '
                    || CASE WHEN trace_id IS NULL THEN 'choice ' ELSE 'trace ' END || attempts || ' times.'
            WHERE state = 'claimed' AND lease_until < now() AND attempts >= %s
            """,
            [MAX_ATTEMPTS],
        )
        return cursor.rowcount
