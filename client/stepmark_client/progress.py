"""A progress bar, if tqdm is there; a line on the standard error otherwise."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def shown(on: bool, total: int | None) -> Iterator[Callable[[int], None]]:
    """A function that is told how many lines have been sent so far."""
    if not on:
        yield lambda lines: None
        return
    try:
        from tqdm import tqdm
    except ImportError:
        try:
            yield lambda lines: print(f"\r{lines:,} lines", end="", file=sys.stderr, flush=True)  # noqa: T201
        finally:
            print(file=sys.stderr)  # noqa: T201
        return
    with tqdm(total=total, unit=" lines", unit_scale=True) as bar:
        yield lambda lines: bar.update(lines - bar.n)
