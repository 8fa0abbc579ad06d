"""How a scorer does: when it leaves off by itself, and what its workers say of themselves."""

from __future__ import annotations

import json

from django.db import connection

from annotate.scoring.models import Pulse, Scorer
from annotate.scoring.scorers.base import BaseScorer

LONGEST_WAIT = 300.0
"""Seconds, unless the scorer itself asked for more."""
PULSES_KEPT = "1 day"


def hold_off(row: Scorer, reason: str, wait: float, *, anew: bool = False) -> None:
    """Lets the scorer leave off for `wait` seconds, and for twice as long each time in a row. `anew`: something went
    through in between, so that the row begins again.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH row AS (
                SELECT id, CASE WHEN %s THEN 0 ELSE troubles END AS before FROM scoring_scorer
                WHERE id = %s FOR NO KEY UPDATE
            )
            UPDATE scoring_scorer s SET notice = %s, troubles = row.before + 1, resume_at =
                now() + least(%s * 2 ^ least(row.before, 10), greatest(%s, %s)) * interval '1 second'
            FROM row WHERE s.id = row.id
            """,
            [anew, row.pk, reason.replace("\0", "")[:1000], max(wait, 1.0), wait, LONGEST_WAIT],
        )


def recovered(row: Scorer) -> None:
    """Forgets that it had to leave off: a batch went through."""
    Scorer.objects.filter(pk=row.pk).exclude(troubles=0, notice="").update(troubles=0, notice="", resume_at=None)


def record_pulse(row: Scorer, scorer: BaseScorer, worker: str) -> None:
    """Writes down how this process does with the scorer. Rows of workers that are gone are cleared in passing."""
    stats = {name: float(value) for name, value in scorer.stats().items()}
    if not stats and row.queue == "celery":
        return
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO scoring_pulse (scorer_id, worker, at, stats)
            SELECT id, %s, now(), %s::jsonb FROM scoring_scorer WHERE id = %s
            ON CONFLICT (scorer_id, worker) DO UPDATE SET at = excluded.at, stats = excluded.stats
            """,
            [worker.rpartition(":")[0], json.dumps(stats), row.pk],
        )


def clear_pulses() -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {Pulse._meta.db_table} WHERE at < now() - interval '{PULSES_KEPT}'")  # noqa: S608
