"""Traces: sending them in, browsing them."""

import uuid

from django.urls import path
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from annotate.api.inputs import encode_cursor, page_size, read_cursor, user_of
from annotate.api.parsers import Untouched, read_body
from annotate.core.errors import Invalid
from annotate.corpus.access import access_trace
from annotate.corpus.formats import FORMATS
from annotate.corpus.formats.detect import AUTO, detect
from annotate.corpus.lines import decompressed
from annotate.labeling.browse import trace_detail, trace_rows, traces_page
from annotate.labeling.intake import take_in
from annotate.projects.access import access_project
from annotate.projects.models import Role


class LineErrorOutput(serializers.Serializer):
    line = serializers.IntegerField(help_text="1-based: line of NDJSON, element of an array")
    code = serializers.CharField()
    field = serializers.CharField(required=False)
    message = serializers.CharField()


class DetectedOutput(serializers.Serializer):
    name = serializers.CharField()
    reason = serializers.CharField(help_text="A sentence")


class IngestOutput(serializers.Serializer):
    format = DetectedOutput(required=False, help_text="With format=auto: which it was, and by what it was known")
    accepted = serializers.IntegerField()
    duplicates = serializers.IntegerField()
    rejected = serializers.IntegerField()
    errors = LineErrorOutput(many=True, help_text="The first 100")  # type: ignore[assignment]
    truncated_errors = serializers.IntegerField(required=False, help_text="Rejected lines beyond those listed")


class TraceProblemOutput(serializers.Serializer):
    id = serializers.CharField(allow_null=True)
    statement = serializers.CharField()


class TraceRowOutput(serializers.Serializer):
    id = serializers.UUIDField()
    external_id = serializers.CharField(allow_null=True)
    problem = TraceProblemOutput()
    generator = serializers.CharField()
    answer = serializers.CharField(allow_null=True)
    correct = serializers.BooleanField(allow_null=True, help_text="What the data said of the final answer")
    outcome = serializers.BooleanField(allow_null=True, help_text="The same, or else what the `answer` scorer found")
    steps = serializers.IntegerField()
    priority = serializers.FloatField(allow_null=True)
    state = serializers.ChoiceField(["open", "leased", "done"], allow_null=True)


class TraceListOutput(serializers.Serializer):
    results = TraceRowOutput(many=True)
    next = serializers.CharField(allow_null=True)


class ScoreOutput(serializers.Serializer):
    value = serializers.FloatField()
    reason = serializers.CharField()


class TraceStepOutput(serializers.Serializer):
    id = serializers.UUIDField()
    text = serializers.CharField()
    kind = serializers.CharField()
    scores = serializers.DictField(child=ScoreOutput(), help_text="By scorer")


class TraceLabelOutput(serializers.Serializer):
    by = serializers.CharField(required=False, help_text="An annotator")
    source = serializers.CharField(  # type: ignore[assignment]
        required=False, help_text="Where an imported label came from"
    )
    first_error = serializers.IntegerField(allow_null=True, help_text="0-based; null for none")
    values = serializers.ListField(child=serializers.IntegerField(allow_null=True))
    error_types = serializers.ListField(child=serializers.CharField())
    comment = serializers.CharField(allow_blank=True)
    details = serializers.DictField(help_text="What was said of single steps and beyond, as in a submit")
    derived_from = serializers.UUIDField(
        required=False, help_text="The trace that was judged instead: this one begins alike, up to the first error"
    )


class TraceDetailOutput(TraceRowOutput):
    steps = TraceStepOutput(many=True)  # type: ignore[assignment]
    labels = TraceLabelOutput(many=True)


class TracesView(APIView):
    parser_classes = [Untouched]

    @extend_schema(
        parameters=[
            OpenApiParameter("q", str, description="Text in the statement, or the start of an id"),
            OpenApiParameter("cursor", str),
            OpenApiParameter("limit", int),
        ],
        responses=TraceListOutput,
    )
    def get(self, request: Request, slug: str) -> Response:
        """Traces, a page at a time. For reviewers and admins."""
        project = access_project(user_of(request), slug, Role.REVIEWER)
        q = request.query_params.get("q", "").replace("\0", "")
        (after,) = read_cursor(request, uuid.UUID) or (None,)
        limit = page_size(request)
        page = traces_page(project, q=q, after=after, limit=limit + 1)
        following = encode_cursor(page[limit - 1].id) if len(page) > limit else None
        return Response({"results": trace_rows(page[:limit]), "next": following})

    @extend_schema(
        parameters=[
            OpenApiParameter(
                "format",
                str,
                enum=[AUTO, *sorted(FORMATS)],
                default="native",
                description="auto: recognised by the first row, and told in the answer",
            ),
            OpenApiParameter("atomic", bool, description="All lines or none"),
        ],
        request={"application/x-ndjson": OpenApiTypes.BINARY, "application/json": OpenApiTypes.BINARY},
        responses=IngestOutput,
    )
    def post(self, request: Request, slug: str) -> Response:
        """Send traces in: NDJSON or a JSON array, plain or gzip, read as a stream. Safe to repeat: what is here
        already counts as duplicates. One bad line never spoils the others. For admins."""
        user = user_of(request)
        project = access_project(user, slug, Role.ADMIN)
        name = request.query_params.get("format", "native")
        if name != AUTO and name not in FORMATS:
            raise Invalid.field("format", f"There is no format {name!r}. Known are: {', '.join(sorted(FORMATS))}.")
        encoding = request.headers.get("Content-Encoding", "identity")
        if encoding not in ("identity", "gzip"):
            raise Invalid.field("Content-Encoding", f"{encoding} can't be read. Send gzip, or nothing at all.")
        atomic = _yes_or_no(request, "atomic")
        chunks = decompressed(read_body(request))
        if name != AUTO:
            return Response(take_in(project, FORMATS[name], chunks, actor=user, atomic=atomic).as_dict())
        detected = detect(chunks)
        report = take_in(project, detected.format, detected.chunks, actor=user, atomic=atomic)
        return Response({"format": {"name": detected.format.name, "reason": detected.reason}, **report.as_dict()})


class TraceView(APIView):
    @extend_schema(responses=TraceDetailOutput)
    def get(self, request: Request, trace_id: uuid.UUID) -> Response:
        """One trace with its steps, their scores, and every label. For reviewers and admins."""
        return Response(trace_detail(access_trace(user_of(request), trace_id, Role.REVIEWER)))


def _yes_or_no(request: Request, name: str) -> bool:
    word = request.query_params.get(name, "0").lower()
    if word not in ("0", "1", "false", "true"):
        raise Invalid.field(name, f"{name} must be 1 or 0.")
    return word in ("1", "true")


urlpatterns = [
    path("projects/<slug:slug>/traces/", TracesView.as_view()),
    path("traces/<uuid:trace_id>/", TraceView.as_view()),
]
