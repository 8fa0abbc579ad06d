"""The work of scoring: claim, score, store, until nothing is left or time is up.

Each row of work goes `pending → claimed → done`, or `failed` after MAX_ATTEMPTS. A claim is a lease: a worker
that dies simply lets it run out, and nobody has to notice. Storing is idempotent, and a row is closed only by
the worker that still holds it, so that work done twice leaves no trace of it.

A trace on which workers die (a crash, no memory) must not take its batch with it: rows that were tried before
are claimed one at a time.
"""

from __future__ import annotations

import os
import socket
import time
import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from annotate.corpus.models import Step, StepKind, Trace
from annotate.scoring.models import Scorer
from annotate.scoring.scorers.base import BaseScorer, Failed, Scored, StepText, TraceText, describe
from annotate.scoring.scorers.registry import EMBEDDED, embedded

MAX_ATTEMPTS = 3
FLUSH_SECONDS = 5.0
"""Results are stored at least this often, so that a claim's lease outlives the work on it by far."""


@dataclass(frozen=True, slots=True)
class Claim:
    """One row of work that this worker holds."""

    id: int
    trace_id: uuid.UUID
    attempts: int
    """Including this one."""


@dataclass(frozen=True, slots=True)
class Result:
    """What came of a claim. `path`: the trace's steps, by 0-based index."""

    claim: Claim
    outcome: Scored | Failed
    path: list[uuid.UUID]


def drain(
    project_id: int,
    *,
    seconds: float,
    keys: Iterable[str] | None = None,
    on_stored: Callable[[int], object] = lambda rows: None,
) -> bool:
    """Scores what there is to score in a project by its enabled scorers (only those in `keys`, if given).

    Stops after about `seconds`, between traces. Answers whether it stopped for that: there may be more to do.
    """
    worker = f"{socket.gethostname()}:{os.getpid()}:{uuid.uuid4().hex[:12]}"[-100:]
    deadline = time.monotonic() + seconds
    rows = Scorer.objects.filter(project_id=project_id, enabled=True, kind=Scorer.Kind.EMBEDDED, key__in=EMBEDDED)
    live = [row for row in rows if row.version == embedded(row.key).version and (keys is None or row.key in keys)]
    while live:
        for row in list(live):
            claims = claim(row, worker, embedded(row.key).batch_size)
            if not claims:
                live.remove(row)
                continue
            _work(row, embedded(row.key), claims, worker, deadline, on_stored)
            if time.monotonic() > deadline:
                return True
    return False


def _work(
    row: Scorer,
    scorer: BaseScorer,
    claims: Sequence[Claim],
    worker: str,
    deadline: float,
    on_stored: Callable[[int], object],
) -> None:
    texts = load([c.trace_id for c in claims])
    left = [c for c in claims if c.trace_id in texts]
    results: list[Result] = [
        Result(c, Failed("A step of its path is missing."), []) for c in claims if c.trace_id not in texts
    ]
    outcomes = scorer.score([texts[c.trace_id][0] for c in left])
    stored = time.monotonic()
    try:
        while left:
            claimed, broken = left.pop(0), False
            try:
                outcome = next(outcomes)
            except Exception as error:  # noqa: BLE001 - fails this trace; the others are tried again
                outcome, broken = Failed(describe(error)), True
            results.append(Result(claimed, outcome, texts[claimed.trace_id][1]))
            now = time.monotonic()
            if broken or now > deadline:
                break
            if now - stored > FLUSH_SECONDS:
                on_stored(store(row, results, worker))
                renew(left, worker)
                results, stored = [], now
    finally:
        on_stored(store(row, results, worker))
        release(left, worker)


def claim(row: Scorer, worker: str, size: int) -> list[Claim]:
    """Takes up to `size` rows that nobody holds, oldest first; a row that was tried before is taken alone."""
    with connection.cursor() as cursor:
        for fresh, limit in ((True, size), (False, 1)):
            cursor.execute(
                f"""
                WITH picked AS (
                    SELECT id FROM scoring_tracescore
                    WHERE scorer_id = %s AND state IN ('pending', 'claimed')
                        AND (state = 'pending' OR lease_until < now())
                        AND attempts {"= 0" if fresh else "BETWEEN 1 AND %s - 1"}
                    ORDER BY id LIMIT %s FOR UPDATE SKIP LOCKED
                )
                UPDATE scoring_tracescore w
                SET state = 'claimed', attempts = attempts + 1, claimed_by = %s,
                    lease_until = now() + %s * interval '1 second'
                FROM picked WHERE w.id = picked.id
                RETURNING w.id, w.trace_id, w.attempts
                """,  # noqa: S608
                [row.pk, *([] if fresh else [MAX_ATTEMPTS]), limit, worker, settings.SCORING_LEASE_SECONDS],
            )
            claims = sorted((Claim(*found) for found in cursor.fetchall()), key=lambda c: c.id)
            if claims:
                return claims
    return []


def renew(claims: Sequence[Claim], worker: str) -> None:
    """Holds on to claims that are still to be worked on."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE scoring_tracescore SET lease_until = now() + %s * interval '1 second'"
            " WHERE id = ANY(%s) AND state = 'claimed' AND claimed_by = %s",
            [settings.SCORING_LEASE_SECONDS, [c.id for c in claims], worker],
        )


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
            "UPDATE scoring_tracescore SET state = 'failed', claimed_by = '', lease_until = NULL, error ="
            " 'The worker died or hung on this trace ' || attempts || ' times.'"
            " WHERE state = 'claimed' AND lease_until < now() AND attempts >= %s",
            [MAX_ATTEMPTS],
        )
        return cursor.rowcount


def load(trace_ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, tuple[TraceText, list[uuid.UUID]]]:
    """The traces as scorers see them, with their paths. Two queries; a step that traces share is read
    once.
    """
    traces = list(Trace.objects.filter(pk__in=trace_ids).select_related("problem"))
    wanted = {step for trace in traces for step in trace.path}
    steps = {
        pk: StepText(text, kind, StepKind(kind).judged)
        for pk, text, kind in Step.objects.filter(pk__in=wanted).values_list("pk", "text", "kind")
    }
    return {
        trace.pk: (
            TraceText(
                problem=trace.problem.statement,
                steps=[steps[step] for step in trace.path],
                reference=trace.problem.answer,
                answer=trace.answer,
            ),
            trace.path,
        )
        for trace in traces
        if all(step in steps for step in trace.path)
    }


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
            state = "failed" if claimed.attempts >= MAX_ATTEMPTS else "pending"
            closed.append((claimed.id, state, None, "", _clean(outcome.reason)))
    if closed:
        cursor.execute(
            """
            UPDATE scoring_tracescore w
            SET state = r.state, value = r.value, reason = r.reason, error = r.error, claimed_by = '',
                lease_until = NULL, done_at = CASE WHEN r.state = 'done' THEN clock_timestamp() END
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
