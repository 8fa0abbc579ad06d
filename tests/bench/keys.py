"""Which layout a step's key should have: how much of its problem's key goes in front of its own digest.

For each layout the same trees go into a table like `corpus_step`, as importers write them: batches of a thousand lines,
each sorted by key, problems coming back in later batches. Told are the seconds of all that, the size of the primary
key's index, and how many of its and the table's pages reading one trace of ten steps touches, cold problems included.
"""

import hashlib
import random
import time
from collections.abc import Iterator
from typing import Any

import psycopg
from django.db import connection

PROBLEMS, TRACES, STEPS, SHARED = 4_000, 8, 10, 3
BATCH = 1_000
LAYOUTS = {"whole digest": 0, "32 bits of the problem": 4, "64 bits of the problem": 8}
TEXT = "So the number of ways is $\\binom{7}{3} = 35$, of which we leave out those that begin alike. " * 2

Row = tuple[bytes, bytes, bytes | None, int]


def traces(front: int) -> Iterator[list[Row]]:
    """In the order in which they come in: each problem's solutions far apart from one another."""
    order = [(problem, trace) for problem in range(PROBLEMS) for trace in range(TRACES)]
    random.Random(7).shuffle(order)
    for problem, trace in order:
        key = hashlib.sha256(b"problem %d" % problem).digest()[:16]
        parent: bytes | None = None
        rows = []
        for depth in range(STEPS):
            said = b"%d %d %d" % (problem, 0 if depth < SHARED else trace, depth)
            own = key[:front] + hashlib.sha256(said).digest()[: 16 - front]
            rows.append((own, key, parent, depth))
            parent = own
        yield rows


def measure() -> list[str]:
    lines = [f"step keys: {PROBLEMS * TRACES:,} traces of {STEPS} steps, {TRACES} a problem, {SHARED} shared"]
    for name, front in LAYOUTS.items():
        seconds, index, pages = _one(front)
        lines.append(f"  {name:<24}{seconds:6.1f} s   index {index / 2**20:5.1f} MiB   {pages:5.1f} pages a trace")
    return lines


def _one(front: int) -> tuple[float, int, float]:
    with connection.cursor() as django_cursor:
        cursor: psycopg.Cursor = django_cursor.cursor
        cursor.execute("DROP TABLE IF EXISTS bench_step")
        cursor.execute(
            "CREATE TABLE bench_step"
            " (id uuid PRIMARY KEY, problem_id uuid NOT NULL, parent_id uuid, depth int, text text)"
        )
        cursor.execute("CREATE INDEX ON bench_step (parent_id)")
        paths = []
        seen: set[bytes] = set()
        batch: dict[bytes, Row] = {}
        seconds = 0.0
        for number, rows in enumerate(traces(front), 1):
            paths.append([row[0] for row in rows])
            batch |= {row[0]: row for row in rows if row[0] not in seen}
            if number % BATCH == 0 or number == PROBLEMS * TRACES:
                start = time.perf_counter()
                with cursor.copy("COPY bench_step FROM STDIN") as copy:
                    for own, problem, parent, depth in sorted(batch.values()):
                        before = parent.hex() if parent else "\\N"
                        copy.write(f"{own.hex()}\t{problem.hex()}\t{before}\t{depth}\t{TEXT}\n")
                seconds += time.perf_counter() - start
                seen |= set(batch)
                batch.clear()
        cursor.execute("VACUUM ANALYZE bench_step")
        cursor.execute("SELECT pg_relation_size('bench_step_pkey')")
        index = _first(cursor)
        pages = []
        for path in random.Random(1).sample(paths, 300):
            ids = "{" + ",".join(key.hex() for key in path) + "}"
            cursor.execute(
                "EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) SELECT text FROM bench_step WHERE id = ANY(%s::uuid[])", (ids,)
            )
            plan = _first(cursor)[0]["Plan"]
            pages.append(plan["Shared Hit Blocks"] + plan["Shared Read Blocks"])
        cursor.execute("DROP TABLE bench_step")
    return seconds, index, sum(pages) / len(pages)


def _first(cursor: psycopg.Cursor) -> Any:
    row = cursor.fetchone()
    assert row
    return row[0]
