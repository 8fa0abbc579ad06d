"""What an export would hold, before anything is written: its first rows, and counts as far as a bounded look goes."""

import csv
import io
import time
from contextlib import closing
from typing import Any

import msgspec

from annotate.exports.options import CSV
from annotate.exports.stream import Stream, Wish

ROWS = 5
SECONDS = 4.0
ROW_CHARACTERS = 20_000


def preview(wish: Wish) -> dict[str, Any]:
    """`rows`: the first ones (CSV: as lists of cells). The counts are those of the manifest, of the first `items` of
    `total`: of all of them when `complete`.
    """
    stream = Stream(wish)
    first: list[Any] = []
    started, complete = time.monotonic(), True
    with closing(stream.pages()) as pages:
        for page in pages:
            for _, encoded in page:
                first += [_decoded(row, wish.options.container) for row in encoded[: ROWS - len(first)]]
            if time.monotonic() - started > SECONDS and stream.tally.items < stream.tally.total:
                complete = False
                break
    return {"complete": complete, "items": stream.tally.items, "total": stream.tally.total, "first": first} | (
        stream.tally.as_dict() | {"options": wish.options.as_dict()}
    )


def _decoded(row: bytes, container: str) -> Any:
    if container == CSV:
        return next(csv.reader(io.StringIO(row.decode(), newline="")))
    if len(row) > ROW_CHARACTERS:
        return row[:ROW_CHARACTERS].decode(errors="ignore") + " …"
    return msgspec.json.decode(row)
