"""Reading one page ahead: while the last one is being written down, Postgres already works on the next."""

import gc
import sys
from collections.abc import Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Lock
from typing import TypeVar

T = TypeVar("T")


def ahead(pages: Generator[T, None, None]) -> Generator[T, None, None]:
    """The same pages. They are made in a thread of their own, one at a time; what goes wrong there is raised here, and
    whoever stops early has them closed.
    """
    with ThreadPoolExecutor(1, "export") as pool:
        coming = pool.submit(next, pages, None)
        try:
            while (page := coming.result()) is not None:
                coming = pool.submit(next, pages, None)
                yield page
        finally:
            coming.exception()  # nobody closes a generator that is just running
            pages.close()


_MANY = 500_000
_TURN = 0.0005  # seconds
_lock = Lock()
_exports = 0
_usual = gc.get_threshold(), sys.getswitchinterval()


@contextmanager
def patiently() -> Iterator[None]:
    """While an export runs: pages are hundreds of thousands of small objects, all of which go when the last one who
    uses them does. Looking for cycles among them again and again would take a third of the time, so Python's collector
    waits for more than a page; what other requests leave behind still goes.

    And threads take turns more often than Python has them: each query of a page waits once for the thread that encodes
    the page before, and Postgres with it.
    """
    global _exports
    with _lock:
        _exports += 1
        gc.set_threshold(_MANY, *_usual[0][1:])
        sys.setswitchinterval(_TURN)
    try:
        yield
    finally:
        with _lock:
            _exports -= 1
            if not _exports:
                gc.set_threshold(*_usual[0])
                sys.setswitchinterval(_usual[1])
