"""How far people who judged the same task said the same."""

from typing import Any

from django.db import connection

from annotate.projects.models import Project


def exact_agreement(project: Project) -> dict[str, Any] | None:
    """`{"tasks", "exact"}`: tasks with two or more standing judgements, and the share of them, in [0, 1], in which
    all said the same of every step, or ranked the candidates the same way. Walks are not among them: two
    people who go different ways through a problem contradict each other nowhere. None when there is no such task. Where
    every judgement is derived from another trace's there is none: it would count that one again. One query.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT count(*), avg((different = 1)::int)::float8 FROM (
                SELECT count(DISTINCT (j.values, j.ranking)) AS different
                FROM labeling_judgement j
                WHERE j.project_id = %s AND j.superseded_at IS NULL AND j.problem_id IS NULL
                GROUP BY j.trace_id, j.choice_id HAVING count(*) > 1 AND bool_or(j.derived_from_id IS NULL)
            ) judged""",
            [project.pk],
        )
        tasks, exact = cursor.fetchone()
    return {"tasks": tasks, "exact": exact} if tasks else None
