"""Items to encoded rows: what the options make of labels, the format's own rows, and the columns put behind
them. Pure.
"""

import math
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

import pyarrow as pa
from msgspec.structs import replace

from annotate.core.digests import digest
from annotate.exports.columns import schema_of
from annotate.exports.formats.base import Format, Marked, encode_json
from annotate.exports.items import ChoiceItem, Item
from annotate.exports.media import is_wordless
from annotate.exports.options import COLUMNS, HF, IMPORTED, SOFT, Options
from annotate.exports.provenance import Provenance, provenance, under_pseudonyms
from annotate.exports.selecting import LOT_BITS
from annotate.exports.tally import Tally
from annotate.exports.treatment import units

Encoded = list[tuple[Item, list[bytes]]]


class Ranked(NamedTuple):
    """An encoded row, with what decides whether it is kept where rows are limited: see `Marked`."""

    data: bytes
    group: str
    hard: float
    origin: str


class Encoder:
    """For one export. Where a format or a limit looks at all of a problem, its items are held until it was seen: so
    the last of them come with `rest`.
    """

    def __init__(self, project: str, format: Format, options: Options, tally: Tally) -> None:
        self.project = project
        self.options = options
        self.tally = tally
        self._rows_of = format.start(project, options)
        self._table = format.table[1] if format.table and options.container in COLUMNS else None
        self._encode = format.text.encode if not format.rows else encode_json
        self._alone = options.provenance and not format.whole_items
        self._bounds = options.bounds() if options.column else {}
        self._extends = bool(options.provenance or self._bounds)
        self._end = 2 if format.more_in_last and self._table is None else 1  # brackets behind what is put there
        self._together = format.whole_problems
        self._holding = format.whole_problems or bool(options.per_problem)
        self._texts_alone = not format.names_media
        self._hides = options.container == HF and options.labels != IMPORTED  # it is made to be shown to everybody
        self._held: list[Item] = []

    @staticmethod
    def schema(format: Format, options: Options) -> pa.Schema:
        """Of the rows as they are encoded."""
        extra: list[tuple[str, Any]] = [("provenance", Provenance)] if options.provenance else []
        if options.column:
            extra.append(("split", str))
        rows = (format.table[0],) if format.table else row_types(format, options)
        return schema_of(rows, extra)

    def page(self, items: list[Item]) -> Encoded:
        if self._holding:
            encoded = self._up_to_the_last_problem(items)
        else:
            encoded = [(item, [self._data(row, unit) for row, unit in self._of(item)]) for item in items]
        self.tally.rows += sum(len(rows) for _, rows in encoded)
        return encoded

    def rest(self) -> Encoded:
        last, self._held = self._problem(self._held), []
        self.tally.rows += sum(len(rows) for _, rows in last)
        return last

    def _of(self, item: Item) -> Iterator[tuple[Any, Item]]:
        """The format's rows, each with what it was made from."""
        for unit in self._units(item):
            for row in self._rows_of(unit, self.tally):
                yield row, unit

    def _units(self, item: Item) -> Iterable[Item]:
        if self._texts_alone and is_wordless(item):
            self.tally.leave_out("a step without words")
            return ()
        if self._hides:
            item = under_pseudonyms(self.project, item)
        return units(item, self.options, alone=self._alone)

    def _ranked(self, row: Any, item: Item) -> Ranked:
        group, hard, origin = (row.group, row.hard, row.origin) if type(row) is Marked else ("", None, "")
        return Ranked(self._data(row, item), group, -math.inf if hard is None else hard, origin)

    def _data(self, row: Any, item: Item) -> bytes:
        origin = ""
        if type(row) is Marked:
            if row.said is not None and self.options.provenance:
                item = replace(item, said=row.said)
            row, origin = row.row, row.origin
            if origin:
                self.tally.origins[origin] += 1
        data = self._encode(row if self._table is None else self._table(row))
        return self._extended(data, item, origin) if self._extends else data

    def _extended(self, data: bytes, item: Item, origin: str) -> bytes:
        """The JSON object with more fields at its end."""
        more = b""
        if self.options.provenance:
            kind = "choice" if isinstance(item, ChoiceItem) else "trace"
            more += b',"provenance":' + encode_json(provenance(self.project, kind, item, self.options.labels, origin))
        if self._bounds:
            more += b',"split":' + encode_json(part_of(item.lot, self._bounds))
        return data[: -self._end] + (more if len(data) > 2 else more[1:]) + data[-self._end :]

    def _up_to_the_last_problem(self, items: list[Item]) -> Encoded:
        """Items come sorted by problem: of all but the last one nothing more will come."""
        done: Encoded = []
        for item in items:
            if self._held and self._held[-1].problem.id != item.problem.id:
                done += self._problem(self._held)
                self._held = []
            self._held.append(item)
        return done

    def _problem(self, items: list[Item]) -> Encoded:
        if self._together:
            rows = self._of_all(items)
        else:
            rows = [[self._ranked(row, unit) for row, unit in self._of(item)] for item in items]
        if self.options.per_problem:
            rows = self._capped(rows)
        return [(item, [row.data for row in some]) for item, some in zip(items, rows, strict=True)]

    def _of_all(self, items: list[Item]) -> list[list[Ranked]]:
        """The rows of each item, from a format that looks at them together."""
        owners, together = [], []
        for i, item in enumerate(items):
            for unit in self._units(item):
                owners.append(i)
                together.append(unit)
        rows: list[list[Ranked]] = [[] for _ in items]
        if together:
            for row in self._rows_of(together, self.tally):
                rows[owners[row.at]].append(self._ranked(row, together[row.at]))
        return rows

    def _capped(self, rows: list[list[Ranked]]) -> list[list[Ranked]]:
        """Of one problem's rows as many as are wanted, left in order. The groups take turns, so that none crowds the
        others out; in each the hardest come first, and what is equal is drawn by its own content, so that the choice
        depends on nothing else.
        """
        most = self.options.per_problem
        left_over = sum(map(len, rows)) - most
        if left_over <= 0:
            return rows
        groups: dict[str, list[tuple[float, bytes, int, int]]] = {}
        for i, some in enumerate(rows):
            for j, row in enumerate(some):
                groups.setdefault(row.group, []).append((-row.hard, digest((row.data,)), i, j))
        turns = sorted((turn, *row) for group in groups.values() for turn, row in enumerate(sorted(group)))
        kept = {(i, j) for _, _, _, i, j in turns[:most]}
        self.tally.leave_out("over the limit per problem", left_over)
        gone = ((i, j) for i, some in enumerate(rows) for j in range(len(some)) if (i, j) not in kept)
        for i, j in gone:
            if origin := rows[i][j].origin:
                self.tally.origins[origin] -= 1
        return [[row for j, row in enumerate(some) if (i, j) in kept] for i, some in enumerate(rows)]


def row_types(format: Format, options: Options) -> tuple[Any, ...]:
    return format.soft_rows if options.labels == SOFT else format.rows


def part_of(lot: int, bounds: dict[str, tuple[float, float]]) -> str:
    """The part that a problem's lot falls into."""
    for name, (_, end) in bounds.items():
        if lot < round(end * 2**LOT_BITS):
            return name
    raise AssertionError("the last part ends at 1")
