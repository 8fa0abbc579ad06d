"""`make bench`: product and floor side by side in one run, in a database of its own.

BENCH_TRACES, BENCH_MEMORY (traces for the importer's memory), BENCH_TASKS, BENCH_EXPORT (labelled traces) and
BENCH_FINDING (traces that are searched) say how many: 20,000, 40,000, 100,000, 10,000 and 5,000 if they don't.
BENCH_ONLY (ingest, keys, export, claim, order, finding or prm, for which torch must be installed) measures one part
alone.
"""

import os
from importlib.util import find_spec

import django


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "annotate.settings")
    django.setup()
    from django.test.utils import setup_databases, teardown_databases

    databases = setup_databases(verbosity=0, interactive=False)
    try:
        measure()
    finally:
        teardown_databases(databases, verbosity=0)


def measure() -> None:
    from tests.bench import claim, export, finding, ingest, keys, order

    only = os.environ.get("BENCH_ONLY", "")
    if only in ("", "ingest"):
        traces = int(os.environ.get("BENCH_TRACES", "20000"))
        # First, while this process is small: a fork begins with its parent's memory.
        print(ingest.measure_memory(10_000, int(os.environ.get("BENCH_MEMORY", "40000"))), flush=True)
        for shared in (0.0, 0.1):
            print(ingest.measure(traces, shared), flush=True)
        print(ingest.measure_again(traces), flush=True)
    if only in ("", "keys"):
        print(*keys.measure(), sep="\n", flush=True)
    if only in ("", "export"):
        most = int(os.environ.get("BENCH_EXPORT", "10000"))
        for labelled in sorted({min(most, 10_000), most}):
            print(*export.measure(labelled), sep="\n", flush=True)
    if only in ("", "claim"):
        most = int(os.environ.get("BENCH_TASKS", "100000"))
        for tasks in sorted({10_000, most}):
            print(claim.measure(tasks), flush=True)
        print(claim.measure(most, judged=most // 10), flush=True)
    if only in ("", "order"):
        for told in order.measure(int(os.environ.get("BENCH_TASKS", "100000"))):
            print(told, flush=True)
    if only in ("", "finding"):
        for row in finding.measure(int(os.environ.get("BENCH_FINDING", "5000"))):
            print(row, flush=True)
    if only in ("", "prm") and find_spec("torch"):
        from tests.bench import prm

        print(*prm.measure(), sep="\n", flush=True)


if __name__ == "__main__":
    main()
