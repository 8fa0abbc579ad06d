"""The other side of `equivalence.py`: answers, one by one, whether two final answers mean the same.

Run by path in a process of its own, so that nothing it does to itself (spin, eat memory, crash) reaches a
worker. Imports nothing of this project. One JSON object a line: {"gold", "answer", "seconds", "waits"} in, both
texts with their mathematics delimited; {"same": bool}, {"unreadable": "gold"|"answer"} or {"failed": name of the
exception} out.
"""

import json
import os
import resource
import signal
import sys
from functools import partial


def main() -> None:
    """Serves until its input ends, which is when the worker is gone."""
    megabytes = int(sys.argv[1])
    out = os.fdopen(os.dup(sys.stdout.fileno()), "w")
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # a library that prints must not break the protocol

    from math_verify import LatexExtractionConfig, parse, verify

    # LaTeX only, by a grammar: the library's other way of reading is sympy's, which evaluates what it reads.
    # No fallback: it would pick some number out of what it can't read, and compare that.
    read = partial(
        parse, extraction_config=[LatexExtractionConfig()], fallback_mode="no_fallback", parsing_timeout=None
    )

    resource.setrlimit(resource.RLIMIT_AS, (megabytes << 20, megabytes << 20))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    print(json.dumps({"ready": True}), file=out, flush=True)
    for line in sys.stdin:
        job = json.loads(line)
        # No handler: the signal ends this process even inside C code, also when the worker that asked is
        # dead.
        signal.setitimer(signal.ITIMER_PROF, job["seconds"])
        signal.setitimer(signal.ITIMER_REAL, job["waits"])
        reply: dict[str, object]
        try:
            # The library's own time limits are signal handlers, which work neither in threads nor inside C
            # code.
            gold = read(job["gold"])
            answer = read(job["answer"])
            if not gold or not answer:
                reply = {"unreadable": "answer" if gold else "gold"}
            else:
                # Not symmetric: the reference comes first.
                same = verify(gold, answer, timeout_seconds=None, raise_on_error=True, allow_set_relation_comp=True)
                reply = {"same": bool(same)}
        except Exception as error:  # noqa: BLE001 - out of memory, recursion: no opinion, and not "different"
            reply = {"failed": type(error).__name__}
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.setitimer(signal.ITIMER_REAL, 0)
        print(json.dumps(reply), file=out, flush=True)


main()
