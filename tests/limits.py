"""Bounds for what must not take for ever, in processor time: a busy machine doesn't use it up."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager


class TooLong(Exception):
    pass


@contextmanager
def seconds_of_processor(most: float) -> Iterator[None]:
    """Raises TooLong out of the block, also out of a regular expression, which lets no other thread run meanwhile."""

    def stop(*_: object) -> None:
        raise TooLong

    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, most)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)
