"""Imports: what was sent, how far it is, what was refused, and taking it back. For a project's admins."""

import uuid
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.http import StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.urls import path
from django.utils.http import content_disposition_header
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from annotate.accounts.models import User
from annotate.api.downloads import AnyAccept
from annotate.api.inputs import UnknownFieldsAreErrors, body, encode_cursor, page_size, read_cursor, user_of
from annotate.api.parsers import Untouched
from annotate.api.uploads import HOW_TO_IMPORT, how_to_import, uploaded, yes_or_no
from annotate.core.errors import Invalid
from annotate.imports.access import access_import
from annotate.imports.actions import (
    close,
    describe,
    keep_upload,
    open_import,
    origin_of,
    pause,
    request_withdrawal,
    resume,
)
from annotate.imports.models import Import
from annotate.imports.selectors import imports_page, rejected_as_csv, rejected_as_ndjson
from annotate.projects.access import access_project
from annotate.projects.models import Role


class RecognisedOutput(serializers.Serializer):
    member = serializers.CharField(allow_blank=True, help_text="The file in a zip")
    format = serializers.CharField()
    reason = serializers.CharField()


class ImportOutput(serializers.Serializer):
    id = serializers.UUIDField()
    name = serializers.CharField(allow_blank=True, help_text="Of the file")
    licence = serializers.CharField(allow_blank=True, help_text="Of the data; blank where nobody said")
    source = serializers.CharField(  # type: ignore[assignment]
        allow_blank=True, help_text="Where the data are from: an address, or how to cite them"
    )
    state = serializers.ChoiceField(Import.State.choices)
    background = serializers.BooleanField()
    format = serializers.CharField(help_text="As asked for")
    recognised = RecognisedOutput(many=True, help_text="With auto: which format it was, and by what it was known")
    atomic = serializers.BooleanField()
    on_conflict = serializers.ChoiceField(Import.OnConflict.choices)
    size = serializers.IntegerField(allow_null=True, help_text="Bytes of the file")
    bytes_read = serializers.IntegerField()
    lines = serializers.IntegerField(help_text="Read so far")
    accepted = serializers.IntegerField()
    duplicates = serializers.IntegerField()
    rejected = serializers.IntegerField()
    rejected_kept = serializers.IntegerField(help_text="Of the rejected lines, those that can be downloaded")
    error = serializers.CharField(allow_blank=True)
    withdrawn = serializers.DictField(
        child=serializers.IntegerField(), allow_null=True, help_text="What its withdrawal took away and what it left"
    )
    created_by = serializers.CharField(source="created_by.username", allow_null=True, default=None)
    created_at = serializers.DateTimeField()
    finished_at = serializers.DateTimeField(allow_null=True)


class OriginInput(UnknownFieldsAreErrors):
    licence = serializers.CharField(required=False, allow_blank=True, help_text="As in cc-by-4.0")
    source = serializers.CharField(  # type: ignore[assignment]
        required=False, allow_blank=True, help_text="An address, or how to cite the data"
    )


class ImportListOutput(serializers.Serializer):
    results = ImportOutput(many=True)
    next = serializers.CharField(allow_null=True)


class ImportsView(APIView):
    parser_classes = [Untouched]

    @extend_schema(
        parameters=[OpenApiParameter("cursor", str), OpenApiParameter("limit", int)], responses=ImportListOutput
    )
    def get(self, request: Request, slug: str) -> Response:
        """All imports, the newest first."""
        project = access_project(user_of(request), slug, Role.ADMIN)
        limit = page_size(request)
        found = imports_page(project, read_cursor(request, datetime.fromisoformat, uuid.UUID), limit + 1)
        more = found[limit - 1] if len(found) > limit else None
        following = encode_cursor(more.created_at.isoformat(), more.pk) if more else None
        return Response({"results": ImportOutput(found[:limit], many=True).data, "next": following})

    @extend_schema(
        parameters=[
            *HOW_TO_IMPORT,
            OpenApiParameter("background", bool, description="Keep the body in a file, and read it in the background"),
            OpenApiParameter("name", str, description="The file's, for people"),
        ],
        request={
            "application/octet-stream": OpenApiTypes.BINARY,
            "multipart/form-data": {"type": "object", "properties": {"file": {"type": "string", "format": "binary"}}},
        },
        responses={201: ImportOutput, 202: ImportOutput},
    )
    def post(self, request: Request, slug: str) -> Response:
        """With background=1: keep what is sent, of any size, and import it in the background; ask for its address until
        it is done. Without: open an import, to which POST traces/?import=ID adds."""
        user = user_of(request)
        project = access_project(user, slug, Role.ADMIN)
        how = how_to_import(request)
        if not yes_or_no(request, "background"):
            name = request.query_params.get("name", "")[:200]
            opened = open_import(actor=user, project=project, name=name, **how)
            return Response(ImportOutput(opened).data, status=201)
        name, chunks = uploaded(request)
        kept = keep_upload(actor=user, project=project, chunks=chunks, name=name, **how)
        return Response(ImportOutput(kept).data, status=202)


