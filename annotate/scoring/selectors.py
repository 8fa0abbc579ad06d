"""Shaped reads over scores and the work on them."""

# ruff: noqa: S608 - the SQL is put together from this module's own constants; values go in as parameters

from __future__ import annotations

from typing import Any

from django.db import connection

from annotate.projects.models import Project

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


def idle_projects() -> list[int]:
    """Projects with work to do on which no worker is."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT s.project_id FROM scoring_scorer s CROSS JOIN LATERAL ({_OPEN}) AS w
            WHERE s.enabled AND s.kind <> 'imported'
            GROUP BY s.project_id HAVING sum(w.open) > 0 AND NOT bool_or(w.busy)
            ORDER BY s.project_id
            """
        )
        return [project_id for (project_id,) in cursor.fetchall()]


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
