"""What an export format is."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import Enum
from typing import Any

import msgspec
from msgspec import Struct

from annotate.exports import options as o
from annotate.exports.items import Item
from annotate.exports.options import Options
from annotate.exports.tally import Tally

Rows = Callable[[Item, Tally], Iterable[Any]]


class Takes(Enum):
    """Which traces and choices a format has a use for."""

    EVERYTHING = "everything"
    LABELLED = "labelled"
    PAIRS = "pairs"  # choices that were judged, traces with a rewrite


class Marked(Struct, gc=False):
    """A row of which the format tells where it comes from, as in `Pair.origin`; other rows are yielded bare."""

    row: Any
    origin: str


@dataclass(frozen=True)
class Layout:
    """How rows make a file of text: `start`, the encoded rows with `between` between them, `end`; `empty`
    without any.
    """

    extension: str
    media_type: str
    encode: Callable[[Any], bytes]
    start: bytes
    between: bytes
    end: bytes
    empty: bytes


encode_json = msgspec.json.Encoder().encode
NDJSON = Layout("jsonl", "application/x-ndjson", encode_json, start=b"", between=b"\n", end=b"\n", empty=b"")
JSON_ARRAY = Layout("json", "application/json", encode_json, start=b"[\n", between=b",\n", end=b"\n]\n", empty=b"[]\n")


def start_with(rows: Rows) -> Callable[[str, Options], Rows]:
    """For formats that need nothing to begin with."""
    return lambda project, options: rows


@dataclass(frozen=True)
class Format:
    """One way to write a dataset.

    `start(project slug, options)` gives the function that turns one item into rows and counts what it used or
    left out; it is called anew for each export, so it may keep what it needs between items. Items come sorted:
    `by_problem`, all of one problem together; otherwise all traces, then all choices. Labels come as the
    options want them (see `annotate.exports.treatment`), one judgement an item where that matters.

    `rows`: the types of the rows, from which Parquet gets its columns. `table` makes a row uniform for it where
    JSON may be looser (a text or an object in the same place). Of `labels`, `neutral`, `after_first_error` and
    `containers`, the values that the format can honour, its default first; () where it has no such choice.
    `soft_rows`: the rows' types with labels=soft. `whole_items`: a row holds all judgements of its item.
    """

    name: str
    title: str
    start: Callable[[str, Options], Rows]
    rows: tuple[type[Struct], ...] = ()
    soft_rows: tuple[type[Struct], ...] = ()
    table: tuple[type[Struct], Callable[[Any], Any]] | None = None
    kinds: tuple[str, ...] = ("trace",)
    takes: Takes = Takes.LABELLED
    by_problem: bool = False
    whole_items: bool = False
    text: Layout = NDJSON
    labels: tuple[str, ...] = (o.RESOLVED, o.IMPORTED, o.ALL, o.ANNOTATOR)
    neutral: tuple[str, ...] = ()
    after_first_error: tuple[str, ...] = ()
    containers: tuple[str, ...] = (o.NDJSON, o.PARQUET)
    imports_back: bool = False

    @property
    def adds_columns(self) -> bool:
        """Whether its rows are objects, which may have one more field."""
        return bool(self.rows)

    def layout(self, container: str) -> Layout:
        """Of its files of text."""
        return {o.NDJSON: NDJSON, o.JSON: JSON_ARRAY, o.CSV: self.text}[container]

    def extension(self, container: str) -> str:
        return "parquet" if container == o.PARQUET else self.layout(container).extension

    def media_type(self, container: str) -> str:
        return "application/vnd.apache.parquet" if container == o.PARQUET else self.layout(container).media_type
