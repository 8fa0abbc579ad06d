"""What people have put work into is left alone: which tasks may go, and letting them go."""

# ruff: noqa: S608 - the SQL is put together from this module's own constants; values go in as parameters

from collections.abc import Sequence

from django.db import connection

from annotate.imports.deletion import delete
from annotate.labeling.models import Task

# Of a task `t`: somebody has judged it, is at it, left a draft, or wrote a note about it.
TOUCHED = """(
    EXISTS (SELECT FROM labeling_assignment a WHERE a.task_id = t.id
            AND (a.state IN ('leased', 'submitted') OR a.draft IS NOT NULL))
    OR EXISTS (SELECT FROM labeling_judgement j JOIN labeling_assignment a ON a.id = j.assignment_id
               WHERE a.task_id = t.id)
    OR EXISTS (SELECT FROM labeling_note n WHERE n.task_id = t.id)
)"""


def retire(keys: Sequence[bytes]) -> int:
    """Takes the tasks of these traces and choices out of the queue, except those that people have put work into; how
    many. They are of older versions: nobody should begin with them any more. Inside the caller's transaction.
    """
    if not keys:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMP TABLE retired ON COMMIT DROP AS SELECT t.id FROM labeling_task t"
            " WHERE t.trace_id = ANY(%(keys)s::uuid[]) OR t.choice_id = ANY(%(keys)s::uuid[])"
            " ORDER BY t.id FOR UPDATE",
            {"keys": [key.hex() for key in keys]},
        )
        # Looked at only now that nobody can claim them.
        cursor.execute(f"DELETE FROM retired r USING labeling_task t WHERE t.id = r.id AND {TOUCHED}")
        count = delete(cursor, Task, "retired")
        cursor.execute("DROP TABLE retired")
    return count
