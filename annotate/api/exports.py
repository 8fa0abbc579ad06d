"""Datasets: streamed at once, or written in the background and kept. For a project's admins."""

import uuid
from collections.abc import Generator, Iterator
from contextlib import closing
from datetime import datetime
from typing import Any

from django.http import FileResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.urls import path, reverse
from django.utils.http import content_disposition_header
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from annotate.api.inputs import UnknownFieldsAreErrors, body, encode_cursor, page_size, read_cursor, user_of
from annotate.core.errors import Conflict, NotFound
from annotate.corpus.formats import FORMATS as IMPORT_FORMATS
from annotate.exports.access import access_export
from annotate.exports.actions import request_export
from annotate.exports.build import file_of
from annotate.exports.formats import FORMATS
from annotate.exports.models import Export
from annotate.exports.selectors import exports_page
from annotate.exports.stream import Stream, checked
from annotate.projects.access import access_project
from annotate.projects.models import Role

# What a download answers with, whatever its format.
FILES = {(200, media): OpenApiTypes.BINARY for media in sorted({f.media_type for f in FORMATS.values()})}


class ImportFormatOutput(serializers.Serializer):
    name = serializers.CharField()
    title = serializers.CharField()


class ExportFormatOutput(ImportFormatOutput):
    kinds = serializers.ListField(child=serializers.ChoiceField(["trace", "choice"]))
    extension = serializers.CharField(help_text="Of a file in this format, without the dot")
    imports_back = serializers.BooleanField(help_text="Whether the import of the same name reads it")


class FormatsOutput(serializers.Serializer):
    import_ = ImportFormatOutput(many=True)
    export = ExportFormatOutput(many=True)

    def get_fields(self) -> dict[str, Any]:
        # `import` can't be the name of an attribute.
        fields = super().get_fields()
        return {name.rstrip("_"): field for name, field in fields.items()}


class ExportInput(UnknownFieldsAreErrors):
    format = serializers.CharField(max_length=40)
    labels = serializers.ChoiceField(Export.Labels.choices, default=Export.Labels.RESOLVED)
    source = serializers.CharField(max_length=100, allow_blank=True, default="")  # type: ignore[assignment]


class ExportOutput(serializers.Serializer):
    id = serializers.UUIDField()
    state = serializers.ChoiceField(Export.State.choices)
    format = serializers.CharField()
    labels = serializers.ChoiceField(Export.Labels.choices)
    source = serializers.CharField(allow_blank=True)  # type: ignore[assignment]
    rows = serializers.IntegerField(allow_null=True, help_text="So far, while it runs")
    bytes = serializers.IntegerField(allow_null=True)
    sha256 = serializers.CharField(allow_blank=True)
    manifest = serializers.JSONField(allow_null=True, help_text="What it holds, and what was left out and why")
    error = serializers.CharField(allow_blank=True)
    created_at = serializers.DateTimeField()
    finished_at = serializers.DateTimeField(allow_null=True)
    file = serializers.SerializerMethodField(help_text="Where to get it, once it is done")

    def get_file(self, export: Export) -> str | None:
        done = export.state == Export.State.DONE
        return reverse("export-file", kwargs={"export_id": export.pk}) if done else None


class ExportListOutput(serializers.Serializer):
    results = ExportOutput(many=True)
    next = serializers.CharField(allow_null=True)


class AnyAccept(BaseContentNegotiation):
    """A file comes in the format that was asked for by name, whatever else the client says it accepts."""

    def select_parser(self, request: Request, parsers: Any) -> Any:
        return parsers[0]

    def select_renderer(self, request: Request, renderers: Any, format_suffix: str | None = None) -> Any:
        return renderers[0], renderers[0].media_type


