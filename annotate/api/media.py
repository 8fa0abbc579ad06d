"""Media: uploaded by admins under the names that lines call them by, shown to members of the project."""

import re
from collections.abc import Iterator

from django.core.files.base import File
from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.urls import path
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from annotate.api.exports import AnyAccept
from annotate.api.inputs import user_of
from annotate.api.parsers import Untouched, read_body
from annotate.core.errors import NotFound
from annotate.corpus.access import access_media
from annotate.corpus.lines import CHUNK
from annotate.corpus.media.sniff import KINDS
from annotate.corpus.media.store import keep, storage
from annotate.corpus.models import Media
from annotate.projects.access import access_project
from annotate.projects.models import Role

_RANGE = re.compile(r"bytes=(\d{0,15})-(\d{0,15})")


class MediaOutput(serializers.Serializer):
    sha256 = serializers.CharField()
    type = serializers.ChoiceField(Media.Type.choices)
    mime = serializers.CharField(help_text="By its first bytes, whatever the upload called it")
    bytes = serializers.IntegerField()


class MediaUploadView(APIView):
    parser_classes = [Untouched]

    @extend_schema(
        parameters=[
            OpenApiParameter("name", str, description='The path by which lines may call it, like "images/1.png"'),
        ],
        request={"application/octet-stream": OpenApiTypes.BINARY},
        responses={200: MediaOutput, 201: MediaOutput},
    )
    def post(self, request: Request, slug: str) -> Response:
        """Upload a picture, a sound or a film: the body is the file. The same file again changes nothing and answers
        200. For admins."""
        project = access_project(user_of(request), slug, Role.ADMIN)
        media, new = keep(project, read_body(request), name=request.query_params.get("name", ""))
        return Response(MediaOutput(media).data, status=201 if new else 200)


class MediaView(APIView):
    content_negotiation_class = AnyAccept

    @extend_schema(responses={(200, mime): OpenApiTypes.BINARY for mime in sorted(KINDS)})
    def get(self, request: Request, slug: str, sha256: str) -> HttpResponseBase:
        """The file itself, or a part of it (`Range`). For the project's members."""
        media = access_media(user_of(request), slug, sha256)
        try:
            file = storage().open(media.path)
        except FileNotFoundError:
            raise NotFound("file") from None
        try:
            return _answer(request, media, file)
        except BaseException:
            file.close()
            raise


def _answer(request: Request, media: Media, file: File) -> HttpResponseBase:
    found = _range(request.headers.get("Range", ""), media.bytes)
    response: HttpResponseBase
    if found is None:
        file.close()
        response = HttpResponse(status=416)
        response["Content-Range"] = f"bytes */{media.bytes}"
        return response
    start, end = found
    partial = end - start < media.bytes
    response = StreamingHttpResponse(_Part(file, start, end), status=206 if partial else 200, content_type=media.mime)
    response["Content-Length"] = str(end - start)
    if partial:
        response["Content-Range"] = f"bytes {start}-{end - 1}/{media.bytes}"
    response["Accept-Ranges"] = "bytes"
    response["Content-Disposition"] = f'inline; filename="{media.sha256[:16]}.{KINDS[media.mime].extension}"'
    # Its address names its content, so a browser may keep it; but only this person's browser.
    response["Cache-Control"] = "private, max-age=31536000, immutable"
    response["ETag"] = f'"{media.sha256}"'
    # Whatever a browser may think it is when somebody opens it by itself: it runs nothing and fetches nothing.
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    return response


def _range(header: str, size: int) -> tuple[int, int] | None:
    """From where to before where, of one range; the whole where there is none that we know; None past the end."""
    match = _RANGE.fullmatch(header)
    if match is None or not (match[1] or match[2]):
        return 0, size
    if not match[1]:
        return (max(0, size - int(match[2])), size) if int(match[2]) else None
    start, end = int(match[1]), min(size, int(match[2]) + 1) if match[2] else size
    return (start, end) if start < end else None


class _Part(Iterator[bytes]):
    """The bytes of a file from where to before where. Whoever sends them calls `close`, also if nobody listens."""

    def __init__(self, file: File, start: int, end: int) -> None:
        file.seek(start)
        self.file, self.left = file, end - start
        self.close = file.close

    def __next__(self) -> bytes:
        piece = self.file.read(min(CHUNK, self.left))
        if not piece:
            raise StopIteration
        self.left -= len(piece)
        return bytes(piece)


urlpatterns = [
    path("projects/<slug:slug>/media/", MediaUploadView.as_view()),
    path("projects/<slug:slug>/media/<str:sha256>/", MediaView.as_view(), name="media"),
]
