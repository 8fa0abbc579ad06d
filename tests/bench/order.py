"""Putting every task of a project into its order anew after new scores, while people claim.

There is no floor to measure against: what counts is that it ends, and that no claim waits for it. So claims are timed
alone first, and then by the same people while the order is made. A disk that is busy with one makes the other wait,
too: so beside it stands what claims that took long were waiting for when somebody looked.
"""

import statistics
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import connection

from annotate.accounts.models import User
from annotate.labeling.actions import reprioritise
from annotate.projects.models import Project
from annotate.scoring.models import Scorer
from tests.bench.report import fresh_project

EACH, STEPS = 5, 5
"""Traces of a problem, steps of a trace."""
PEOPLE = 4
PAUSE = 0.25
"""Seconds between two claims of a person: much faster than anybody judges."""
ALONE_SECONDS = 15.0
LOOK = 0.02
"""Seconds between two looks at what claims wait for."""

# What claims, and the hand-ins between them, that have taken a while wait for.
_LONG = """
SELECT CASE WHEN cardinality(pg_blocking_pids(pid)) > 0 THEN 'a lock that somebody else held'
    ELSE coalesce(wait_event_type || ' ' || wait_event, 'nothing but a processor') END
FROM pg_stat_activity
WHERE datname = current_database() AND state = 'active' AND pid <> pg_backend_pid()
    AND clock_timestamp() - query_start > interval '40 ms'
    AND (query LIKE '%labeling_claim(%' OR query LIKE 'UPDATE labeling_assignment SET state%')
"""

# Tables filled by themselves: how a trace came in makes no difference to its place, and this takes a tenth of the time.
_FILL = [
    """CREATE TEMPORARY TABLE one AS
        SELECT n, n / {each} AS problem, gen_random_uuid() AS id FROM generate_series(0, %(traces)s - 1) n""",
    """CREATE TEMPORARY TABLE its_problem AS
        SELECT n, gen_random_uuid() AS id FROM generate_series(0, %(traces)s / {each}) n""",
    """CREATE TEMPORARY TABLE its_step AS
        SELECT n, depth, gen_random_uuid() AS id FROM one, generate_series(0, {steps} - 1) depth""",
    """INSERT INTO corpus_problem (id, project_id, statement, metadata, created_at)
        SELECT id, %(project)s, 'p' || n, '{{}}', now() FROM its_problem""",
    "ALTER TABLE corpus_step DISABLE TRIGGER USER",
    """INSERT INTO corpus_step (id, problem_id, parent_id, depth, kind, text)
        SELECT s.id, p.id, lag(s.id) OVER (PARTITION BY s.n ORDER BY s.depth), s.depth, 'reasoning', repeat('word ', 20)
        FROM its_step s JOIN one o USING (n) JOIN its_problem p ON p.n = o.problem""",
    "ALTER TABLE corpus_step ENABLE TRIGGER USER",
    """INSERT INTO corpus_trace
            (id, project_id, problem_id, path, generator, metadata, tags, version, digest, created_at, correct, answer)
        SELECT o.id, %(project)s, p.id, its.path, '', '{{}}', '{{}}', 1, gen_random_uuid(), now(),
            o.n %% 3 = 0, (o.n %% 4)::text
        FROM one o JOIN its_problem p ON p.n = o.problem
        JOIN (SELECT n, array_agg(id ORDER BY depth) AS path FROM its_step GROUP BY n) its ON its.n = o.n""",
    """INSERT INTO scoring_stepscore (scorer_id, step_id, value, reason)
        SELECT unnest(%(scorers)s), id, random(), '' FROM its_step""",
    """INSERT INTO scoring_tracescore (scorer_id, trace_id, state, attempts, claimed_by, reason, error, done_at, value)
        SELECT unnest(%(scorers)s), id, 'done', 1, '', '', '', now(), random() FROM one""",
    """INSERT INTO labeling_task (project_id, kind, trace_id, wanted, free, priority, why, created_at, parts, pinned)
        SELECT %(project)s, 'trace', id, 2, 2, random(), '', now(), '{{}}', false FROM one ORDER BY n""",
]


