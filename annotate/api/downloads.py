"""Answers that are files: whole, in part (RFC 9110), or as they are being made."""

import re
from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from typing import Any

from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.request import Request

from annotate.core.errors import NotFound


class AnyAccept(BaseContentNegotiation):
    """A file comes in the format that was asked for by name, whatever else the client says it accepts."""

    def select_parser(self, request: Request, parsers: Any) -> Any:
        return parsers[0]

    def select_renderer(self, request: Request, renderers: Any, format_suffix: str | None = None) -> Any:
        return renderers[0], renderers[0].media_type


def sent(
    request: Request, read: Callable[[int, int], Iterator[bytes]], *, size: int, sha256: str, content_type: str
) -> HttpResponseBase:
    """200 with the whole of a file of `size` bytes, 206 with a part, or 416 if it has no such bytes; its digest is its
    ETag. `read(start, length)` gives its bytes, `start` 0-based; a FileNotFoundError of it becomes NotFound.
    """
    tag = f'"{sha256}"'
    start, end = 0, size
    # Another version has another address: If-Range is there for clients that send it anyway.
    if (asked := request.headers.get("Range")) and request.headers.get("If-Range", tag) == tag:
        found = _range(asked, size)
        if found == ():
            return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}", "Accept-Ranges": "bytes"})
        if found is not None:
            start, end = found  # type: ignore[misc]
    try:
        pieces = read(start, end - start)
    except FileNotFoundError:
        raise NotFound("file") from None
    response = StreamingHttpResponse(pieces, content_type=content_type)
    if end - start < size:
        response.status_code = 206
        response["Content-Range"] = f"bytes {start}-{end - 1}/{size}"
    response["Content-Length"] = str(end - start)
    response["Accept-Ranges"] = "bytes"
    response["ETag"] = tag
    return response


def _range(text: str, size: int) -> tuple[int, int] | tuple[()] | None:
    """Start and end (behind the last byte) of a single range; () if the file has no such bytes; None for what is no
    single range of bytes, which is then as if not sent.
    """
    match = re.fullmatch(r"bytes=\s*([0-9]{0,18})-([0-9]{0,18})\s*", text)
    if match is None or match[1] == match[2] == "":
        return None
    if not match[1]:
        return (max(0, size - int(match[2])), size) if int(match[2]) and size else ()
    start, end = int(match[1]), min(size, int(match[2]) + 1) if match[2] else size
    if match[2] and int(match[2]) < start:
        return None
    return (start, end) if start < size else ()


def typed(media_type: str) -> str:
    """As a Content-Type: texts are in UTF-8."""
    text = media_type.startswith("text/") or "json" in media_type
    return f"{media_type}; charset=utf-8" if text else media_type


def begun(chunks: Generator[bytes, None, None]) -> Iterator[bytes]:
    """The same, with the first one read already: what goes wrong before it can still be answered as an
    error.
    """
    first = next(chunks, b"")

    def all_of_them() -> Iterator[bytes]:
        with closing(chunks):
            yield first
            yield from chunks

    return all_of_them()
