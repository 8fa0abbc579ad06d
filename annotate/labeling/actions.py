"""Every change to the queue: tasks enter it, are handed out, come back, and move.

What people say about their tasks is in `answers.py`.

Who locks what is in `places.py`.
"""

import uuid
from collections.abc import Sequence
from typing import Any

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from annotate.accounts.models import User
from annotate.labeling.known import finish_known
from annotate.labeling.models import Assignment
from annotate.labeling.places import count_up, free_places
from annotate.projects.models import Project, Tasks
from annotate.scoring.parts import Order, order_of
from annotate.scoring.priority import ranked_choices, ranked_traces, unscored_traces

CHUNK = 2000
JUDGED = """SELECT t.problem_id, count(DISTINCT t.id) AS traces
    FROM labeling_judgement j JOIN corpus_trace t ON t.id = j.trace_id
    WHERE j.project_id = %(project)s AND j.superseded_at IS NULL GROUP BY t.problem_id"""
"""How many traces of each problem have been judged, for `ranked_traces`."""
REPRIORITISING = 0x57EB
"""Class of an advisory lock on a project's order, apart from `places.PERSON` and an import's."""


def open_imported(project_id: int, trace_ids: Sequence[uuid.UUID], choice_ids: Sequence[uuid.UUID] = ()) -> int:
    """`open_tasks`, if the project wants tasks for all that comes in."""
    wants = Project.objects.filter(pk=project_id, tasks_at_import=Tasks.ALL).exists()
    return open_tasks(project_id, trace_ids, choice_ids) if wants else 0


def _order(project: Project) -> Order:
    return order_of(project.policy, project.policy_weights)


@transaction.atomic
def open_tasks(project_id: int, trace_ids: Sequence[uuid.UUID], choice_ids: Sequence[uuid.UUID] = ()) -> int:
    """A task for each of these traces and choices that has none; how many were made.

    Their priority is what the project's policy makes of what came with the data; scores move them later. The project's
    row stays locked until the caller's transaction ends: make this the last thing in it.
    """
    # Locked before it is read: a change of its settings comes either before the new tasks, or after them and to them.
    project = Project.objects.select_for_update(no_key=True).get(pk=project_id)
    order = _order(project)
    params: dict[str, Any] = {
        "project": project_id,
        "random_share": project.random_share,
        "wanted": project.annotations_per_task,
        "traces": list(trace_ids),
        "choices": list(choice_ids),
    }
    made = 0
    with connection.cursor() as cursor:
        for kind, given, ranked in (
            ("trace", trace_ids, unscored_traces(order)),
            ("choice", choice_ids, f"{ranked_choices(order)} WHERE q.choice_id = ANY(%(choices)s)"),
        ):
            if given:
                cursor.execute(
                    f"""INSERT INTO labeling_task
                        (project_id, kind, {kind}_id, wanted, free, priority, why, probability, parts, created_at)
                    SELECT %(project)s, '{kind}', r.{kind}_id, %(wanted)s, %(wanted)s, r.priority, r.why,
                        r.probability, r.parts, statement_timestamp()
                    FROM ({ranked}) r
                    ON CONFLICT ({kind}_id) DO NOTHING""",  # noqa: S608
                    params,
                )
                made += cursor.rowcount
        if made:
            count_up(cursor, [project_id])
    return made


def claim(*, user: User, project: Project, holding: Sequence[int] = ()) -> Assignment | None:
    """The best next task for this person, leased; None when there is none.

    An unfinished assignment of theirs that is not among `holding` (the ones on their desk) comes first: its answer was
    lost. Otherwise it is the open task with the highest priority, the oldest of several, that was never theirs or ran
    out on them. One call to the database (`labeling_claim`, in the migrations), flat in the number of open tasks and in
    how many of them the person has judged. A trace whose first error they know already is not handed out but counted as
    judged by them (`known.py`). Why it is right, whoever else is claiming:

    - A place is taken by `free = free - 1` under the task's row lock, and the database refuses a negative `free`. So no
      task has more people than it wants.
    - There is one assignment for each task and person, by a unique constraint, and a person's claims come one after the
      other. So nobody gets a task twice, and a request that was sent twice gets one answer.
    - Tasks that others are just claiming are passed over (SKIP LOCKED). When nothing else is left the claim waits for
      them, since they may leave a place free.
    - `QueuePosition` says that before it there is no open task that was never mine. Claims, by me or by others, only
      make that set smaller. What makes it larger (a new task, one that moved, a place that came back) counts the
      project's `queue_epoch` up in the same transaction. The epoch is read before the queue is looked at: whatever a
      look did not see yet will show a newer epoch when it commits, and the position stored under the older one is void.
    """
    while True:
        claimed = _claim(user, project, holding)
        if claimed is None and expire_leases(project=project):
            claimed = _claim(user, project, holding)
        # Each turn finishes assignments, so there is an end to it.
        if claimed is None or not finish_known(claimed):
            return claimed


