"""What a format gives for traces and choices."""

from collections.abc import Callable, Iterable
from typing import Any

from msgspec import Struct

from annotate.exports.items import Item
from annotate.exports.tally import Tally


class Marked(Struct, gc=False):
    """A row of which the format tells where it comes from; other rows are yielded bare. `at`: of a problem's items,
    the 0-based index of the one that it belongs to. Where rows are limited, groups take turns, and in a group the
    hardest come first. `said`: what it stands on, if not all that was said of its item.
    """

    row: Any
    origin: str = ""
    at: int = 0
    group: str = ""
    hard: float | None = None
    said: list[Any] | None = None


Rows = Callable[[Item, Tally], Iterable[Any]]
ProblemRows = Callable[[list[Item], Tally], Iterable[Marked]]
