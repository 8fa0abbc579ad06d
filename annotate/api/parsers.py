from collections.abc import Iterator, Mapping
from typing import Any

import msgspec
from django.conf import settings
from rest_framework import exceptions
from rest_framework.parsers import BaseParser
from rest_framework.request import Request

from annotate.corpus.lines import CHUNK


class TooLarge(exceptions.APIException):
    status_code = 413
    default_code = "too-large"


class JSONParser(BaseParser):
    """Strict JSON of bounded size: no NaN, no half of a surrogate pair (which no database could store)."""

    media_type = "application/json"

    def parse(self, stream: Any, media_type: str | None = None, context: Mapping[str, Any] | None = None) -> Any:
        limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        text = stream.read(limit + 1)
        if len(text) > limit:
            raise TooLarge(f"A request may have {limit // 1024} kB at most.")
        try:
            return msgspec.json.decode(text)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise exceptions.ParseError(f"This is not JSON: {error}") from None


class Untouched(BaseParser):
    """Leaves the body to the view, unread. Without it a browser's upload would be gone before the view sees it:
    the CSRF check that goes with a session asks for form data, and asking makes REST framework parse the body.
    """

    media_type = "*/*"

    def parse(self, stream: Any, media_type: str | None = None, context: Mapping[str, Any] | None = None) -> Any:
        return {}


def read_body(request: Request) -> Iterator[bytes]:
    """The raw body as it arrives, never whole in memory."""
    raw = request._request
    # Django reads Content-Length bytes; a chunked body has none, and the server marks where it ends.
    stream = raw.META["wsgi.input"] if raw.headers.get("Transfer-Encoding", "").lower() == "chunked" else raw
    while chunk := stream.read(CHUNK):
        yield chunk
