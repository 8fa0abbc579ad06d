"""Datasets: streamed at once, or written in the background and kept. For a project's admins.

Files of finished exports are in `annotate.api.export_files`.
"""

import uuid
from datetime import datetime
from typing import Any

from django.http import StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.urls import path, reverse
from django.utils.http import content_disposition_header
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from annotate.api.agreement import ThingFiguresOutput
from annotate.api.downloads import AnyAccept, begun, typed
from annotate.api.inputs import UnknownFieldsAreErrors, body, encode_cursor, page_size, read_cursor, user_of
from annotate.core.errors import Conflict, Invalid
from annotate.corpus.formats import FORMATS as IMPORT_FORMATS
from annotate.exports import options as o
from annotate.exports.access import access_export
from annotate.exports.actions import cancel_export, delete_export, request_export
from annotate.exports.formats import FORMATS
from annotate.exports.formats.base import Format
from annotate.exports.models import Export
from annotate.exports.preview import preview
from annotate.exports.selectors import exports_page
from annotate.exports.stream import Stream, checked
from annotate.labeling.models import Task
from annotate.projects.access import access_project
from annotate.projects.models import Role

# What a download answers with, whatever its format.
FILES = {
    (200, media): OpenApiTypes.BINARY
    for media in sorted({f.media_type(container) for f in FORMATS.values() for container in f.containers})
}


class ImportFormatOutput(serializers.Serializer):
    name = serializers.CharField()
    title = serializers.CharField()


class ChoicesOutput(serializers.Serializer):
    """The values that a format can honour, its default first. An empty list: it has no such choice."""

    labels = serializers.ListField(child=serializers.ChoiceField(o.LABELS))
    neutral = serializers.ListField(child=serializers.ChoiceField(o.NEUTRAL))
    after_first_error = serializers.ListField(child=serializers.ChoiceField(o.AFTER_FIRST_ERROR))
    container = serializers.ListField(child=serializers.ChoiceField(o.CONTAINERS))
    pairs = serializers.ListField(
        child=serializers.ChoiceField(o.PAIRS), help_text="Where pairs come from if nobody says otherwise"
    )


class ExportFormatOutput(ImportFormatOutput):
    kinds = serializers.ListField(child=serializers.ChoiceField(Task.Kind.choices))
    extension = serializers.CharField(help_text="Of a file in this format's own container, without the dot")
    imports_back = serializers.BooleanField(help_text="Whether the import of the same name reads it")
    choices = ChoicesOutput()
    per_problem = serializers.BooleanField(help_text="Whether it takes a limit of rows per problem")
    scorer = serializers.ChoiceField(("no", "may", "must"), help_text="Whether it takes a scorer's values")
    columns = serializers.BooleanField(help_text="Whether its rows have room for provenance and split")


class FormatsOutput(serializers.Serializer):
    import_ = ImportFormatOutput(many=True)
    export = ExportFormatOutput(many=True)

    def get_fields(self) -> dict[str, Any]:
        # `import` can't be the name of an attribute.
        fields = super().get_fields()
        return {name.rstrip("_"): field for name, field in fields.items()}


class ExportInput(UnknownFieldsAreErrors):
    """As texts they mean what they mean in a query. What there is and what goes together, `asking` says."""

    format = serializers.CharField(max_length=40)
    labels = serializers.ChoiceField(o.LABELS, required=False)
    source = serializers.CharField(max_length=100, allow_blank=True, required=False)  # type: ignore[assignment]
    by = serializers.CharField(max_length=150, allow_blank=True, required=False)
    neutral = serializers.ChoiceField(("", *o.NEUTRAL), required=False)
    after_first_error = serializers.ChoiceField(("", *o.AFTER_FIRST_ERROR), required=False)
    filter = serializers.CharField(max_length=2000, allow_blank=True, required=False)
    split = serializers.CharField(
        max_length=500, allow_blank=True, required=False, help_text="As in train:0.8,validation:0.1,test:0.1"
    )
    part = serializers.CharField(
        max_length=40, allow_blank=True, required=False, help_text="One of the split, or * for a file of each"
    )
    seed = serializers.CharField(max_length=100, allow_blank=True, required=False)
    per_problem = serializers.IntegerField(min_value=0, max_value=1_000_000, required=False)
    pairs = serializers.CharField(
        max_length=100, allow_blank=True, required=False, help_text="As in choice,rewrite,suggested,siblings,values"
    )
    scorer = serializers.CharField(
        max_length=100, allow_blank=True, required=False, help_text="Whose values of steps are meant"
    )
    margin = serializers.FloatField(min_value=0, required=False, help_text="Least difference of values in a pair")
    hard = serializers.CharField(
        max_length=100,
        allow_blank=True,
        required=False,
        help_text="With per_problem: pairs whose worse step this scorer rates highest come first",
    )
    provenance = serializers.BooleanField(required=False)
    container = serializers.ChoiceField(("", *o.CONTAINERS), required=False)
    licence = serializers.CharField(
        max_length=100, allow_blank=True, required=False, help_text="With container=hf: named in the dataset's card"
    )
    shards = serializers.IntegerField(min_value=1, max_value=o.MAX_FILES, required=False)


