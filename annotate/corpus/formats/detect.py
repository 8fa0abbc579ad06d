"""Which format an upload is in, by what its first row looks like."""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import chain, islice
from typing import Any

import msgspec

from annotate.core.errors import Invalid
from annotate.corpus.formats import FORMATS
from annotate.corpus.formats.base import Format, LineError
from annotate.corpus.lines import MAX_LINE, BrokenInput, StillBroken, split_lines

AUTO = "auto"
LOOK_AT = 20  # lines, until one is an object: the first ones may be broken


@dataclass(frozen=True)
class Detected:
    """`chunks` is the whole input again. `reason` is a sentence."""

    format: Format
    reason: str
    chunks: Iterable[bytes]


def detect(chunks: Iterable[bytes]) -> Detected:
    """Reads as far as the first row. Raises Invalid, naming the formats, when not exactly one knows it for its own."""
    seen: list[bytes] = []
    rest = StillBroken(chunks)
    found = []
    rows = 0
    broken = ""
    # An object of arrays is one row to the most, and many to those that come grouped: each is asked about its own.
    for grouped in (False, True):
        try:
            row = _first_row(_remembered(seen, rest), grouped)
        except BrokenInput as error:
            row, broken = None, str(error)
        rows += row is not None
        for format in FORMATS.values():
            if row is not None and format.grouped is grouped and (why := format.looks(row)):
                found.append((format, f"The first row {why}."))
    if len(found) == 1:
        return Detected(*found[0], chain(seen, rest))
    known = ", ".join(sorted(FORMATS))
    if found:
        said = f"The first row could be {' or '.join(format.name for format, _ in found)}."
    elif rows:
        said = "The first row looks like none of the formats known here."
    else:
        nothing = "The input is empty, or not JSON and not Parquet; tables of text (CSV) are not read."
        said = f"There is no row to recognise a format by. {broken or nothing}"
    raise Invalid.field("format", f"{said} Name the format: {known}.")


def _remembered(seen: list[bytes], rest: Iterator[bytes]) -> Iterator[bytes]:
    """What was read before, then more, which is remembered; no more in all than the longest line may have."""
    yield from list(seen)
    size = sum(map(len, seen))
    while size <= MAX_LINE and (chunk := next(rest, None)) is not None:
        seen.append(chunk)
        size += len(chunk)
        yield chunk


def _first_row(chunks: Iterable[bytes], grouped: bool) -> dict[str, Any] | None:
    for _, line in islice(split_lines(chunks, grouped=grouped), LOOK_AT):
        if not isinstance(line, LineError):
            with suppress(msgspec.DecodeError, RecursionError, UnicodeDecodeError):
                return msgspec.json.decode(line, type=dict[str, Any])
    return None
