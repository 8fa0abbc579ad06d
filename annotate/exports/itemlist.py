"""The list of what is in a dataset, kept beside it: a line for each trace and choice that gave rows, sorted by
key, so that two of them can be compared line by line however long they are.
"""

import gzip
import heapq
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import IO, BinaryIO

import msgspec
from msgspec import Struct

from annotate.core.digests import digest
from annotate.corpus.labels import first_error_of, is_first_error_form
from annotate.exports.items import ChoiceItem, Item, Label, Ranking, Said, TraceItem

NAME = "items.jsonl.gz"
IN_MEMORY = 50_000

_SIGNS = {None: "·", 1: "+", 0: "0", -1: "−", 2: "?"}
_encode = msgspec.json.Encoder().encode


class Line(Struct, array_like=True):
    """`key` is made from what names the item, so it is the same wherever it is imported; `rows` is how many rows it
    gave, `digest` that of their bytes; `said` the labels in a few words, `who` said them.
    """

    key: str
    kind: str
    problem: str
    item: str
    rows: int
    digest: str
    said: str
    who: list[str]


def line_of(item: Item, rows: list[bytes]) -> Line:
    problem = item.problem.external_id or item.problem.statement[:200]
    kind = "choice" if isinstance(item, ChoiceItem) else "trace"
    named = (item.problem.external_id or "", item.problem.statement, kind, item.key, str(item.version))
    return Line(
        key=digest(text.encode() for text in named).hex()[:32],
        kind=kind,
        problem=problem,
        item=item.key if item.version == 1 else f"{item.key} (version {item.version})",
        rows=len(rows),
        digest=digest(rows).hex()[:32],
        said="; ".join(in_words(item, said) for said in item.said),
        who=sorted({vote.who or vote.by for said in item.said for vote in said.made_of or [said]}),
    )


def in_words(item: Item, said: Said) -> str:
    """`no error`, `first error 3` (from 1), the values as signs, `1 > 2 = 3` (candidates from 1)."""
    if isinstance(item, TraceItem):
        assert isinstance(said, Label)  # noqa: S101
        if not is_first_error_form([step.judged for step in item.steps], said.values):
            return "".join(_SIGNS[value] for value in said.values)
        wrong = first_error_of(said.values)
        return "no error" if wrong is None else f"first error {wrong + 1}"
    assert isinstance(said, Ranking)  # noqa: S101
    return " > ".join(" = ".join(str(i + 1) for i in group) for group in said.groups) or "none acceptable"


class ItemList:
    """Collects lines in any order, in flat memory: what is too much for it waits sorted on disk."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lines: list[bytes] = []
        self._runs: list[BinaryIO] = []
        self._open = ExitStack()

    def __enter__(self) -> "ItemList":
        return self

    def __exit__(self, *error: object) -> None:
        self._open.close()

    def add(self, item: Item, rows: list[bytes]) -> None:
        if not rows:
            return
        self._lines.append(_encode(line_of(item, rows)) + b"\n")
        if len(self._lines) >= IN_MEMORY:
            run = self._open.enter_context(tempfile.TemporaryFile(dir=self._folder))  # noqa: SIM115
            run.writelines(sorted(self._lines))
            run.seek(0)
            self._runs.append(run)
            self._lines = []

    def finish(self) -> Path:
        """The sorted list as a file."""
        path = self._folder / NAME
        # Without a time in it: the same list is the same file.
        with path.open("wb") as file, gzip.GzipFile("", "wb", 1, file, mtime=0) as packed:
            packed.writelines(heapq.merge(*self._runs, sorted(self._lines)))
        return path


def lines_of(file: IO[bytes]) -> Iterator[Line]:
    decode = msgspec.json.Decoder(Line).decode
    with gzip.GzipFile(fileobj=file) as unpacked:
        for line in unpacked:
            yield decode(line)
