"""Files of finished exports: whole, in ranges, by a link that needs no session, and what differs between two."""

import uuid
from collections.abc import Iterator
from functools import partial
from itertools import islice

import msgspec
from django.http import StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.urls import path, reverse
from django.utils.http import content_disposition_header
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from annotate.api.downloads import AnyAccept, sent, typed
from annotate.api.exports import FILES
from annotate.api.inputs import UnknownFieldsAreErrors, body, page_size, user_of
from annotate.core.errors import Conflict, Invalid
from annotate.exports import links
from annotate.exports.access import access_export
from annotate.exports.actions import link_to
from annotate.exports.build import place_of
from annotate.exports.comparing import between, compared
from annotate.exports.diffing import Totals
from annotate.exports.formats import FORMATS
from annotate.exports.models import Export
from annotate.exports.shelf import shelf
from annotate.labeling.models import Task

NAME = OpenApiParameter("name", description="Which file, if there are several")
AGAINST = OpenApiParameter("against", OpenApiTypes.UUID, required=True, description="The earlier export")
PARTIAL = {(206, media): kind for (_, media), kind in FILES.items()}


class LinkInput(UnknownFieldsAreErrors):
    hours = serializers.IntegerField(min_value=1, max_value=links.MOST_HOURS, default=links.HOURS)
    name = serializers.CharField(max_length=200, allow_blank=True, default="", help_text="If there are several files")


class LinkOutput(serializers.Serializer):
    url = serializers.CharField()
    expires_at = serializers.DateTimeField()


class DiffPersonOutput(serializers.Serializer):
    name = serializers.CharField(help_text="A username, or the source of imported labels")
    before = serializers.IntegerField(help_text="How many traces and choices have a label of theirs")
    after = serializers.IntegerField()


class ChangeOutput(serializers.Serializer):
    change = serializers.ChoiceField(["added", "removed", "relabelled", "changed"])
    kind = serializers.ChoiceField(Task.Kind.choices)
    problem = serializers.CharField()
    item = serializers.CharField(help_text="The trace's or choice's own id, or a digest of its content")
    before = serializers.CharField(allow_null=True, help_text="What was said, in a few words")
    after = serializers.CharField(allow_null=True)
    rows_before = serializers.IntegerField()
    rows_after = serializers.IntegerField()
    gone = serializers.ListField(child=serializers.CharField(), help_text="Whose labels are no more")


class WithdrawalOutput(serializers.Serializer):
    at = serializers.DateTimeField()
    by = serializers.CharField(allow_null=True)
    annotator = serializers.CharField()
    judgements = serializers.IntegerField()
    reason = serializers.CharField(allow_blank=True)


class DiffOutput(serializers.Serializer):
    added = serializers.IntegerField()
    removed = serializers.IntegerField()
    relabelled = serializers.IntegerField()
    changed = serializers.IntegerField(help_text="Other rows, though the labels are the same")
    same = serializers.IntegerField()
    people = DiffPersonOutput(many=True, help_text="Whose labels are in more or fewer, those who are gone first")
    withdrawn = WithdrawalOutput(many=True, help_text="What was taken back between the two")
    changes = ChangeOutput(many=True, help_text="The first `limit`; all of them are at diff/file/")


class ExportFileView(APIView):
    content_negotiation_class = AnyAccept

    @extend_schema(parameters=[NAME], responses={**FILES, **PARTIAL})
    def get(self, request: Request, export_id: uuid.UUID) -> HttpResponseBase:
        """A file of a finished export, whose digest is its ETag. A range of it resumes a download."""
        export = access_export(user_of(request), export_id)
        return _file(request, export, request.query_params.get("name", ""))


class LinkView(APIView):
    @extend_schema(request=LinkInput, responses={201: LinkOutput})
    def post(self, request: Request, export_id: uuid.UUID) -> Response:
        """An address that downloads a file without signing in, for so many hours or until the export is deleted."""
        export = access_export(user_of(request), export_id)
        asked = body(LinkInput, request)
        name = str(chosen(export, asked["name"])["name"])
        token, expires = link_to(actor=user_of(request), export=export, name=name, hours=asked["hours"])
        url = request.build_absolute_uri(reverse("export-link", kwargs={"token": token}))
        return Response(LinkOutput({"url": url, "expires_at": expires}).data, status=201)


