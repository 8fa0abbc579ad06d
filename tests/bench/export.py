"""An export of labelled traces, against COPY of the same rows as JSON, straight out of Postgres.

There are two floors. One has Postgres make the same records, nested as they are, with each step's text in both of its
places; but for names and white space they are the same. The other writes only what a record is made of, each text once:
half the bytes, and no shape but the tables'. Neither makes an order or resolves anything.

Postgres may share such a statement out among several processes, which no cursor can. Beside the rates stand the seconds
of processor time, which other work on the machine moves less.
"""

import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from typing import NamedTuple

from django.db import connection, transaction

from annotate.corpus.formats import FORMATS
from annotate.corpus.labels import first_error_values
from annotate.exports.stream import Stream, checked
from annotate.imports.intake import take_in
from annotate.labeling.actions import open_tasks
from annotate.labeling.models import Assignment, Judgement
from annotate.projects.models import Project
from tests.bench.ingest import STEPS, chunked, lines
from tests.bench.report import Row, fresh_project

RECORDS = """COPY (SELECT row_to_json(r) FROM (
    SELECT md5(u.username)::uuid AS labeler, j.created_at AS timestamp, NULL::int AS generation,
        false AS is_quality_control_question, false AS is_initial_screening_question,
        json_build_object('problem', p.statement, 'ground_truth_solution', p.solution, 'ground_truth_answer', p.answer,
            'pre_generated_steps', s.texts, 'pre_generated_answer', t.answer, 'pre_generated_verifier_score', NULL
        ) AS question,
        json_build_object('steps', s.rated, 'total_time', j.active_ms, 'finish_reason',
            CASE WHEN -1 = ANY(j.values) THEN 'found_error' ELSE 'solution' END) AS label
    FROM labeling_judgement j JOIN accounts_user u ON u.id = j.annotator_id JOIN corpus_trace t ON t.id = j.trace_id
    JOIN corpus_problem p ON p.id = t.problem_id
    CROSS JOIN LATERAL (
        SELECT json_agg(s.text ORDER BY n) AS texts,
            json_agg(json_build_object(
                'completions', json_build_array(
                    json_build_object('text', s.text, 'rating', j.values[n], 'flagged', NULL)),
                'human_completion', NULL, 'chosen_completion', CASE WHEN j.values[n] <> -1 THEN 0 END
            ) ORDER BY n) FILTER (WHERE n <= coalesce(array_position(j.values, -1), cardinality(j.values))) AS rated
        FROM unnest(t.path) WITH ORDINALITY x(id, n) JOIN corpus_step s USING (id)
    ) s
    WHERE j.project_id = %s AND j.superseded_at IS NULL
) r) TO STDOUT"""
FACTS = """COPY (SELECT row_to_json(r) FROM (
    SELECT j.values, j.created_at, j.active_ms, j.error_types, j.comment, u.username, t.external_id, t.generator,
        t.answer, t.correct, p.statement, p.answer AS reference, p.solution,
        ARRAY(SELECT s.text FROM unnest(t.path) WITH ORDINALITY x(id, n) JOIN corpus_step s USING (id) ORDER BY n) steps
    FROM labeling_judgement j JOIN accounts_user u ON u.id = j.annotator_id JOIN corpus_trace t ON t.id = j.trace_id
    JOIN corpus_problem p ON p.id = t.problem_id
    WHERE j.project_id = %s AND j.superseded_at IS NULL
) r) TO STDOUT"""


class Taken(NamedTuple):
    """Seconds: by the clock, and of processor time in Postgres and in this process."""

    wall: float
    postgres: float
    here: float

    def told(self, traces: int) -> str:
        return f"{traces / self.wall:,.0f} traces/s ({self.postgres:.1f} s of Postgres, {self.here:.1f} s of Python)"


def measure(traces: int, rounds: int = 3) -> list[Row]:
    """The fastest of `rounds` of each, taken in turn, and the peak memory of a process that does nothing else."""
    with fresh_project() as project:
        _fill(project, traces)
        took: dict[str, list[Taken]] = {}
        for _ in range(rounds):
            for name, sql in (("records", RECORDS), ("facts", FACTS)):
                took.setdefault(name, []).append(_timed(lambda sql=sql: _floor(project, sql)))  # type: ignore[misc]
            for container in ("ndjson", "parquet"):
                ours = _timed(lambda container=container: _export(project, container))  # type: ignore[misc]
                took.setdefault(container, []).append(ours)
        best = {name: min(times) for name, times in took.items()}
        records, facts = best["records"], best["facts"]
        rows = []
        for container in ("ndjson", "parquet"):
            ours = best[container]
            memory = f"peak memory {_peak_mib(project, container):,.0f} MiB"
            rows.append(
                Row(
                    f"export {traces:,} labelled traces × {STEPS} steps as prm800k, {container}",
                    f"{ours.told(traces)}, {memory}, load {os.getloadavg()[0]:.0f}",
                    f"COPY (SELECT row_to_json …) of the same records: {records.told(traces)};"
                    f" of the bare facts: {facts.told(traces)}: ratio {facts.wall / ours.wall:.2f}",
                    records.wall / ours.wall,
                    0.6,
                )
            )
        return rows


