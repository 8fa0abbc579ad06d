"""Places of tasks, and the locks under which they change hands.

Who locks what, always in this order, so that nobody waits in a circle: the person (`one_at_a_time`), assignments,
tasks by id, the project's row (to count `queue_epoch` up; `open_tasks` has it first, since nobody else can hold tasks
that are only being made). A claim goes from the task to its own assignment, which is either new or one that ran out;
both are its person's alone. `known.py` takes many at once, and passes over whatever somebody else has locked.
"""

from collections.abc import Sequence

from django.db import connection
from django.db.backends.utils import CursorWrapper

from annotate.accounts.models import User

PERSON = 0x57EA
"""Class of an advisory lock on a person; `labeling_claim` takes it too."""


def free_places(task_ids: Sequence[int]) -> None:
    """Give back one place for each time that a task is named. Inside the transaction that ends its assignment."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM labeling_task WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE", [list(task_ids)]
        )
        cursor.execute(
            """UPDATE labeling_task t SET free = t.free + n.places
            FROM (SELECT id, count(*) AS places FROM unnest(%s::bigint[]) id GROUP BY id) n
            WHERE t.id = n.id RETURNING t.project_id""",
            [list(task_ids)],
        )
        count_up(cursor, sorted({project for (project,) in cursor.fetchall()}))


def take_place(task_id: int) -> bool:
    """Take a place of the task if one is free. Inside the transaction that makes the assignment live."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE labeling_task SET free = free - 1 WHERE id = %s AND free > 0", [task_id])
        return cursor.rowcount == 1


def one_at_a_time(user: User) -> None:
    """Until the transaction ends, this person's other claims (which take the same lock) and answers wait."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [PERSON, user.pk % 0x7FFFFFFF])


def count_up(cursor: CursorWrapper, project_ids: Sequence[int]) -> None:
    """Void all queue positions of these projects. The last thing in its transaction: others wait for the row."""
    cursor.execute(
        "SELECT id FROM projects_project WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE",
        [list(project_ids)],
    )
    cursor.execute("UPDATE projects_project SET queue_epoch = queue_epoch + 1 WHERE id = ANY(%s)", [list(project_ids)])