def _claim(user: User, project: Project, holding: Sequence[int]) -> Assignment | None:
    rows = Assignment.objects.raw(
        "SELECT * FROM labeling_claim(%s, %s, %s::bigint[])", [project.pk, user.pk, list(holding)]
    )
    return next(iter(rows), None)


@transaction.atomic
def expire_leases(*, project: Project | None = None) -> int:
    """Take back every lease that ran out, of one project or of all; how many. Drafts stay with their assignments.

    An assignment that its owner is just writing to is left for the next time.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """UPDATE labeling_assignment SET state = 'expired' WHERE id IN (
                SELECT id FROM labeling_assignment
                WHERE state = 'leased' AND lease_until < statement_timestamp()
                    AND (project_id = %(project)s OR %(project)s IS NULL)
                FOR NO KEY UPDATE SKIP LOCKED
            ) RETURNING task_id""",
            {"project": project.pk if project else None},
        )
        tasks = [task for (task,) in cursor.fetchall()]
        if tasks:
            free_places(tasks)
    return len(tasks)


@transaction.atomic
def change_wanted(*, project: Project) -> int:
    """Let every task want as many people as the project asks for, and at least as many as have it; how many changed."""
    with connection.cursor() as cursor:
        cursor.execute(
            """UPDATE labeling_task t
            SET wanted = greatest(%(wanted)s, t.wanted - t.free), free = greatest(%(wanted)s - (t.wanted - t.free), 0)
            FROM (
                SELECT id FROM labeling_task
                WHERE project_id = %(project)s AND wanted <> greatest(%(wanted)s, wanted - free)
                ORDER BY id FOR NO KEY UPDATE
            ) changing WHERE t.id = changing.id""",
            {"project": project.pk, "wanted": project.annotations_per_task},
        )
        if changed := cursor.rowcount:
            count_up(cursor, [project.pk])
    return changed


def reprioritise(*, project: Project) -> int:
    """Put every task where the project's policy wants it, given the scores so far; how many moved.

    One statement ranks the whole project without locking anything. The tasks whose place changed are then written in
    short transactions, since a claim passes over locked tasks and would wait if it met nothing else. While one of these
    runs for a project, another does nothing.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [REPRIORITISING, project.pk])
        if not cursor.fetchone()[0]:
            return 0
        try:
            return _reprioritise(cursor, project)
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [REPRIORITISING, project.pk])


def _reprioritise(cursor: CursorWrapper, project: Project) -> int:
    order = _order(project)
    ranked = " UNION ALL ".join(
        f"""SELECT t.id, r.priority, r.why, r.probability, r.parts FROM ({ranking}) r
        JOIN labeling_task t ON t.{kind}_id = r.{kind}_id
        WHERE NOT t.pinned
            AND (t.priority, t.why, t.probability, t.parts)
                IS DISTINCT FROM (r.priority, r.why, r.probability, r.parts)"""  # noqa: S608
        for kind, ranking in (
            ("trace", ranked_traces(order, JUDGED)),
            ("choice", ranked_choices(order)),
        )
    )
    cursor.execute("SELECT statement_timestamp()")
    (since,) = cursor.fetchone()
    cursor.execute("DROP TABLE IF EXISTS moved_tasks")
    cursor.execute(
        f"CREATE TEMPORARY TABLE moved_tasks AS {ranked}",
        {"project": project.pk, "random_share": project.random_share},
    )
    cursor.execute("CREATE INDEX ON moved_tasks (id)")
    cursor.execute("ANALYZE moved_tasks")  # nobody else does it to a temporary table
    moved, after = 0, 0
    while written := _move_some(cursor, project, after):
        moved, after = moved + len(written), written[-1]
    cursor.execute("DROP TABLE moved_tasks")
    # Unless the policy was changed in the meantime: then all of this is due again.
    Project.objects.filter(
        pk=project.pk,
        policy=project.policy,
        policy_weights=project.policy_weights,
        random_share=project.random_share,
    ).update(prioritised_at=since)
    return moved


@transaction.atomic
def _move_some(cursor: CursorWrapper, project: Project, after: int) -> list[int]:
    """Write the first CHUNK of `moved_tasks` behind this one, unless an admin has pinned them meanwhile: which."""
    cursor.execute("SELECT id FROM moved_tasks WHERE id > %s ORDER BY id LIMIT %s", [after, CHUNK])
    tasks = [task for (task,) in cursor.fetchall()]
    if tasks:
        cursor.execute("SELECT id FROM labeling_task WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE", [tasks])
        cursor.execute(
            """UPDATE labeling_task t SET priority = s.priority, why = s.why, probability = s.probability,
                parts = s.parts
            FROM moved_tasks s WHERE s.id = ANY(%s) AND t.id = s.id AND NOT t.pinned""",
            [tasks],
        )
        count_up(cursor, [project.pk])
    return tasks