def _fill(project: Project, traces: int) -> None:
    """Each trace judged by one of five people."""
    take_in(project, FORMATS["native"], chunked(lines(traces, 0.1)))
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM corpus_trace")
        open_tasks(project.pk, [key for (key,) in cursor.fetchall()])
        cursor.execute(
            "INSERT INTO accounts_user (username, password, is_active, is_staff, is_superuser, first_name, last_name,"
            " email, date_joined, preferences) SELECT 'bench-' || n, '', true, false, false, '', '', '', now(), '{}'"
            " FROM generate_series(1, 5) n ON CONFLICT DO NOTHING"
        )
        cursor.execute(
            """INSERT INTO labeling_assignment (project_id, task_id, annotator_id, state, lease_until, active_ms,
                skip_reason, skip_comment, claimed_at, finished_at)
            SELECT t.project_id, t.id, u.id, 'submitted', now(), 0, '', '', now(), now() FROM labeling_task t
            JOIN accounts_user u ON u.username = 'bench-' || (1 + t.id % 5)"""
        )
    guideline, schema = project.guidelines.get(), project.label_schemas.get()
    submitted = Assignment.objects.values_list("pk", "annotator_id", "task__trace_id").order_by("pk")
    Judgement.objects.bulk_create(
        (
            Judgement(
                project=project,
                assignment_id=assignment,
                annotator_id=annotator,
                trace_id=trace,
                values=first_error_values([True] * STEPS, None if i % 11 == STEPS else i % 11),
                active_ms=20_000,
                guideline=guideline,
                label_schema=schema,
            )
            for i, (assignment, annotator, trace) in enumerate(submitted.iterator())
        ),
        batch_size=2000,
    )
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def _floor(project: Project, sql: str) -> int:
    with transaction.atomic(), connection.cursor() as cursor, cursor.copy(sql, [project.pk]) as copy:
        return sum(len(block) for block in copy)


def _export(project: Project, container: str) -> int:
    stream = Stream(checked(project, {"format": "prm800k", "container": container}))
    return sum(len(chunk) for chunk in stream.chunks())


def _timed(work: Callable[[], int]) -> Taken:
    before = _clocks()
    assert work()
    wall = time.perf_counter() - before.wall
    time.sleep(0.2)  # until Postgres has seen its processes end, whose time it then has
    after = _clocks()
    return Taken(wall, after.postgres - before.postgres, after.here - before.here)


def _clocks() -> Taken:
    own = resource.getrusage(resource.RUSAGE_SELF)
    return Taken(time.perf_counter(), _of_postgres(), own.ru_utime + own.ru_stime)


def _of_postgres() -> float:
    """Processor time of all of its processes, living and gone; 0 where it is on another machine."""
    try:
        parent = _stat(connection.connection.info.backend_pid)[1]
        ticks = sum(_stat(int(parent))[11:15])
    except OSError:
        return 0.0
    for process in filter(str.isdigit, os.listdir("/proc")):
        with suppress(OSError):  # just gone
            stat = _stat(int(process))
            ticks += sum(stat[11:13]) if stat[1] == parent else 0
    return ticks / os.sysconf("SC_CLK_TCK")


def _stat(process: int) -> list[int]:
    """What the kernel says behind its name and state: the parent is [1], own and children's ticks are [11:15]."""
    with open(f"/proc/{process}/stat") as file:
        return [0, *map(int, file.read().rsplit(")", 1)[1].split()[1:])]


# By the kernel's own mark of this program: `ru_maxrss` begins with what the process was before it ran it.
_PEAK = """
import sys, django
django.setup()
from django.conf import settings
settings.DATABASES["default"]["NAME"] = sys.argv[1]
from annotate.projects.models import Project
from tests.bench.export import _export
assert _export(Project.objects.get(pk=int(sys.argv[2])), sys.argv[3])
print(*(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM")))
"""


def _peak_mib(project: Project, container: str) -> float:
    """Of a fresh process: the highest that this one ever had says nothing of one export."""
    name = connection.settings_dict["NAME"]
    done = subprocess.run(
        [sys.executable, "-c", _PEAK, name, str(project.pk), container], check=True, capture_output=True, text=True
    )
    return int(done.stdout) / 1024
