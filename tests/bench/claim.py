"""The claim, in the database, against a bare SKIP LOCKED queue of one table with as many open rows.

Both are timed from Python over one connection, statement by statement, in turn: what differs is what Postgres does.
"""

import statistics
import time

from django.db import connection

from annotate.accounts.models import User
from annotate.projects.models import Project
from tests.bench.report import Row, fresh_project

CLAIM = "SELECT id FROM labeling_claim(%s, %s, '{}')"
BARE = """UPDATE bench_queue SET free = free - 1 WHERE id = (
    SELECT id FROM bench_queue WHERE free > 0 ORDER BY priority DESC, id LIMIT 1 FOR UPDATE SKIP LOCKED
) RETURNING id"""


def measure(tasks: int, claims: int = 1000, judged: int = 0) -> Row:
    """`judged`: how many of the open tasks, from the top, the annotator has judged already."""
    with fresh_project() as project, connection.cursor() as cursor:
        me = User.objects.get(username="bench")
        _fill(project, me, tasks, judged)
        ours, floor = [], []
        for _ in range(20):  # both warm: plans made, pages read, the annotator's position known
            _timed(CLAIM, project.pk, me.pk)
            _hand_in(me)
        for _ in range(claims):
            ours.append(_timed(CLAIM, project.pk, me.pk))
            _hand_in(me)
            floor.append(_timed(BARE))
        cursor.execute("DROP TABLE bench_queue")
    ratio = statistics.median(floor) / statistics.median(ours)
    whose = f", annotator with {judged:,} of them behind" if judged else ""
    return Row(
        f"claim next of {tasks:,} open tasks{whose}",
        f"median {statistics.median(ours) * 1000:.2f} ms",
        f"bare SKIP LOCKED: median {statistics.median(floor) * 1000:.2f} ms",
        ratio,
        0.7,
    )


def _timed(sql: str, *params: int) -> float:
    begin = time.perf_counter()
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        assert cursor.fetchone()
    return time.perf_counter() - begin


def _hand_in(user: User) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE labeling_assignment SET state = 'submitted', finished_at = now()"
            " WHERE annotator_id = %s AND state = 'leased'",
            [user.pk],
        )


def _fill(project: Project, user: User, tasks: int, judged: int) -> None:
    """One problem with one step, and `tasks` traces of it, each with an open task for two people."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO corpus_problem (id, project_id, statement, metadata, created_at)"
            " VALUES (gen_random_uuid(), %s, 'p', '{}', now()) RETURNING id",
            [project.pk],
        )
        problem = cursor.fetchone()[0]
        cursor.execute(
            "INSERT INTO corpus_step (id, problem_id, depth, kind, text)"
            " VALUES (gen_random_uuid(), %s, 0, 'reasoning', 's') RETURNING id",
            [problem],
        )
        step = cursor.fetchone()[0]
        cursor.execute(
            """INSERT INTO corpus_trace
                (id, project_id, problem_id, path, generator, metadata, tags, version, digest, created_at)
            SELECT gen_random_uuid(), %s, %s, ARRAY[%s::uuid], '', '{}', '{}', 1, gen_random_uuid(), now()
            FROM generate_series(1, %s)""",
            [project.pk, problem, step, tasks],
        )
        cursor.execute(
            """INSERT INTO labeling_task (project_id, kind, trace_id, wanted, free, priority, why, created_at)
            SELECT project_id, 'trace', id, 2, 2, random(), '', now() FROM corpus_trace""",
        )
        cursor.execute(
            """INSERT INTO labeling_assignment (project_id, task_id, annotator_id, state, lease_until, active_ms,
                skip_reason, skip_comment, claimed_at, finished_at)
            SELECT project_id, id, %s, 'submitted', now(), 0, '', '', now(), now()
            FROM labeling_task ORDER BY priority DESC, id LIMIT %s""",
            [user.pk, judged],
        )
        cursor.execute("UPDATE labeling_task SET free = free - 1 WHERE id IN (SELECT task_id FROM labeling_assignment)")
        cursor.execute("CREATE TABLE bench_queue (id bigint PRIMARY KEY, priority float8 NOT NULL, free int NOT NULL)")
        cursor.execute("INSERT INTO bench_queue SELECT id, priority, 1 FROM labeling_task")
        cursor.execute("CREATE INDEX ON bench_queue (priority DESC, id) WHERE free > 0")
        cursor.execute("VACUUM ANALYZE")
