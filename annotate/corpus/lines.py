"""Cutting an upload into lines, in bounded memory, whatever is in it.

NDJSON (an object a line), a JSON array of objects, and objects written over several lines are told apart by how they
begin. What comes out is `(number, bytes)`; the number is 1-based: the line's in NDJSON, otherwise the element's.
"""

import re
import zlib
from collections.abc import Iterable, Iterator
from contextlib import suppress

from annotate.corpus.formats.base import LineError

MAX_LINE = 16 * 1024 * 1024
CHUNK = 64 * 1024

Line = tuple[int, bytes | LineError]

_TOO_LONG = f"The line is longer than {MAX_LINE // 1024**2} MiB. Split it, or leave out what nobody will read."


class BrokenInput(Exception):
    """The input can't be cut into lines from here on: what came before is good, the rest is not readable."""


class StillBroken(Iterator[bytes]):
    """The chunks; where they turn out to be broken, they say so each time that more is asked for."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self.chunks = iter(chunks)
        self.error: BrokenInput | None = None

    def __next__(self) -> bytes:
        if self.error:
            raise self.error
        try:
            return next(self.chunks)
        except BrokenInput as error:
            self.error = error
            raise


def gunzip(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The decompressed content, joined members too, in pieces of at most CHUNK bytes: a bomb stays small."""
    decompressor = zlib.decompressobj(wbits=31)
    fed = False
    for chunk in chunks:
        while chunk:
            fed = True
            try:
                piece = decompressor.decompress(chunk, CHUNK)
            except zlib.error as error:
                raise BrokenInput(f"This is not valid gzip: {error}.") from None
            if piece:
                yield piece
            chunk = decompressor.unconsumed_tail
            if decompressor.eof:
                chunk = decompressor.unused_data
                decompressor, fed = zlib.decompressobj(wbits=31), False
    if fed:
        raise BrokenInput("The gzip stream ends too early: the upload was cut off.")


# An object that goes on in the next line with a key, or ends there: no line of NDJSON looks like that.
_OVER_LINES = re.compile(rb'\{[ \t\r]*\n\s*["}]')
_GROUPED = re.compile(rb'\{\s*"(?:[^"\\]|\\.)*+"\s*:\s*\[', re.DOTALL)
_LONGEST_HEAD = 4096

# What may stand between one object and the next.
_BLANK = re.compile(rb"\s*")
_GROUP_END = rb"\s*\]\s*"
_NEXT_GROUP = rb'\s*"(?:[^"\\]|\\.)*+"\s*:\s*\[\s*'
_FIRST_IN_GROUP = re.compile(rb"\{(?:%b\]\s*,)*%b" % (_NEXT_GROUP, _NEXT_GROUP), re.DOTALL)
_NEXT_IN_GROUP = re.compile(rb"\s*,\s*|%b(?:,%b\])*,%b" % (_GROUP_END, _NEXT_GROUP, _NEXT_GROUP), re.DOTALL)
_END_OF_GROUPS = re.compile(rb"%b(?:,%b\]\s*)*\}\s*" % (_GROUP_END, _NEXT_GROUP), re.DOTALL)


def split_lines(chunks: Iterable[bytes], *, grouped: bool = False) -> Iterator[Line]:
    """Lines or array elements; an over-long line comes out as a LineError in its place. Raises BrokenInput.

    `grouped`: one object whose values are arrays gives the objects in the arrays, numbered through. Without it such an
    object is a line like any other, since `{"messages": [{…}, {…}]}` is what a line of some formats looks like.
    """
    pieces: Iterator[bytes] = StillBroken(chunks)
    head, blank_lines = b"", 0
    while not head and (piece := next(pieces, None)) is not None:
        head = piece.removeprefix(b"\xef\xbb\xbf").lstrip()
        blank_lines += piece[: len(piece) - len(head)].count(b"\n")
    if head.startswith(b"{"):
        with suppress(BrokenInput):  # it will say so again, after the lines before it
            while len(head) < _LONGEST_HEAD and (piece := next(pieces, None)) is not None:
                head += piece
    if head.startswith(b"["):
        yield from _elements(head[1:], pieces)
    elif grouped and _GROUPED.match(head):
        yield from _objects(head, pieces, 2, _FIRST_IN_GROUP, _NEXT_IN_GROUP, _END_OF_GROUPS)
    elif _OVER_LINES.match(head):
        yield from _objects(head, pieces, 0, _BLANK, _BLANK, _BLANK)
    else:
        yield from _ndjson(head, pieces, blank_lines + 1)