def measure(tasks: int) -> Iterator[str]:
    with fresh_project() as project:
        _fill(project, tasks)
        people = [User.objects.create(username=f"claims-{n}") for n in range(PEOPLE)]
        alone, _ = _claiming(project, people, lambda: time.sleep(ALONE_SECONDS))
        for title in ("reprioritise", "reprioritise again, nothing changed"):
            begin = time.perf_counter()
            with _looking() as waits:
                claims, moved = _claiming(project, people, lambda: reprioritise(project=project))
            took = time.perf_counter() - begin
            yield (
                f"{title}: {tasks:,} open tasks, {moved:,} moved in {took:,.1f} s\n"
                f"    claims meanwhile: {_told(claims)} | before: {_told(alone)}\n"
                f"    seen to have waited for over 40 ms: {_counts(waits)}"
            )


def _told(claims: list[float]) -> str:
    if not claims:
        return "none"
    one_in_a_hundred = sorted(claims)[len(claims) * 99 // 100]
    return (
        f"{len(claims):,}, median {statistics.median(claims) * 1000:.1f} ms,"
        f" 99th percentile {one_in_a_hundred * 1000:.0f} ms, longest {max(claims) * 1000:.0f} ms"
    )


def _counts(waits: Counter[str]) -> str:
    return ", ".join(f"{times:,} × {what}" for what, times in waits.most_common()) or "none"


def _fill(project: Project, traces: int) -> None:
    scorers = [Scorer.objects.create(project=project, key=key, version="1").pk for key in ("one", "two")]
    values = {"project": project.pk, "traces": traces, "scorers": scorers}
    with connection.cursor() as cursor:
        for sql in _FILL:
            cursor.execute(sql.format(each=EACH, steps=STEPS), values)
            if "TEMPORARY" in sql:
                cursor.execute(f"ANALYZE {sql.split()[3]}")  # otherwise it is guessed how many rows there are
        cursor.execute("VACUUM ANALYZE")


def _claiming(project: Project, people: list[User], work: Callable[[], object]) -> tuple[list[float], object]:
    """Seconds of each claim that people made while `work` ran, and what it returned."""
    seconds: list[float] = []
    over = threading.Event()
    threads = [threading.Thread(target=_claim, args=(project, one, over, seconds)) for one in people]
    for thread in threads:
        thread.start()
    try:
        result = work()
    finally:
        over.set()
        for thread in threads:
            thread.join()
    return seconds, result


def _claim(project: Project, person: User, over: threading.Event, seconds: list[float]) -> None:
    with _own_connection(), connection.cursor() as cursor:
        while not over.wait(PAUSE):
            begin = time.perf_counter()
            cursor.execute("SELECT id FROM labeling_claim(%s, %s, '{}')", [project.pk, person.pk])
            assert cursor.fetchone()
            seconds.append(time.perf_counter() - begin)
            cursor.execute(
                "UPDATE labeling_assignment SET state = 'submitted', finished_at = now()"
                " WHERE annotator_id = %s AND state = 'leased'",
                [person.pk],
            )


@contextmanager
def _looking() -> Iterator[Counter[str]]:
    """How often what was seen, looked at again and again by a thread of its own."""
    seen: Counter[str] = Counter()
    over = threading.Event()

    def look() -> None:
        with _own_connection(), connection.cursor() as cursor:
            while not over.wait(LOOK):
                cursor.execute(_LONG)
                seen.update(what for (what,) in cursor.fetchall())

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield seen
    finally:
        over.set()
        thread.join()


@contextmanager
def _own_connection() -> Iterator[None]:
    try:
        yield
    finally:
        connection.close()
