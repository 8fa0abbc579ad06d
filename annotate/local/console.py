"""What a start shows on the terminal: one line for each thing it does, with the time that took."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager


def say(text: str = "") -> None:
    print(text, flush=True)


@contextmanager
def step(name: str) -> Iterator[list[str]]:
    """Show that `name` is being done, then how long it took, and the notes that the block appended."""
    sys.stdout.write(f"  {name:<22}")
    sys.stdout.flush()
    start, notes = time.monotonic(), list[str]()
    try:
        yield notes
    except BaseException:
        say(" failed")
        raise
    say(f"{time.monotonic() - start:6.1f} s" + "".join(f"  {note}" for note in notes))
