"""What an export format is."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Any

import msgspec
from msgspec import Struct

from annotate.exports import options as o
from annotate.exports.options import Options
from annotate.exports.rows import Marked, ProblemRows, Rows

__all__ = ["Format", "Layout", "Marked", "ProblemRows", "Rows", "Takes", "start_with"]


class Takes(Enum):
    """Which traces and choices a format has a use for."""

    EVERYTHING = "everything"
    LABELLED = "labelled"
    REWRITTEN = "rewritten"  # labelled, and with a rewrite
    PAIRS = "pairs"  # what the origins of pairs that are asked for may be found in


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
    `whole_problems`: `start` gives a function that takes all items of a problem at once. `pairs`: of a format of
    pairs, where they come from if nobody says otherwise. `scored`: it can't be written without a scorer's values;
    `may_be_scored`: it can be with them.

    `nodes`: whether it asks which node of the tree a step is. Where it doesn't, ids of steps may be empty.

    `soft_rows`: the rows' types with labels=soft. `whole_items`: a row holds all judgements of its item.

    `names_media`: its rows say which pictures, sounds and films belong to what. Other rows are texts alone, so there
    are none of a trace or choice with a step that is a picture and not a word.

    `more_in_last`: readers of the rows refuse fields that they don't know, so what is put behind them goes into their
    last field, an object that is never empty.
    """

    name: str
    title: str
    start: Callable[[str, Options], Any]
    rows: tuple[type[Struct], ...] = ()
    soft_rows: tuple[type[Struct], ...] = ()
    table: tuple[type[Struct], Callable[[Any], Any]] | None = None
    kinds: tuple[str, ...] = ("trace",)
    takes: Takes = Takes.LABELLED
    by_problem: bool = False
    whole_items: bool = False
    whole_problems: bool = False
    pairs: tuple[str, ...] = ()
    scored: bool = False
    may_be_scored: bool = False
    nodes: bool = True
    names_media: bool = False
    more_in_last: bool = False
    text: Layout = NDJSON
    labels: tuple[str, ...] = (o.RESOLVED, o.IMPORTED, o.ALL, o.ANNOTATOR)
    neutral: tuple[str, ...] = ()
    after_first_error: tuple[str, ...] = ()
    containers: tuple[str, ...] = (o.NDJSON, o.PARQUET, o.HF)
    imports_back: bool = False

    @property
    def adds_columns(self) -> bool:
        """Whether its rows are objects, which may have one more field."""
        return bool(self.rows)

    def layout(self, container: str) -> Layout:
        """Of its files of text."""
        return {o.NDJSON: NDJSON, o.JSON: JSON_ARRAY, o.CSV: self.text}[container]

    def extension(self, container: str) -> str:
        return {o.PARQUET: "parquet", o.HF: "zip"}.get(container) or self.layout(container).extension

    def media_type(self, container: str) -> str:
        of_columns = {o.PARQUET: "application/vnd.apache.parquet", o.HF: "application/zip"}
        return of_columns.get(container) or self.layout(container).media_type
