"""Items to encoded rows: what the options make of labels, the format's own rows, and the columns put behind
them. Pure.
"""

from typing import Any

import pyarrow as pa

from annotate.core.digests import digest
from annotate.exports.columns import schema_of
from annotate.exports.formats.base import Format, Marked, encode_json
from annotate.exports.items import ChoiceItem, Item
from annotate.exports.options import PARQUET, SOFT, Options
from annotate.exports.provenance import Provenance, provenance
from annotate.exports.selecting import LOT_BITS
from annotate.exports.tally import Tally
from annotate.exports.treatment import units

Encoded = list[tuple[Item, list[bytes]]]


class Encoder:
    """For one export. With a limit per problem, a problem's rows are held until all of it was seen: so the last
    of them come with `rest`.
    """

    def __init__(self, project: str, format: Format, options: Options, tally: Tally) -> None:
        self.project = project
        self.options = options
        self.tally = tally
        self._rows_of = format.start(project, options)
        self._table = format.table[1] if format.table and options.container == PARQUET else None
        self._encode = format.text.encode if not format.rows else encode_json
        self._alone = options.provenance and not format.whole_items
        self._bounds = options.bounds() if options.column else {}
        self._held: Encoded = []

    @staticmethod
    def schema(format: Format, options: Options) -> pa.Schema:
        """Of the rows as they are encoded."""
        extra: list[tuple[str, Any]] = [("provenance", Provenance)] if options.provenance else []
        if options.column:
            extra.append(("split", str))
        rows = (format.table[0],) if format.table else row_types(format, options)
        return schema_of(rows, extra)

    def page(self, items: list[Item]) -> Encoded:
        encoded = [(item, self._item(item)) for item in items]
        if self.options.per_problem:
            encoded = self._up_to_the_last_problem(encoded)
        self.tally.rows += sum(len(rows) for _, rows in encoded)
        return encoded

    def rest(self) -> Encoded:
        last, self._held = self._capped(self._held), []
        self.tally.rows += sum(len(rows) for _, rows in last)
        return last

    def _item(self, item: Item) -> list[bytes]:
        found = []
        for unit in units(item, self.options, alone=self._alone):
            for row in self._rows_of(unit, self.tally):
                origin = ""
                if type(row) is Marked:
                    row, origin = row.row, row.origin
                    self.tally.origins[origin] += 1
                data = self._encode(row if self._table is None else self._table(row))
                if self._alone or self._bounds or self.options.provenance:
                    data = self._extended(data, unit, origin)
                found.append(data)
        return found

    def _extended(self, data: bytes, item: Item, origin: str) -> bytes:
        """The JSON object with more fields at its end."""
        more = b""
        if self.options.provenance:
            kind = "choice" if isinstance(item, ChoiceItem) else "trace"
            more += b',"provenance":' + encode_json(provenance(self.project, kind, item, self.options.labels, origin))
        if self._bounds:
            more += b',"split":' + encode_json(part_of(item.lot, self._bounds))
        return data[:-1] + (more if len(data) > 2 else more[1:]) + b"}"

    def _up_to_the_last_problem(self, encoded: Encoded) -> Encoded:
        """Rows come sorted by problem: of all but the last one nothing more will come."""
        done: Encoded = []
        for item, rows in encoded:
            if self._held and self._held[-1][0].problem.id != item.problem.id:
                done += self._capped(self._held)
                self._held = []
            self._held.append((item, rows))
        return done

    def _capped(self, encoded: Encoded) -> Encoded:
        """Of one problem's rows as many as are wanted: drawn by their own content, so that the choice depends on
        nothing else, and left in order.
        """
        most = self.options.per_problem
        rows = [(digest((row,)), i, j) for i, (_, some) in enumerate(encoded) for j, row in enumerate(some)]
        if len(rows) <= most:
            return encoded
        kept = {(i, j) for _, i, j in sorted(rows)[:most]}
        self.tally.leave_out("over the limit per problem", len(rows) - most)
        return [(item, [row for j, row in enumerate(some) if (i, j) in kept]) for i, (item, some) in enumerate(encoded)]


def row_types(format: Format, options: Options) -> tuple[Any, ...]:
    return format.soft_rows if options.labels == SOFT else format.rows


def part_of(lot: int, bounds: dict[str, tuple[float, float]]) -> str:
    """The part that a problem's lot falls into."""
    for name, (_, end) in bounds.items():
        if lot < round(end * 2**LOT_BITS):
            return name
    raise AssertionError("the last part ends at 1")