def _ndjson(head: bytes, pieces: Iterator[bytes], number: int) -> Iterator[Line]:
    parts: list[bytes] = []
    size = 0

    def whole() -> Iterator[Line]:
        line = b"".join(parts).strip()
        if size > MAX_LINE:
            yield number, LineError("line-too-long", _TOO_LONG)
        elif line:
            yield number, line

    for piece in chain_head(head, pieces):
        if not size and not piece.strip():
            number += piece.count(b"\n")
            continue
        *ends, rest = piece.split(b"\n")
        for end in ends:
            size += len(end)
            if size <= MAX_LINE:
                parts.append(end)
            yield from whole()
            number, parts, size = number + 1, [], 0
        size += len(rest)
        if size <= MAX_LINE:
            parts.append(rest)
        else:
            parts = []
    yield from whole()


# Strings first, so that what looks like structure inside of one is passed over; the last one may be cut off.
_REST_OF_STRING = rb'(?:[^"\\]|\\.)*+(?P<closed>"?)'
_TOKEN = re.compile(rb'"%b|[\[\]{},]' % _REST_OF_STRING, re.DOTALL)
_GOING_ON = re.compile(_REST_OF_STRING, re.DOTALL)


class _Marks:
    """The brackets, braces and commas of a buffer that grows at its end. `at`: up to where it was looked through.

    A string that was cut off is gone on with where it was, so that a long one costs no more than its length.
    """

    def __init__(self) -> None:
        self.at = 0
        self._in_string = False

    def __call__(self, buffer: bytes) -> Iterator[tuple[bytes, int]]:
        """Each mark with its place."""
        if self._in_string and (rest := _GOING_ON.match(buffer, self.at)):
            self.at = rest.end()
            self._in_string = not rest["closed"]
            if self._in_string:
                return
        for token in _TOKEN.finditer(buffer, self.at):
            self.at = token.end()
            if token.lastgroup is None:  # no string
                yield token[0], token.start()
            elif not token["closed"]:
                self._in_string = True
                return
        self.at = len(buffer)


def _elements(head: bytes, pieces: Iterator[bytes]) -> Iterator[Line]:
    number, depth, dropped = 1, 0, False
    buffer, marks = b"", _Marks()
    for piece in chain_head(head, pieces):
        buffer += piece
        start = 0
        for mark, place in marks(buffer):
            if mark in b"{[":
                depth += 1
            elif mark in b"}]" and depth:
                depth -= 1
            elif depth == 0 and mark in b",]":
                element = buffer[start:place].strip()
                if dropped or len(element) > MAX_LINE:
                    yield number, LineError("line-too-long", _TOO_LONG)
                elif element:
                    yield number, element
                elif mark in b"," or number > 1:
                    raise BrokenInput(f"Element {number} of the array is empty: two commas, or one at its end.")
                number, dropped = number + 1, False
                start = place + 1
                if mark in b"]":
                    if buffer[start:].strip() or any(p.strip() for p in pieces):
                        raise BrokenInput("There is something after the end of the array.")
                    return
        if len(buffer) - start > MAX_LINE:  # only its end is still looked for
            start, dropped = marks.at, True
        buffer, marks.at = buffer[start:], marks.at - start
    raise BrokenInput(f"The array is not closed: the upload was cut off in element {number}.")


def _objects(
    head: bytes,
    pieces: Iterator[bytes],
    inside: int,
    first: re.Pattern[bytes],
    between: re.Pattern[bytes],
    last: re.Pattern[bytes],
) -> Iterator[Line]:
    """The objects that lie `inside` so many brackets. The patterns say what may stand before, between and after."""
    number, depth, dropped = 1, 0, False
    buffer, marks = b"", _Marks()
    start = 0  # of the object that we are in, or else of what stands between two
    for piece in chain_head(head, pieces):
        if len(buffer) - start > MAX_LINE:
            if depth <= inside:
                raise BrokenInput(f"Before element {number} stands more than {MAX_LINE // 1024**2} MiB of nothing.")
            start, dropped = marks.at, True  # only its end is still looked for
        buffer, marks.at, start = buffer[start:] + piece, marks.at - start, 0
        for mark, place in marks(buffer):
            if mark in b"{[":
                if depth == inside and mark in b"{":
                    if not (between if number > 1 else first).fullmatch(buffer, start, place):
                        raise BrokenInput(f"Before element {number} stands what does not belong there.")
                    start = place
                depth += 1
            elif mark in b"}]":
                depth -= 1
                if depth == inside and mark in b"}":
                    long = dropped or place - start >= MAX_LINE
                    yield number, LineError("line-too-long", _TOO_LONG) if long else buffer[start : place + 1]
                    number, start, dropped = number + 1, place + 1, False
    if depth or (number > 1 and not last.fullmatch(buffer, start)):
        raise BrokenInput(f"The input ends in the middle of element {number}, or goes on where it should end.")


def chain_head(head: bytes, pieces: Iterator[bytes]) -> Iterator[bytes]:
    """The head that was read already, then the rest."""
    yield head
    yield from pieces