class FileOutput(serializers.Serializer):
    name = serializers.CharField()
    rows = serializers.IntegerField()
    bytes = serializers.IntegerField()
    sha256 = serializers.CharField()
    url = serializers.CharField()


class ExportOutput(serializers.Serializer):
    id = serializers.UUIDField()
    state = serializers.ChoiceField(Export.State.choices)
    format = serializers.CharField()
    labels = serializers.ChoiceField(o.LABELS, source="options.labels", default=o.RESOLVED)
    source = serializers.CharField(source="options.source", default="", allow_blank=True)  # type: ignore[assignment]
    options = serializers.JSONField(help_text="All that was asked for, with the format's defaults")
    rows = serializers.IntegerField(allow_null=True, help_text="So far, while it runs")
    items = serializers.IntegerField(allow_null=True, help_text="Traces and choices seen so far")
    total = serializers.IntegerField(allow_null=True, help_text="Of how many")
    bytes = serializers.IntegerField(allow_null=True)
    sha256 = serializers.CharField(allow_blank=True, help_text="Of the file; of several, of their sha256sum lines")
    manifest = serializers.JSONField(allow_null=True, help_text="What it holds, and what was left out and why")
    error = serializers.CharField(allow_blank=True)
    created_at = serializers.DateTimeField()
    finished_at = serializers.DateTimeField(allow_null=True)
    file = serializers.SerializerMethodField(help_text="Where to get it, once it is done, if it is one file")
    files = serializers.SerializerMethodField()

    def get_file(self, export: Export) -> str | None:
        return _file_url(export) if export.state == Export.State.DONE and len(export.files) == 1 else None

    @extend_schema_field(FileOutput(many=True))
    def get_files(self, export: Export) -> Any:
        files = [
            {**file, "url": _file_url(export) + (f"?name={file['name']}" if len(export.files) > 1 else "")}
            for file in export.files
        ]
        return FileOutput(files, many=True).data


def _file_url(export: Export) -> str:
    return reverse("export-file", kwargs={"export_id": export.pk})


class ExportListOutput(serializers.Serializer):
    results = ExportOutput(many=True)
    next = serializers.CharField(allow_null=True)


class ExportAgreementOutput(serializers.Serializer):
    items = serializers.IntegerField(help_text="Traces and choices that several people judged")
    exact = serializers.FloatField(help_text="The share of them in which all said the same, in [0, 1]")
    alpha = serializers.FloatField(allow_null=True, help_text="Krippendorff's, nominal, over the steps' values")
    things = ThingFiguresOutput(many=True, help_text="Of what else the label schema asks, but step values")


class ExportPreviewOutput(serializers.Serializer):
    options = serializers.JSONField()
    first = serializers.ListField(child=serializers.JSONField(), help_text="The first rows; of CSV, lists of cells")
    complete = serializers.BooleanField(help_text="Whether the counts are of everything")
    items = serializers.IntegerField(help_text="Traces and choices looked at")
    total = serializers.IntegerField(help_text="Of how many")
    rows = serializers.IntegerField()
    counts = serializers.DictField(child=serializers.IntegerField(), help_text="What was said → how often")
    steps = serializers.DictField(
        child=serializers.IntegerField(), help_text="Of these labels: a step's value → how many steps have it"
    )
    by = serializers.DictField(child=serializers.IntegerField())
    labels_from = serializers.DictField(
        child=serializers.DictField(child=serializers.IntegerField()),
        help_text="Where labels come from (`people: ROLE`, `derived`, `imported: SOURCE`) → what they say → how often",
    )
    pairs_from = serializers.DictField(child=serializers.IntegerField())
    said_under = serializers.DictField(
        child=serializers.ListField(child=serializers.IntegerField()),
        help_text="The versions of guidelines and label_schemas behind the labels",
    )
    left_out = serializers.DictField(child=serializers.IntegerField(), help_text="Reason → how many")
    annotators = serializers.IntegerField(help_text="People whose labels these are")
    agreement = ExportAgreementOutput(allow_null=True)


class FormatsView(APIView):
    @extend_schema(responses=FormatsOutput)
    def get(self, request: Request) -> Response:
        """The names of all formats that come in and go out, and which options each takes."""
        return Response(
            {
                "import": [{"name": f.name, "title": f.title} for f in IMPORT_FORMATS.values()],
                "export": [_described(f) for f in FORMATS.values()],
            }
        )


def _described(format: Format) -> dict[str, Any]:
    return {
        "name": format.name,
        "title": format.title,
        "kinds": list(format.kinds),
        "extension": format.extension(format.containers[0]),
        "imports_back": format.imports_back,
        "choices": {
            "labels": format.labels,
            "neutral": format.neutral,
            "after_first_error": format.after_first_error,
            "container": format.containers,
            "pairs": format.pairs,
        },
        "scorer": "must" if format.scored else "may" if format.may_be_scored or format.pairs else "no",
        "per_problem": format.by_problem,
        "columns": format.adds_columns,
    }


