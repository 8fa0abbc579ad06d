"""Ingest, validated and merged, against COPY of the very rows that it wrote into the same empty tables."""

import io
import json
import os
import resource
import statistics
import time
from collections.abc import Iterator

from django.db import connection

from annotate.corpus.formats import FORMATS
from annotate.imports.intake import take_in
from annotate.projects.models import Project
from tests.bench.report import Row, fresh_project

STEPS = 10
TABLES = ("corpus_problem", "corpus_step", "corpus_trace", "scoring_tracescore", "labeling_task")
CHUNK = 64 * 1024


def lines(traces: int, shared: float) -> Iterator[bytes]:
    """NDJSON of traces with STEPS steps, four to a problem; `shared` of each trace's steps are its siblings' too."""
    common = round(STEPS * shared)
    for i in range(traces):
        problem = i // 4
        steps = [
            f"Step {k}: from $x_{k} = {problem % 97} + {k if k < common else k + i}$ we get "
            f"$\\frac{{{problem}}}{{{k + 1}}} = {problem / (k + 1):.3f}$, which the next step uses "
            f"{'for all of them' if k < common else f'in trace {i}'}."
            for k in range(STEPS)
        ]
        trace = {
            "id": f"t{i}",
            "problem": {"id": f"p{problem}", "statement": f"Find the value number {problem}.", "answer": str(problem)},
            "generator": "bench",
            "steps": steps,
            "answer": str(i),
            "correct": i % 2 == 0,
        }
        yield json.dumps(trace).encode() + b"\n"


def chunked(pieces: Iterator[bytes]) -> Iterator[bytes]:
    buffer = io.BytesIO(b"".join(pieces))
    while chunk := buffer.read(CHUNK):
        yield chunk


def measure(traces: int, shared: float) -> Row:
    """The median of both over three rounds, taken in turn; large ones are steady enough to be run once."""
    rounds = 3 if traces <= 20_000 else 1
    data = list(chunked(lines(traces, shared)))
    ours, floor = [], []
    rows = 0
    for _ in range(rounds):
        with fresh_project() as project:
            ours.append(_ingest(project, data, traces))
            copies = _take_out(project)
            rows = sum(count for _, count in copies.values())
        with fresh_project(project_id=project.pk):
            floor.append(_copy(copies))
    ratio = statistics.median(floor) / statistics.median(ours)
    name = f"ingest {traces:,} traces × {STEPS} steps, {shared:.0%} of each shared"
    return Row(
        name,
        f"{traces / statistics.median(ours):,.0f} traces/s",
        f"COPY of the same {rows:,} rows: {traces / statistics.median(floor):,.0f} traces/s",
        ratio,
        0.5,
    )


def measure_again(traces: int) -> Row:
    """A second import of the same data against the first."""
    data = list(chunked(lines(traces, 0.1)))
    with fresh_project() as project:
        first = _ingest(project, data, traces)
        again = _ingest(project, data, traces, duplicates=True)
    return Row(
        f"the same {traces:,} traces again", f"{traces / again:,.0f} traces/s", "the first time", first / again, 1.0
    )


def measure_memory(few: int, many: int) -> Row:
    """The importer's peak memory with few and with many traces, each in a process of its own, read as they are made."""
    with fresh_project() as project:
        small = _peak_mib(project, few)
    with fresh_project() as project:
        large = _peak_mib(project, many)
    name = f"peak memory of an import of {many:,} traces"
    return Row(name, f"{large:,.0f} MiB", f"of {few:,}: {small:,.0f} MiB", small / large, 0.9)


def _peak_mib(project: Project, traces: int) -> float:
    connection.close()
    read, write = os.pipe()
    child = os.fork()
    if not child:
        status = 1
        try:
            take_in(project, FORMATS["native"], lines(traces, 0.1))
            kib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
            os.write(write, str(kib).encode())
            status = 0
        finally:
            os._exit(status)
    os.close(write)
    with open(read, "rb") as told:
        peak = told.read()
    assert os.waitpid(child, 0)[1] == 0, "the importer failed"
    return int(peak) / 1024


def _ingest(project: Project, data: list[bytes], traces: int, *, duplicates: bool = False) -> float:
    begin = time.perf_counter()
    report = take_in(project, FORMATS["native"], data)
    seconds = time.perf_counter() - begin
    assert (report.duplicates if duplicates else report.accepted) == traces, report
    return seconds


def _take_out(project: Project) -> dict[str, tuple[bytes, int]]:
    """The rows of each table as COPY's own text, and how many. The bench's database holds nothing else."""
    copies = {}
    with connection.cursor() as cursor:
        for table in TABLES:
            out = io.BytesIO()
            with cursor.copy(f"COPY {table} TO STDOUT") as copy:
                for block in copy:
                    out.write(block)
            copies[table] = out.getvalue(), cursor.rowcount
    return copies


def _copy(copies: dict[str, tuple[bytes, int]]) -> float:
    begin = time.perf_counter()
    with connection.cursor() as cursor:
        cursor.execute("BEGIN")
        for table, (data, _) in copies.items():
            with cursor.copy(f"COPY {table} FROM STDIN") as copy:
                for i in range(0, len(data), CHUNK):
                    copy.write(data[i : i + CHUNK])
        cursor.execute("COMMIT")
    return time.perf_counter() - begin
