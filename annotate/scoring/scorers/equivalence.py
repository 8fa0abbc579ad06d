"""Whether two final answers mean the same, by math-verify in a child process that can be killed.

Answers come from models and may be hostile: `9^9^9^9` must cost a bounded time and memory, and nothing else.
The child is kept between questions (its imports take a second) and started anew after it had to be killed. It
is a plain subprocess with a line protocol, because the processes of a Celery pool may not have
`multiprocessing` children.
"""

from __future__ import annotations

import json
import os
import selectors
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

SECONDS = 5.0
"""Of processor time: on a busy machine an answer is as easily compared as on an idle one."""
PATIENCE = 6
"""So many times as long it may take by the clock."""
START_SECONDS = 60.0
MEGABYTES = 1024
MAX_CHARACTERS = 2_000
"""Of an answer. What is longer is not a final answer."""


class Unanswerable(Exception):
    """The two could not be compared; the message says why, for the page."""


class EquivalenceChild:
    """A child process that compares answers, one at a time. Safe for threads, and after a fork of its
    owner.
    """

    def __init__(self, seconds: float = SECONDS, megabytes: int = MEGABYTES) -> None:
        self.seconds, self.megabytes = seconds, megabytes
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._owner = 0

    def same(self, gold: str, answer: str) -> bool:
        """Whether `answer` means what the reference `gold` means: texts with their mathematics delimited by
        `$…$` or `\\(…\\)`. The order matters to the library.

        Raises `Unanswerable` if one of them can't be read, or the comparison took too long or too much
        memory.
        """
        if max(len(gold), len(answer)) > MAX_CHARACTERS:
            raise Unanswerable("too long to be a final answer")
        with self._lock:
            waits = PATIENCE * self.seconds
            reply = self._ask({"gold": gold, "answer": answer, "seconds": self.seconds, "waits": waits})
        if "unreadable" in reply:
            which = "the reference" if reply["unreadable"] == "gold" else "the final answer"
            raise Unanswerable(f"{which} could not be read as mathematics")
        if "failed" in reply:
            raise Unanswerable(f"the answers could not be compared ({reply['failed']})")
        return bool(reply["same"])

    def close(self) -> None:
        """Ends the child. The next question starts another one."""
        with self._lock:
            self._kill()

    def _ask(self, job: dict[str, Any]) -> dict[str, Any]:
        try:
            process = self._running()
            _pipe(process.stdin).write(json.dumps(job).encode() + b"\n")
            _pipe(process.stdin).flush()
            # The child ends itself in time; the second more is for a child that can't.
            return self._read_line(process, job["waits"] + 1)
        except (OSError, TimeoutError) as error:
            self._kill()
            raise Unanswerable("comparing the answers took too long or too much memory") from error

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process and self._owner == os.getpid() and self._process.poll() is None:
            return self._process
        if self._owner == os.getpid():
            self._kill()
        # A child inherited over a fork belongs to the parent: forget it, and leave it alone.
        self._owner = os.getpid()
        self._process = subprocess.Popen(
            [
                sys.executable,
                "-P",
                str(Path(__file__).with_name("equivalence_child.py")),
                str(self.megabytes),
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C on the worker's terminal is the worker's business
        )
        self._read_line(self._process, START_SECONDS)
        return self._process

    def _read_line(self, process: subprocess.Popen[bytes], seconds: float) -> dict[str, Any]:
        """One line of the child's output. Raises `TimeoutError`, or `OSError` when the child is gone."""
        stream, line, deadline = _pipe(process.stdout).fileno(), b"", time.monotonic() + seconds
        with selectors.DefaultSelector() as selector:
            selector.register(stream, selectors.EVENT_READ)
            while not line.endswith(b"\n"):
                if not selector.select(deadline - time.monotonic()):
                    raise TimeoutError
                chunk = os.read(stream, 65536)
                if not chunk:
                    raise OSError("the child ended")
                line += chunk
        reply: dict[str, Any] = json.loads(line)
        return reply

    def _kill(self) -> None:
        if self._process and self._owner == os.getpid():
            self._process.kill()
            self._process.wait()
            for stream in (self._process.stdin, self._process.stdout):
                if stream:
                    with suppress(OSError):  # what the child had not read is lost, as it should be
                        stream.close()
        self._process = None


def _pipe(stream: IO[bytes] | None) -> IO[bytes]:
    if stream is None:
        raise OSError("the child has no pipes")
    return stream
