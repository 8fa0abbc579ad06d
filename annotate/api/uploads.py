"""What requests say about how to import, and their bodies, which are read as they come and never whole in memory."""

import uuid
from collections.abc import Iterator
from typing import IO, Any

from django.core.files.uploadhandler import FileUploadHandler
from django.http.multipartparser import MultiPartParser, MultiPartParserError
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request

from annotate.api.parsers import read_body
from annotate.core.errors import Conflict, Invalid
from annotate.corpus.containers import IN_MEMORY, check_room, read, spooled
from annotate.corpus.formats import FORMATS
from annotate.corpus.formats.detect import AUTO
from annotate.corpus.lines import BrokenInput
from annotate.corpus.segment import SEGMENTERS
from annotate.imports.access import import_in
from annotate.imports.actions import ORIGIN, origin_of
from annotate.imports.files import folder
from annotate.imports.models import Import
from annotate.projects.models import Project

HOW_TO_IMPORT = [
    OpenApiParameter(
        "format",
        str,
        enum=[AUTO, *sorted(FORMATS)],
        default="native",
        description="auto: recognised by the first row, and told in the answer",
    ),
    OpenApiParameter(
        "segmenter",
        str,
        enum=list(SEGMENTERS),
        description="Where to cut solutions that come in one text; by default as the format does",
    ),
    OpenApiParameter("atomic", bool, description="All lines or none"),
    OpenApiParameter(
        "on_conflict",
        str,
        enum=Import.OnConflict.values,
        default=Import.OnConflict.REJECT.value,
        description="What becomes of other content under an id that is there: refused, or a version beside the old one",
    ),
    OpenApiParameter("licence", str, description="Of the data, as in cc-by-4.0"),
    OpenApiParameter("source", str, description="Where the data are from: an address, or how to cite them"),
]


def how_to_import(request: Request, into: Import | None = None) -> dict[str, Any]:
    """`format`, `options`, `atomic`, `on_conflict`, `licence` and `source`, by default those of `into`. Raises
    Invalid, naming what there is.
    """
    asked = request.query_params
    name = asked.get("format", into.format if into else "native")
    if name != AUTO and name not in FORMATS:
        raise Invalid.field("format", f"There is no format {name!r}. Known are: {', '.join(sorted(FORMATS))}.")
    atomic = yes_or_no(request, "atomic", into.atomic if into else False)
    on_conflict = asked.get("on_conflict", into.on_conflict if into else Import.OnConflict.REJECT)
    if on_conflict not in Import.OnConflict.values:
        raise Invalid.field("on_conflict", f"on_conflict is {' or '.join(Import.OnConflict.values)}.")
    if into and (atomic, on_conflict) != (into.atomic, into.on_conflict):
        raise Invalid.field("import", "This import was opened with another atomic or on_conflict. Leave them out here.")
    segmenter = asked.get("segmenter", into.options.get("segmenter", "") if into else "")
    if segmenter and segmenter not in SEGMENTERS:
        raise Invalid.field("segmenter", f"There is no segmenter {segmenter!r}. Known are: {', '.join(SEGMENTERS)}.")
    if into and segmenter != into.options.get("segmenter", ""):
        raise Invalid.field("segmenter", "This import was opened with another segmenter. Leave it out here.")
    if segmenter and name != AUTO:
        FORMATS[name].cut_by(segmenter)  # raises where there is nothing to cut
    options = {"segmenter": segmenter} if segmenter else {}
    told = origin_of({name: asked.get(name, getattr(into, name) if into else "") for name in ORIGIN})
    if into and told != {name: getattr(into, name) for name in ORIGIN}:
        raise Invalid.field("import", "This import was opened with another licence or source. Leave them out here.")
    return {"format": name, "atomic": atomic, "on_conflict": on_conflict, "options": options, **told}


def open_import_of(request: Request, project: Project) -> Import | None:
    """The import that `?import=` names. Raises NotFound, and Conflict when it takes nothing more."""
    text = request.query_params.get("import")
    if text is None:
        return None
    try:
        import_ = import_in(project, uuid.UUID(text))
    except ValueError:
        raise Invalid.field("import", "This is not an import's id. POST imports/ opens one.") from None
    if import_.state != Import.State.OPEN:
        raise Conflict("wrong-state", f"This import is {import_.state} and takes nothing more. Open another one.")
    return import_


def yes_or_no(request: Request, name: str, default: bool = False) -> bool:
    word = request.query_params.get(name, str(int(default))).lower()
    if word not in ("0", "1", "false", "true"):
        raise Invalid.field(name, f"{name} must be 1 or 0.")
    return word in ("1", "true")


def packed(request: Request) -> Iterator[bytes]:
    """The body as the client's file was: without the gzip that it may have been sent through."""
    encoding = request.headers.get("Content-Encoding", "identity")
    if encoding not in ("identity", "gzip"):
        raise Invalid.field("Content-Encoding", f"{encoding} can't be read. Send gzip, or nothing at all.")
    return read_body(request)


class _Pieces(FileUploadHandler):
    """Writes the one file of a form to where it will be kept, as it comes."""

    def __init__(self, request: Any = None) -> None:
        super().__init__(request)
        self.folder = folder()
        self.file: IO[bytes] = spooled([], self.folder)
        self.name = ""
        self.files = 0

    def new_file(self, field_name: str, file_name: str, *args: Any, **kwargs: Any) -> None:
        self.files += 1
        if self.files > 1 or field_name != "file":
            raise Invalid.field(field_name, "Send one file, under the name `file`; several go into a zip.")
        self.name = file_name

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        if start // IN_MEMORY != (start + len(raw_data)) // IN_MEMORY:
            check_room(self.folder)
        self.file.write(raw_data)

    def file_complete(self, file_size: int) -> None:
        return None


def uploaded(request: Request) -> tuple[str, Iterator[bytes]]:
    """Name and content of what is to be kept: the body as it is, or the file of a form. `?name=` names the former."""
    if request.content_type.partition(";")[0].strip() != "multipart/form-data":
        return request.query_params.get("name", ""), packed(request)
    raw = request._request
    handler = _Pieces(raw)
    raw.upload_handlers = [handler]
    try:
        fields, _ = MultiPartParser(raw.META, raw, raw.upload_handlers).parse()
    except MultiPartParserError as error:
        raise Invalid.field("file", f"The form can't be read: {error}") from None
    except BrokenInput as error:
        raise Invalid.field("file", str(error)) from None
    if fields:
        raise Invalid.field(next(iter(fields)), "A form holds the `file`; how to import it goes into the address.")
    handler.file.seek(0)
    return handler.name, read(handler.file)
