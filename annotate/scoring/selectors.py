"""Shaped reads over scores and the work on them."""

# ruff: noqa: S608 - the SQL is put together from this module's own constants; values go in as parameters

from __future__ import annotations

from datetime import UTC, timedelta
from typing import Any

from django.db import connection
from django.db.models import Count, F, Func, Min, TextField, Value
from django.utils import timezone

from annotate.core.heartbeat import general_workers
from annotate.projects.models import Project
from annotate.scoring.models import Pulse, Scorer, TraceScore, Usage

WINDOW = 1000
"""Work is claimed oldest first, so live claims are among the oldest open rows: looking at these many is
enough.
"""

_OPEN = f"""
    SELECT count(*) AS open, coalesce(bool_or(state = 'claimed' AND lease_until > now()), false) AS busy
    FROM (
        SELECT state, lease_until FROM scoring_tracescore
        WHERE scorer_id = s.id AND state IN ('pending', 'claimed') ORDER BY id LIMIT {WINDOW}
    ) AS oldest
"""

_WORKING = """s.enabled AND NOT s.paused AND s.kind <> 'imported'
    AND (s.resume_at IS NULL OR s.resume_at <= now())"""


def idle_projects() -> list[int]:
    """Projects with work to do in the common queue on which no worker is."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT s.project_id FROM scoring_scorer s CROSS JOIN LATERAL ({_OPEN}) AS w
            WHERE {_WORKING} AND s.queue = 'celery'
            GROUP BY s.project_id HAVING sum(w.open) > 0 AND NOT bool_or(w.busy)
            ORDER BY s.project_id
            """
        )
        return [project_id for (project_id,) in cursor.fetchall()]


def waiting_scorers() -> list[tuple[int, str]]:
    """(Scorer, queue) of the scorers with a queue of their own that have something to do. One that asks servers is
    left alone while it is at work; of one with a model, further workers may take their part.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT s.id, s.queue FROM scoring_scorer s CROSS JOIN LATERAL ({_OPEN}) AS w
            WHERE {_WORKING} AND s.queue <> 'celery' AND w.open > 0 AND (s.queue <> 'remote' OR NOT w.busy)
            ORDER BY s.id
            """
        )
        return cursor.fetchall()


def remote_at_work() -> set[int]:
    """Scorers that ask servers and hold work just now."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT s.id FROM scoring_scorer s CROSS JOIN LATERAL ({_OPEN}) AS w
            WHERE s.enabled AND s.queue = 'remote' AND w.busy
            """
        )
        return {scorer for (scorer,) in cursor.fetchall()}


def scorer_progress(project: Project) -> list[dict[str, Any]]:
    """`{"key", "version", "kind", "done", "pending", "failed"}` for each enabled scorer, by key."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT s.key, s.version, s.kind,
                count(*) FILTER (WHERE w.state = 'done'), count(*) FILTER (WHERE w.state IN ('pending',
                'claimed')), count(*) FILTER (WHERE w.state = 'failed')
            FROM scoring_scorer s LEFT JOIN scoring_tracescore w ON w.scorer_id = s.id
            WHERE s.project_id = %s AND s.enabled
            GROUP BY s.id ORDER BY s.key
            """,
            [project.pk],
        )
        names = ("key", "version", "kind", "done", "pending", "failed")
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def projects_with_new_scores() -> list[int]:
    """Projects in which scores are done that their priorities may not know yet.

    A score is stamped before its transaction commits, so the last seconds before a project was prioritised
    are looked at twice.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT p.id FROM projects_project p
            WHERE EXISTS (
                SELECT FROM scoring_scorer s CROSS JOIN LATERAL (
                    SELECT max(done_at) AS last FROM scoring_tracescore
                    WHERE scorer_id = s.id AND state = 'done'
                ) AS w
                WHERE s.project_id = p.id
                    AND w.last > coalesce(p.prioritised_at, '-infinity') - interval '5 seconds'
            )
            ORDER BY p.id
            """
        )
        return [project_id for (project_id,) in cursor.fetchall()]


