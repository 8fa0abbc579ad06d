"""How far a project is: what lies in it, what was said, by whom and when. Each function is one query."""

from typing import Any

from django.db import connection

from annotate.accounts.models import User
from annotate.labeling.walks import FINISHES
from annotate.projects.models import Project

DAYS = 30

# A first error is the first value that is -1, and whoever was not sure of a step (2) did not say that there is none. A
# judgement of a choice is known by its groups, best first.
_SAID = """CASE
    WHEN -1 = ANY(j.values) THEN 'first_error'
    WHEN 2 = ANY(j.values) THEN 'unsure'
    WHEN j.trace_id IS NOT NULL THEN 'no_error'
    WHEN j.walk IS NOT NULL THEN j.walk ->> 'finish'
    WHEN j.ranking = '[]' THEN 'none_acceptable'
    WHEN jsonb_array_length(j.ranking) = 1
        AND jsonb_array_length(j.ranking -> 0) = cardinality(c.candidates) THEN 'tie'
    ELSE 'preferred' END"""


def contents(project: Project) -> dict[str, Any]:
    """`{"problems", "traces", "steps"}`: rows in the corpus; a step that traces share counts once."""
    return _row(
        """SELECT (SELECT count(*) FROM corpus_problem WHERE project_id = %(project)s) AS problems,
            (SELECT count(*) FROM corpus_trace WHERE project_id = %(project)s) AS traces,
            (SELECT count(*) FROM corpus_step s JOIN corpus_problem p ON p.id = s.problem_id
             WHERE p.project_id = %(project)s) AS steps""",
        project,
    )


def tasks(project: Project) -> dict[str, Any]:
    """`{"total", "open", "leased", "done"}`, the last three adding up to the first: some place is free; all are taken
    and somebody is at work; all are submitted.
    """
    return _row(
        """SELECT count(*) AS total, count(*) FILTER (WHERE t.free > 0) AS open,
            count(*) FILTER (WHERE t.free = 0 AND l.task_id IS NOT NULL) AS leased,
            count(*) FILTER (WHERE t.free = 0 AND l.task_id IS NULL) AS done
        FROM labeling_task t
        LEFT JOIN (
            SELECT DISTINCT task_id FROM labeling_assignment WHERE project_id = %(project)s AND state = 'leased'
        ) l ON l.task_id = t.id
        WHERE t.project_id = %(project)s""",
        project,
    )


def judgements(project: Project) -> dict[str, Any]:
    """How many standing judgements say what: `{"first_error", "no_error", "unsure", "preferred", "tie",
    "none_acceptable"}`, and of walks how they ended: `{"solved", "stuck", "given_up", "bad_problem"}`. `unsure`: no
    step is called wrong, and of some the person was not sure.
    """
    said = ("first_error", "no_error", "unsure", "preferred", "tie", "none_acceptable", *FINISHES)
    counts = dict.fromkeys(said, 0)
    for row in _rows(
        f"""SELECT {_SAID} AS said, count(*) AS n
        FROM labeling_judgement j LEFT JOIN corpus_choice c ON c.id = j.choice_id
        WHERE j.project_id = %(project)s AND j.superseded_at IS NULL GROUP BY said""",  # noqa: S608
        project,
    ):
        counts[row["said"]] = row["n"]
    return counts


def mine(project: Project, user: User) -> dict[str, Any]:
    """`{"open", "submitted", "skipped", "today", "active_seconds"}` of one person; the day is UTC's.

    `open`: tasks that want somebody and were never theirs.
    """
    return _row(
        """SELECT (
                SELECT count(*) FROM labeling_task t WHERE t.project_id = %(project)s AND t.free > 0 AND NOT EXISTS (
                    SELECT 1 FROM labeling_assignment a
                    WHERE a.task_id = t.id AND a.annotator_id = %(user)s AND a.state <> 'expired')
            ) AS open,
            count(*) FILTER (WHERE state = 'submitted') AS submitted,
            count(*) FILTER (WHERE state = 'skipped') AS skipped,
            count(*) FILTER (WHERE state = 'submitted' AND finished_at >= date_trunc('day', now(), 'UTC')) AS today,
            coalesce(sum(active_ms), 0)::bigint / 1000 AS active_seconds
        FROM labeling_assignment WHERE project_id = %(project)s AND annotator_id = %(user)s""",
        project,
        user=user.pk,
    )


def people(project: Project) -> list[dict[str, Any]]:
    """`{"username", "submitted", "skipped", "median_seconds"}` of everybody who did something here, the busiest first.
    The median is over submitted tasks that they saw, of the time that the page was in use; null before the first.
    """
    return _rows(
        """SELECT u.username, count(*) FILTER (WHERE a.state = 'submitted') AS submitted,
            count(*) FILTER (WHERE a.state = 'skipped') AS skipped,
            percentile_cont(0.5) WITHIN GROUP (ORDER BY a.active_ms / 1000.0)
                FILTER (WHERE a.state = 'submitted' AND NOT EXISTS (
                    SELECT 1 FROM labeling_judgement j WHERE j.assignment_id = a.id AND j.superseded_at IS NULL
                        AND j.derived_from_id IS NOT NULL)) AS median_seconds
        FROM labeling_assignment a JOIN accounts_user u ON u.id = a.annotator_id
        WHERE a.project_id = %(project)s AND a.state IN ('submitted', 'skipped')
        GROUP BY u.id ORDER BY submitted DESC, u.username""",
        project,
    )


def throughput(project: Project) -> list[dict[str, Any]]:
    """`{"day", "submitted"}` for each of the last DAYS days (UTC), today last, also for days without work."""
    return _rows(
        """WITH said AS (
            SELECT (created_at AT TIME ZONE 'UTC')::date AS day, count(*) AS submitted FROM labeling_judgement
            WHERE project_id = %(project)s AND superseded_at IS NULL
                AND created_at >= date_trunc('day', now(), 'UTC') - interval '1 day' * %(days)s
            GROUP BY 1
        )
        SELECT d.day::date AS day, coalesce(said.submitted, 0) AS submitted
        FROM generate_series((now() AT TIME ZONE 'UTC')::date - (%(days)s - 1), (now() AT TIME ZONE 'UTC')::date,
            interval '1 day') d(day)
        LEFT JOIN said ON said.day = d.day::date ORDER BY d.day""",
        project,
        days=DAYS,
    )


def _rows(sql: str, project: Project, **params: Any) -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, {"project": project.pk, **params})
        names = [column.name for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _row(sql: str, project: Project, **params: Any) -> dict[str, Any]:
    return _rows(sql, project, **params)[0]