class ImportView(APIView):
    @extend_schema(responses=ImportOutput)
    def get(self, request: Request, import_id: uuid.UUID) -> Response:
        """How far it is, and what became of its lines."""
        return Response(ImportOutput(access_import(user_of(request), import_id)).data)

    @extend_schema(request=OriginInput, responses=ImportOutput)
    def patch(self, request: Request, import_id: uuid.UUID) -> Response:
        """Say where its data are from."""
        user = user_of(request)
        import_ = access_import(user, import_id)
        told = origin_of(body(OriginInput, request))
        return Response(ImportOutput(describe(actor=user, import_=import_, told=told)).data)


class _Change(APIView):
    change: Callable[..., Import]
    status = 200

    def _post(self, user: User, import_id: uuid.UUID) -> Response:
        changed = type(self).change(actor=user, import_=access_import(user, import_id))
        return Response(ImportOutput(changed).data, status=self.status)


class PauseView(_Change):
    change = staticmethod(pause)

    @extend_schema(request=None, responses=ImportOutput)
    def post(self, request: Request, import_id: uuid.UUID) -> Response:
        """Stop behind the batch that is being stored."""
        return self._post(user_of(request), import_id)


class ResumeView(_Change):
    change = staticmethod(resume)

    @extend_schema(request=None, responses=ImportOutput)
    def post(self, request: Request, import_id: uuid.UUID) -> Response:
        """Go on behind the last batch that was stored, or try again what failed."""
        return self._post(user_of(request), import_id)


class CloseView(_Change):
    change = staticmethod(close)

    @extend_schema(request=None, responses=ImportOutput)
    def post(self, request: Request, import_id: uuid.UUID) -> Response:
        """An open import takes nothing more."""
        return self._post(user_of(request), import_id)


class WithdrawView(_Change):
    change = staticmethod(request_withdrawal)
    status = 202

    @extend_schema(request=None, responses={202: ImportOutput})
    def post(self, request: Request, import_id: uuid.UUID) -> Response:
        """Take back what nobody has worked on and no other import holds, in the background."""
        return self._post(user_of(request), import_id)


class RejectedView(APIView):
    content_negotiation_class = AnyAccept

    @extend_schema(
        parameters=[OpenApiParameter("format", enum=["ndjson", "csv"], default="ndjson")],
        responses={(200, "application/x-ndjson"): OpenApiTypes.BINARY, (200, "text/csv"): OpenApiTypes.BINARY},
    )
    def get(self, request: Request, import_id: uuid.UUID) -> HttpResponseBase:
        """The rejected lines: file, line, field, code, message, and how the line begins."""
        import_ = access_import(user_of(request), import_id)
        kind = request.query_params.get("format", "ndjson")
        ways: dict[str, Any] = {
            "ndjson": (rejected_as_ndjson, "application/x-ndjson"),
            "csv": (rejected_as_csv, "text/csv"),
        }
        if kind not in ways:
            raise Invalid.field("format", "format is ndjson or csv.")
        write, media = ways[kind]
        response = StreamingHttpResponse(write(import_), content_type=f"{media}; charset=utf-8")
        name = f"{import_.project.slug}-rejected-{import_.pk}.{kind}"
        response["Content-Disposition"] = content_disposition_header(True, name)
        return response


urlpatterns = [
    path("projects/<slug:slug>/imports/", ImportsView.as_view()),
    path("imports/<uuid:import_id>/", ImportView.as_view()),
    path("imports/<uuid:import_id>/pause/", PauseView.as_view()),
    path("imports/<uuid:import_id>/resume/", ResumeView.as_view()),
    path("imports/<uuid:import_id>/close/", CloseView.as_view()),
    path("imports/<uuid:import_id>/withdraw/", WithdrawView.as_view()),
    path("imports/<uuid:import_id>/rejected/", RejectedView.as_view()),
]
