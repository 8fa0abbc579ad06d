"""What I have said: past judgements, each with its versions."""

from django.urls import path
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from annotate.api.inputs import encode_cursor, page_size, read_cursor, user_of
from annotate.api.tasks import ClaimOutput
from annotate.labeling.history import history_page, judgement_of
from annotate.labeling.models import Assignment, Task
from annotate.projects.access import access_project


class PastErrorTypeOutput(serializers.Serializer):
    key = serializers.CharField()
    name = serializers.CharField()


class PastJudgementOutput(serializers.Serializer):
    id = serializers.IntegerField()
    assignment = serializers.IntegerField()
    kind = serializers.ChoiceField(Task.Kind.choices)
    problem = serializers.CharField()
    trace = serializers.CharField(help_text="The trace's or the choice's id")
    excerpt = serializers.CharField(help_text="The beginning of the problem's statement")
    said = serializers.DictField(help_text="In the fields of a submit")
    steps = serializers.IntegerField()
    error_types = PastErrorTypeOutput(many=True, help_text="What could be said then")
    guideline_version = serializers.IntegerField()
    schema_version = serializers.IntegerField()
    active_ms = serializers.IntegerField()
    created_at = serializers.DateTimeField()
    superseded_at = serializers.DateTimeField(allow_null=True, help_text="When it was taken back or revised")
    state = serializers.ChoiceField(Assignment.State.choices, help_text="Of the assignment now")


class HistoryOutput(serializers.Serializer):
    results = PastJudgementOutput(many=True)
    next = serializers.CharField(allow_null=True)


class JudgementOutput(PastJudgementOutput):
    claim = ClaimOutput(help_text="The task as it was shown")
    definition = serializers.DictField(help_text="What could be said then beyond error types, as in a label schema")
    revisions = PastJudgementOutput(many=True, help_text="Every version, newest first")


class HistoryView(APIView):
    @extend_schema(
        parameters=[
            OpenApiParameter("q", str, description="Words that are all in the problem, an id, my comment or rewrite"),
            OpenApiParameter("cursor", str),
            OpenApiParameter("limit", int),
        ],
        responses=HistoryOutput,
    )
    def get(self, request: Request, slug: str) -> Response:
        """My judgements in this project, newest first; of each task the newest one."""
        user = user_of(request)
        project = access_project(user, slug)
        (after,) = read_cursor(request, int) or (None,)
        q = request.query_params.get("q", "")
        rows, place = history_page(user, project, q=q, after=after, limit=page_size(request))
        return Response({"results": rows, "next": encode_cursor(place) if place else None})


class JudgementView(APIView):
    @extend_schema(responses=JudgementOutput)
    def get(self, request: Request, judgement_id: int) -> Response:
        """One of my judgements: the task as it was shown, what I said, and every version of it."""
        return Response(judgement_of(user_of(request), judgement_id))


urlpatterns = [
    path("projects/<slug:slug>/history/", HistoryView.as_view()),
    path("judgements/<int:judgement_id>/", JudgementView.as_view()),
]
