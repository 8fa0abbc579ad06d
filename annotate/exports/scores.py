"""Whose values of steps an export can be made with."""

from typing import Any

import psycopg
from django.db import connection

from annotate.core.errors import Invalid
from annotate.projects.models import Project
from annotate.scoring.models import Scorer

_NAMED = """
SELECT EXISTS (SELECT FROM corpus_trace t WHERE t.project_id = %(project)s AND t.{column} ? %(name)s)
"""

_VERSIONS = "SELECT key, version FROM scoring_scorer WHERE project_id = %s AND enabled AND key = ANY(%s) ORDER BY key"


def versions_of(snapshot: psycopg.Connection, project: int, names: list[str]) -> dict[str, Any]:
    """For the manifest: `{"scorers": {name: version}}`, with null for values that came with the data; nothing where no
    scorer was asked for.
    """
    if not names:
        return {}
    found: dict[str, str] = dict(psycopg.Cursor(snapshot).execute(_VERSIONS, (project, names)).fetchall())
    return {"scorers": {name: found.get(name) for name in names}}


def check_scorer(project: Project, name: str, field: str) -> None:
    """Raises Invalid, naming `field`, for what is neither a scorer of the project nor a name of scores or values that
    came with its data.
    """
    scorers = list(Scorer.objects.filter(project=project, enabled=True).order_by("key").values_list("key", flat=True))
    if name in scorers or _in_choices(project, name):
        return
    with connection.cursor() as cursor:
        for column in ("scores", "step_values"):
            cursor.execute(_NAMED.format(column=column), {"project": project.pk, "name": name})
            if cursor.fetchone()[0]:
                return
    known = f"Known are: {', '.join(scorers)}, and names of values in the data." if scorers else "There are none yet."
    raise Invalid.field(field, f"There is no scorer {name!r} here, and no values by this name. {known}")


def _in_choices(project: Project, name: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT EXISTS (
                SELECT FROM corpus_choice c CROSS JOIN LATERAL jsonb_array_elements(c.candidate_info) i
                WHERE c.project_id = %(project)s AND (i -> 'scores' ? %(name)s OR i -> 'values' ? %(name)s)
            )
            """,
            {"project": project.pk, "name": name},
        )
        return bool(cursor.fetchone()[0])