class FormatsView(APIView):
    @extend_schema(responses=FormatsOutput)
    def get(self, request: Request) -> Response:
        """The names of all formats that come in and go out."""
        return Response(
            {
                "import": [{"name": f.name, "title": f.title} for f in IMPORT_FORMATS.values()],
                "export": [
                    {
                        "name": f.name,
                        "title": f.title,
                        "kinds": list(f.kinds),
                        "extension": f.extension,
                        "imports_back": f.imports_back,
                    }
                    for f in FORMATS.values()
                ],
            }
        )


class DownloadView(APIView):
    content_negotiation_class = AnyAccept

    @extend_schema(
        parameters=[
            OpenApiParameter("format", required=True, enum=list(FORMATS)),
            OpenApiParameter("labels", enum=Export.Labels.values, default=Export.Labels.RESOLVED.value),
            OpenApiParameter("source", description="With labels=imported: whose"),
        ],
        responses=FILES,
    )
    def get(self, request: Request, slug: str) -> HttpResponseBase:
        """A dataset as it is now, streamed. If the connection breaks off, it is not whole."""
        project = access_project(user_of(request), slug, Role.ADMIN)
        asked = request.query_params
        wish = checked(
            project,
            asked.get("format", ""),
            asked.get("labels", Export.Labels.RESOLVED),
            asked.get("source", ""),
        )
        response = StreamingHttpResponse(
            begun(Stream(wish).chunks()), content_type=f"{wish.format.media_type}; charset=utf-8"
        )
        response["Content-Disposition"] = content_disposition_header(True, wish.file_name)
        return response


class ExportsView(APIView):
    @extend_schema(responses=ExportListOutput)
    def get(self, request: Request, slug: str) -> Response:
        """The datasets that were written in the background, the newest first."""
        project = access_project(user_of(request), slug, Role.ADMIN)
        limit = page_size(request)
        found = exports_page(project, read_cursor(request, datetime.fromisoformat, uuid.UUID), limit + 1)
        more = found[limit - 1] if len(found) > limit else None
        following = encode_cursor(more.created_at.isoformat(), more.pk) if more else None
        return Response({"results": ExportOutput(found[:limit], many=True).data, "next": following})

    @extend_schema(request=ExportInput, responses={202: ExportOutput})
    def post(self, request: Request, slug: str) -> Response:
        """Write a dataset in the background. Ask for its address until it is done."""
        project = access_project(user_of(request), slug, Role.ADMIN)
        export = request_export(actor=user_of(request), project=project, **body(ExportInput, request))
        return Response(ExportOutput(export).data, status=202)


class ExportView(APIView):
    @extend_schema(responses=ExportOutput)
    def get(self, request: Request, export_id: uuid.UUID) -> Response:
        """How far it is, and what is in it."""
        return Response(ExportOutput(access_export(user_of(request), export_id)).data)


class ExportFileView(APIView):
    content_negotiation_class = AnyAccept

    @extend_schema(responses=FILES)
    def get(self, request: Request, export_id: uuid.UUID) -> HttpResponseBase:
        """The file of a finished export, whose digest is `sha256`."""
        export = access_export(user_of(request), export_id)
        if export.state != Export.State.DONE:
            raise Conflict("not-done", f"There is no file: this export is {export.state}.")
        try:
            file = file_of(export).open("rb")
        except FileNotFoundError:
            raise NotFound("file") from None
        format = FORMATS[export.format]
        response = FileResponse(
            file,
            as_attachment=True,
            filename=f"{export.project.slug}-{export.format}-{export.labels}-{export.pk}.{format.extension}",
            content_type=f"{format.media_type}; charset=utf-8",
        )
        response["ETag"] = f'"{export.sha256}"'
        return response


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


urlpatterns = [
    path("formats/", FormatsView.as_view()),
    path("projects/<slug:slug>/export/", DownloadView.as_view()),
    path("projects/<slug:slug>/exports/", ExportsView.as_view()),
    path("exports/<uuid:export_id>/", ExportView.as_view()),
    path("exports/<uuid:export_id>/file/", ExportFileView.as_view(), name="export-file"),
]