class LinkedFileView(APIView):
    content_negotiation_class = AnyAccept
    authentication_classes = ()
    permission_classes = (AllowAny,)

    @extend_schema(responses={**FILES, **PARTIAL})
    def get(self, request: Request, token: str) -> HttpResponseBase:
        """The file that a link is for. Whoever has the link may."""
        export, name = links.linked(token)
        return _file(request, export, name)


class DiffView(APIView):
    @extend_schema(parameters=[AGAINST, OpenApiParameter("limit", int)], responses=DiffOutput)
    def get(self, request: Request, export_id: uuid.UUID) -> Response:
        """What changed from an earlier export in the same format to this one: by item, and whose labels."""
        old, new = _both(request, export_id)
        totals = Totals()
        found = compared(old, new, totals)
        first = [msgspec.to_builtins(change) for change in islice(found, page_size(request))]
        for _ in found:
            pass
        about = {"people": totals.people(), "withdrawn": between(old, new), "changes": first}
        return Response(DiffOutput({**totals.as_dict(), **about}).data)


class DiffFileView(APIView):
    content_negotiation_class = AnyAccept

    @extend_schema(parameters=[AGAINST], responses={(200, "application/x-ndjson"): OpenApiTypes.BINARY})
    def get(self, request: Request, export_id: uuid.UUID) -> HttpResponseBase:
        """Every change as a line of NDJSON, streamed."""
        old, new = _both(request, export_id)
        found = compared(old, new, Totals())

        def lines() -> Iterator[bytes]:
            while some := list(islice(found, 500)):
                yield b"".join(msgspec.json.encode(change) + b"\n" for change in some)

        response = StreamingHttpResponse(lines(), content_type=typed("application/x-ndjson"))
        name = f"{new.project.slug}-{new.format}-diff.jsonl"
        response["Content-Disposition"] = content_disposition_header(True, name)
        return response


def _both(request: Request, export_id: uuid.UUID) -> tuple[Export, Export]:
    """The earlier one and this one."""
    new = access_export(user_of(request), export_id)
    try:
        against = uuid.UUID(request.query_params.get("against", ""))
    except ValueError:
        raise Invalid.field("against", "Name the earlier export by its id, with against=ID.") from None
    return access_export(user_of(request), against), new


def chosen(export: Export, name: str) -> dict[str, str | int]:
    """The record of one of its files. Raises Conflict before it is done, and Invalid for a name that is none of its."""
    if export.state != Export.State.DONE:
        raise Conflict("not-done", f"There is no file: this export is {export.state}.")
    by_name = {file["name"]: file for file in export.files}
    if not name and len(by_name) == 1:
        name = next(iter(by_name))
    if name not in by_name:
        problem = f"There is no file {name!r} of this export" if name else "This export is several files"
        raise Invalid.field("name", f"{problem}. Its files are: {', '.join(by_name)}.")
    found: dict[str, str | int] = by_name[name]
    return found


def _file(request: Request, export: Export, name: str) -> HttpResponseBase:
    file = chosen(export, name)
    format = FORMATS[export.format]
    media = format.media_type(export.options.get("container") or format.containers[0])
    response = sent(
        request,
        partial(shelf().read, place_of(export, str(file["name"]))),
        size=int(file["bytes"]),
        sha256=str(file["sha256"]),
        content_type=typed(media),
    )
    label = f"{export.project.slug}-{export.format}-{str(export.pk)[:8]}-{file['name']}"
    response["Content-Disposition"] = content_disposition_header(True, label)
    return response


urlpatterns = [
    path("exports/<uuid:export_id>/file/", ExportFileView.as_view(), name="export-file"),
    path("exports/<uuid:export_id>/link/", LinkView.as_view()),
    path("exports/<uuid:export_id>/diff/", DiffView.as_view()),
    path("exports/<uuid:export_id>/diff/file/", DiffFileView.as_view()),
    path("downloads/<str:token>/", LinkedFileView.as_view(), name="export-link"),
]
