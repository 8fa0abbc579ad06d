"""What an export format is."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import Enum
from typing import Any

import msgspec

from annotate.exports.items import Item
from annotate.exports.tally import Tally

Rows = Callable[[Item, Tally], Iterable[Any]]


class Takes(Enum):
    """Which traces and choices a format has a use for."""

    EVERYTHING = "everything"
    LABELLED = "labelled"
    PAIRS = "pairs"  # choices that were judged, traces with a rewrite


@dataclass(frozen=True)
class Layout:
    """How rows make a file: `start`, the encoded rows with `between` between them, `end`; `empty` without
    any.
    """

    extension: str
    media_type: str
    encode: Callable[[Any], bytes]
    start: bytes
    between: bytes
    end: bytes
    empty: bytes


_encode = msgspec.json.Encoder().encode
NDJSON = Layout("jsonl", "application/x-ndjson", _encode, start=b"", between=b"\n", end=b"\n", empty=b"")
JSON_ARRAY = Layout("json", "application/json", _encode, start=b"[\n", between=b",\n", end=b"\n]\n", empty=b"[]\n")


@dataclass(frozen=True)
class Format:
    """One way to write a dataset.

    `start(project slug)` gives the function that turns one item into rows (whatever the layout encodes) and
    counts what it used or left out; it is called anew for each export, so it may keep what it needs between
    items. Items come sorted: `by_problem`, all of one problem together; otherwise all traces, then all
    choices.
    """

    name: str
    title: str
    start: Callable[[str], Rows]
    kinds: tuple[str, ...] = ("trace",)
    takes: Takes = Takes.LABELLED
    by_problem: bool = False
    layout: Layout = NDJSON
    imports_back: bool = False

    @property
    def extension(self) -> str:
        return self.layout.extension

    @property
    def media_type(self) -> str:
        return self.layout.media_type
