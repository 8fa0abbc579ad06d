"""Traces: sending them in, browsing them."""

import uuid
from typing import Any

from django.urls import path
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from annotate.api.content import PREMISES, MaterialOutput, MediaRefOutput, ReferenceStepOutput, StepContentOutput
from annotate.api.finding import CountOutput, ExcerptOutput, Q, counted, query_of
from annotate.api.inputs import encode_cursor, page_size, read_cursor, user_of
from annotate.api.parsers import Untouched
from annotate.api.place import PlaceOutput
from annotate.api.uploads import HOW_TO_IMPORT, how_to_import, open_import_of, packed
from annotate.corpus.access import access_trace
from annotate.corpus.formats import FORMATS
from annotate.imports.actions import MAX_NAME
from annotate.imports.intake import take_in
from annotate.labeling.browse import trace_detail, traces_page
from annotate.labeling.finding.pages import count_found
from annotate.projects.access import access_project
from annotate.projects.models import Role


class LineErrorOutput(serializers.Serializer):
    file = serializers.CharField(required=False, help_text="Of the upload, if it was a zip of several")
    line = serializers.IntegerField(help_text="1-based: line of NDJSON, element of an array, row of a table")
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

    def get_fields(self) -> dict[str, Any]:
        # `import` can't be the name of an attribute.
        return {**super().get_fields(), "import": serializers.UUIDField(help_text="Which import they belong to")}


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
    tags = serializers.ListField(child=serializers.CharField())
    labels = serializers.IntegerField(help_text="Standing judgements of people here")
    priority = serializers.FloatField(allow_null=True)
    state = serializers.ChoiceField(["open", "leased", "done"], allow_null=True)


class FoundTraceOutput(TraceRowOutput):
    excerpt = ExcerptOutput()


class TraceListOutput(serializers.Serializer):
    results = FoundTraceOutput(many=True)
    next = serializers.CharField(allow_null=True)
    count = CountOutput(
        required=False, allow_null=True, help_text="On the first page: how many there are; null: not known"
    )


class ScoreOutput(serializers.Serializer):
    value = serializers.FloatField()
    reason = serializers.CharField()


class SiblingOutput(serializers.Serializer):
    id = serializers.UUIDField()
    kind = serializers.CharField()
    text = serializers.CharField(help_text="At most 1,000 characters")
    trace = serializers.UUIDField(allow_null=True, help_text="A trace that goes on that way; null: none does")


class TraceStepOutput(StepContentOutput):
    premises = PREMISES
    values = serializers.DictField(
        child=serializers.FloatField(), help_text="Numbers on scales of their own that came with the data, by name"
    )
    siblings = SiblingOutput(many=True, help_text="Other next steps after the same beginning, the first 20")
    scores = serializers.DictField(child=ScoreOutput(), help_text="By scorer")


class TraceLabelOutput(serializers.Serializer):
    by = serializers.CharField(required=False, help_text="An annotator")
    judgement = serializers.IntegerField(required=False, help_text="What an annotator said, for who takes it back")
    source = serializers.CharField(  # type: ignore[assignment]
        required=False, help_text="Where an imported label came from"
    )
    first_error = serializers.IntegerField(allow_null=True, help_text="0-based; null for none")
    values = serializers.ListField(child=serializers.IntegerField(allow_null=True))
    error_types = serializers.ListField(child=serializers.CharField())
    comment = serializers.CharField(allow_blank=True)
    rewrite = serializers.CharField(allow_null=True, help_text="A better step in the place of the first wrong one")
    confidence = serializers.IntegerField(allow_null=True, help_text="1 low to 5 high")
    details = serializers.DictField(help_text="What was said of single steps and beyond, as in a submit")
    derived_from = serializers.UUIDField(
        required=False, help_text="The trace that was judged instead: this one begins alike, up to the first error"
    )


class TraceDetailProblemOutput(TraceProblemOutput):
    answer = serializers.CharField(allow_null=True)
    solution = serializers.CharField(allow_null=True)
    reference_steps = ReferenceStepOutput(many=True, allow_null=True)
    reference_states = serializers.ListField(allow_null=True)
    material = MaterialOutput(many=True)
    media = MediaRefOutput(many=True)


class TraceDetailOutput(TraceRowOutput):
    task = PlaceOutput(allow_null=True, help_text="Why its task is where it is in the queue")
    problem = TraceDetailProblemOutput()
    steps = TraceStepOutput(many=True)  # type: ignore[assignment]
    labels = TraceLabelOutput(many=True)  # type: ignore[assignment]


class TracesView(APIView):
    parser_classes = [Untouched]

    @extend_schema(
        parameters=[
            Q,
            OpenApiParameter("cursor", str),
            OpenApiParameter("limit", int),
        ],
        responses=TraceListOutput,
    )
    def get(self, request: Request, slug: str) -> Response:
        """Traces that a query finds, a page at a time. For reviewers and admins."""
        project = access_project(user_of(request), slug, Role.REVIEWER)
        query = query_of(request, project)
        (after,) = read_cursor(request, uuid.UUID) or (None,)
        rows, place = traces_page(project, query, after=after, limit=page_size(request))
        page: dict[str, Any] = {"results": rows, "next": encode_cursor(place) if place else None}
        if after is None:
            page["count"] = counted(count_found(project, query, "trace"))
        return Response(page)

    @extend_schema(
        parameters=[
            *HOW_TO_IMPORT,
            OpenApiParameter("name", str, description="The file's, for people"),
            OpenApiParameter("import", uuid.UUID, description="Add to this import, which says how; it must be open"),
        ],
        request={"application/x-ndjson": OpenApiTypes.BINARY, "application/json": OpenApiTypes.BINARY},
        responses=IngestOutput,
    )
    def post(self, request: Request, slug: str) -> Response:
        """Send traces in: NDJSON, a JSON array, Parquet or a zip of these, plain, gzip or zst; read as a stream. Safe
        to repeat: what is here already counts as duplicates. One bad line never spoils the others. For admins."""
        user = user_of(request)
        project = access_project(user, slug, Role.ADMIN)
        into = open_import_of(request, project)
        how = how_to_import(request, into)
        format = FORMATS.get(how["format"])
        report = take_in(
            project,
            format,
            packed(request),
            actor=user,
            atomic=how["atomic"],
            on_conflict=how["on_conflict"],
            name=request.query_params.get("name", "")[:MAX_NAME],
            segmenter=how["options"].get("segmenter", ""),
            licence=how["licence"],
            source=how["source"],
            into=into,
        )
        answer = report.as_dict()
        if format is None:
            found = report.recognised
            names = list(dict.fromkeys(one.format for one in found))
            reasons = " ".join(f"{one.member}: {one.reason}" if one.member else one.reason for one in found[:20])
            answer = {"format": {"name": ", ".join(names), "reason": reasons}, **answer}
        return Response(answer)


class TraceView(APIView):
    @extend_schema(responses=TraceDetailOutput)
    def get(self, request: Request, trace_id: uuid.UUID) -> Response:
        """One trace with its steps, their scores, and every label. For reviewers and admins."""
        return Response(trace_detail(access_trace(user_of(request), trace_id, Role.REVIEWER)))


urlpatterns = [
    path("projects/<slug:slug>/traces/", TracesView.as_view()),
    path("traces/<uuid:trace_id>/", TraceView.as_view()),
]
