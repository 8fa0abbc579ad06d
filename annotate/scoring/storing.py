"""Writing results: idempotent, in one transaction, and only for claims that are still held."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from annotate.scoring.claims import MAX_ATTEMPTS, Claim
from annotate.scoring.models import Scorer
from annotate.scoring.scorers.base import Failed, Scored


@dataclass(frozen=True, slots=True)
class Result:
    """What came of a claim. `path`: the trace's steps, by 0-based index. For a choice, `outcome.steps` and `path` are
    its candidates.
    """

    claim: Claim
    outcome: Scored | Failed
    path: Sequence[uuid.UUID]


@transaction.atomic
def store(row: Scorer, results: Sequence[Result], worker: str) -> int:
    """Writes results and closes their rows, in one transaction. Answers how many rows are closed for good.

    Results of claims that ran out and went to somebody else are dropped: that worker's will come.
    """
    if not results:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM scoring_tracescore WHERE id = ANY(%s) AND state = 'claimed' AND claimed_by = %s"
            " ORDER BY id FOR UPDATE",
            [[r.claim.id for r in results], worker],
        )
        held = {id for (id,) in cursor.fetchall()}
        mine = [result for result in results if result.claim.id in held]
        _store_steps(cursor, row, mine)
        return _close(cursor, mine)


def _store_steps(cursor: CursorWrapper, row: Scorer, results: Sequence[Result]) -> None:
    scores = {
        result.path[index]: (opinion.value, opinion.reason)
        for result in results
        if isinstance(result.outcome, Scored)
        for index, opinion in result.outcome.steps.items()
    }
    if scores:
        steps = sorted(scores)  # all workers in the same order, so that they never wait for each other in a circle
        cursor.execute(
            """
            INSERT INTO scoring_stepscore AS s (scorer_id, step_id, value, reason)
            SELECT %s, * FROM unnest(%s::uuid[], %s::float8[], %s::text[])
            ON CONFLICT (scorer_id, step_id) DO UPDATE SET value = excluded.value, reason = excluded.reason
            WHERE (s.value, s.reason) IS DISTINCT FROM (excluded.value, excluded.reason)
            """,
            [row.pk, steps, [scores[s][0] for s in steps], [_clean(scores[s][1]) for s in steps]],
        )


def _close(cursor: CursorWrapper, results: Sequence[Result]) -> int:
    closed = []
    for result in results:
        claimed, outcome = result.claim, result.outcome
        if isinstance(outcome, Scored):
            value = outcome.trace.value if outcome.trace else None
            reason = outcome.trace.reason if outcome.trace else outcome.remark
            closed.append((claimed.id, "done", value, _clean(reason), ""))
        else:
            state = "failed" if outcome.final or claimed.attempts >= MAX_ATTEMPTS else "pending"
            closed.append((claimed.id, state, None, "", _clean(outcome.reason)))
    if closed:
        cursor.execute(
            """
            UPDATE scoring_tracescore w
            SET state = r.state, value = r.value, reason = r.reason, error = r.error, claimed_by = '',
                lease_until = NULL, done_at = CASE WHEN r.state <> 'pending' THEN clock_timestamp() END
            FROM unnest(%s::bigint[], %s::text[], %s::float8[], %s::text[], %s::text[])
                AS r (id, state, value, reason, error)
            WHERE w.id = r.id
            """,
            [list(column) for column in zip(*closed, strict=True)],
        )
    return sum(state != "pending" for _, state, *_ in closed)


def _clean(text: str) -> str:
    """Postgres keeps no NUL characters, and a reason is one short line."""
    return text.replace("\0", "")[:1000]