def scorers_page(project: Project) -> list[dict[str, Any]]:
    """Every scorer in force, by key: the row under `row`, counts of its work, and how it does just now.

    What a worker held that is gone is `pending` again when its lease is over.
    `rate_per_minute`: closed in the last minutes, or since it began within them; `eta_seconds`: what is left at that
    rate, None without one, and while it is paused or leaves off; `workers`: that gave a sign of life in the last
    minutes, or just now where it is in the queue that every worker reads; `stats`: what they told, together (`MEANS`).
    """
    rows = {row.pk: row for row in Scorer.objects.filter(project=project, enabled=True).order_by("key")}
    counts = _counts(list(rows))
    for pk, row in rows.items():
        if row.paused or (row.resume_at and row.resume_at > timezone.now()):
            counts[pk]["eta_seconds"] = None
    pulses: dict[int, list[dict[str, float]]] = {}
    recent = timezone.now() - timedelta(minutes=RECENT_MINUTES)
    for pulse in Pulse.objects.filter(scorer__in=rows, at__gt=recent):
        pulses.setdefault(pulse.scorer_id, []).append(pulse.stats)
    today = timezone.now().astimezone(UTC).date()
    general = general_workers()
    usage = {use.key: use for use in Usage.objects.filter(project=project, day=today)}
    return [
        {
            "row": row,
            **counts[pk],
            "workers": len(pulses.get(pk, [])) or (general if row.queue == "celery" else 0),
            "stats": _together(pulses.get(pk, [])),
            "usage": usage.get(row.key),
        }
        for pk, row in rows.items()
    ]


RECENT_MINUTES = 2
MEANS = {"padding_share", "shared_share", "batch_tokens"}
"""Of what several workers tell; the rest is added up."""


def _counts(scorers: list[int]) -> dict[int, dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT s.id, count(*) FILTER (WHERE w.state = 'done'),
                count(*) FILTER (WHERE w.state = 'pending' OR w.state = 'claimed' AND w.lease_until <= now()),
                count(*) FILTER (WHERE w.state = 'claimed' AND w.lease_until > now()),
                count(*) FILTER (WHERE w.state = 'failed'),
                coalesce(
                    count(*) FILTER (WHERE w.done_at > now() - %s * interval '1 minute')
                    / greatest(extract(epoch FROM now() - min(w.done_at)
                        FILTER (WHERE w.done_at > now() - %s * interval '1 minute')) / 60, 0.1), 0)::float8
            FROM unnest(%s::bigint[]) AS s (id) LEFT JOIN scoring_tracescore w ON w.scorer_id = s.id
            GROUP BY s.id
            """,
            [RECENT_MINUTES, RECENT_MINUTES, scorers],
        )
        names = ("done", "pending", "claimed", "failed", "rate_per_minute")
        found = {row[0]: dict(zip(names, row[1:], strict=True)) for row in cursor.fetchall()}
    for one in found.values():
        left, rate = one["pending"] + one["claimed"], one["rate_per_minute"]
        one["eta_seconds"] = round(left / rate * 60) if left and rate else None
    return found


def _together(stats: list[dict[str, float]]) -> dict[str, float]:
    names = sorted({name for one in stats for name in one})
    summed = {name: sum(one.get(name, 0.0) for one in stats) for name in names}
    for name in MEANS & summed.keys():
        summed[name] /= sum(name in one for one in stats)
    return summed


def failures(scorer: Scorer, limit: int) -> tuple[list[TraceScore], list[tuple[str, int]]]:
    """The first failures, and the commonest reasons, one of those that differ in numbers alone, with how often each was
    met.
    """
    failed = TraceScore.objects.filter(scorer=scorer, state=TraceScore.State.FAILED)
    rows = failed.select_related("trace", "choice").order_by("id")[:limit]
    alike = Func(
        F("error"), Value(r"[0-9][0-9.,]*"), Value("0"), Value("g"), function="regexp_replace", output_field=TextField()
    )
    reasons = failed.values(alike=alike).annotate(example=Min("error"), times=Count("id")).order_by("-times", "example")
    return list(rows), list(reasons.values_list("example", "times")[:5])