_QUERY = [
    OpenApiParameter("format", required=True, enum=list(FORMATS)),
    OpenApiParameter("labels", enum=o.LABELS, default=o.RESOLVED),
    OpenApiParameter("source", description="With labels=imported: whose"),
    OpenApiParameter("by", description="With labels=annotator: the username"),
    OpenApiParameter("neutral", enum=o.NEUTRAL, description="The format has a default; see formats/"),
    OpenApiParameter("after_first_error", enum=o.AFTER_FIRST_ERROR, description="Likewise"),
    OpenApiParameter("filter", description="A query: only what it matches"),
    OpenApiParameter("split", description="As in train:0.8,validation:0.1,test:0.1"),
    OpenApiParameter("part", description="Of the split; without it, each row says its own"),
    OpenApiParameter("seed", description="Another one draws another split"),
    OpenApiParameter("per_problem", int, description="Most rows from one problem"),
    OpenApiParameter("pairs", description="Where pairs come from: choice,rewrite,suggested,siblings,values"),
    OpenApiParameter("scorer", description="Whose values of steps are meant"),
    OpenApiParameter("margin", float, description="Least difference of values in a pair"),
    OpenApiParameter(
        "hard", description="With per_problem: pairs whose worse step this scorer rates highest come first"
    ),
    OpenApiParameter("provenance", enum=["0", "1"], default="0"),
    OpenApiParameter("container", enum=o.CONTAINERS),
    OpenApiParameter("licence", description="With container=hf: named in the dataset's card"),
]


class DownloadView(APIView):
    content_negotiation_class = AnyAccept

    @extend_schema(parameters=_QUERY, responses=FILES)
    def get(self, request: Request, slug: str) -> HttpResponseBase:
        """A dataset as it is now, streamed. If the connection breaks off, it is not whole."""
        project = access_project(user_of(request), slug, Role.ADMIN)
        wish = checked(project, {"format": "", **request.query_params.dict()})
        if wish.options.several:
            name = "shards" if wish.options.shards > 1 else "part"
            raise Invalid.field(name, "A download is one file. Several are written by POST to exports/.")
        response = StreamingHttpResponse(begun(Stream(wish).chunks()), content_type=typed(wish.media_type))
        response["Content-Disposition"] = content_disposition_header(True, wish.file_name)
        return response


class PreviewView(APIView):
    @extend_schema(request=ExportInput, responses=ExportPreviewOutput)
    def post(self, request: Request, slug: str) -> Response:
        """What an export with these options would hold: its first rows, and counts by a look of a few seconds."""
        project = access_project(user_of(request), slug, Role.ADMIN)
        return Response(preview(checked(project, body(ExportInput, request))))


class ExportsView(APIView):
    @extend_schema(
        parameters=[OpenApiParameter("cursor", str), OpenApiParameter("limit", int)], responses=ExportListOutput
    )
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
        export = request_export(actor=user_of(request), project=project, options=body(ExportInput, request))
        return Response(ExportOutput(export).data, status=202)


class ExportView(APIView):
    @extend_schema(responses=ExportOutput)
    def get(self, request: Request, export_id: uuid.UUID) -> Response:
        """How far it is, and what is in it."""
        return Response(ExportOutput(access_export(user_of(request), export_id)).data)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, export_id: uuid.UUID) -> Response:
        """Delete it and its files. One that is just being written stops."""
        delete_export(actor=user_of(request), export=access_export(user_of(request), export_id))
        return Response(status=204)


class CancelView(APIView):
    @extend_schema(request=None, responses=ExportOutput)
    def post(self, request: Request, export_id: uuid.UUID) -> Response:
        """Stop writing it."""
        export = cancel_export(actor=user_of(request), export=access_export(user_of(request), export_id))
        return Response(ExportOutput(export).data)


class ManifestView(APIView):
    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, export_id: uuid.UUID) -> Response:
        """What a finished export is of and what it holds, to keep beside its files."""
        export = access_export(user_of(request), export_id)
        if export.state != Export.State.DONE:
            raise Conflict("not-done", f"There is no manifest: this export is {export.state}.")
        about = {"export": str(export.pk), "sha256": export.sha256, "files": export.files}
        return Response({**about, **(export.manifest or {})})


urlpatterns = [
    path("formats/", FormatsView.as_view()),
    path("projects/<slug:slug>/export/", DownloadView.as_view()),
    path("projects/<slug:slug>/exports/", ExportsView.as_view()),
    path("projects/<slug:slug>/exports/preview/", PreviewView.as_view()),
    path("exports/<uuid:export_id>/", ExportView.as_view()),
    path("exports/<uuid:export_id>/cancel/", CancelView.as_view()),
    path("exports/<uuid:export_id>/manifest/", ManifestView.as_view()),
]
