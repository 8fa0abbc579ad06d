"""Choices between next steps: browsing them. They come in with the traces."""

import uuid
from typing import Any

from django.urls import path
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from annotate.api.content import StepContentOutput
from annotate.api.finding import CountOutput, ExcerptOutput, Q, counted, query_of
from annotate.api.inputs import encode_cursor, page_size, read_cursor, user_of
from annotate.api.place import PlaceOutput
from annotate.api.traces import ScoreOutput, TraceDetailProblemOutput, TraceProblemOutput
from annotate.corpus.access import access_choice
from annotate.labeling.browse_choices import choice_detail, choices_page
from annotate.labeling.finding.pages import count_found
from annotate.projects.access import access_project
from annotate.projects.models import Role


class ChoiceRowOutput(serializers.Serializer):
    id = serializers.UUIDField()
    external_id = serializers.CharField(allow_null=True)
    problem = TraceProblemOutput()
    steps = serializers.IntegerField(help_text="Before the candidates")
    candidates = serializers.IntegerField()
    tags = serializers.ListField(child=serializers.CharField())
    labels = serializers.IntegerField(help_text="Standing judgements of people here")
    priority = serializers.FloatField(allow_null=True)
    state = serializers.ChoiceField(["open", "leased", "done"], allow_null=True)


class FoundChoiceOutput(ChoiceRowOutput):
    excerpt = ExcerptOutput()


class ChoiceListOutput(serializers.Serializer):
    results = FoundChoiceOutput(many=True)
    next = serializers.CharField(allow_null=True)
    count = CountOutput(
        required=False, allow_null=True, help_text="On the first page: how many there are; null: not known"
    )


class ChoiceCandidateOutput(StepContentOutput):
    generator = serializers.CharField(allow_blank=True)
    scores = serializers.DictField(child=ScoreOutput(), help_text="By scorer")
    values = serializers.DictField(
        child=serializers.FloatField(), help_text="Numbers on scales of their own that came with the data, by name"
    )


INDEXES = serializers.ListField(child=serializers.IntegerField())


class ChoicePreferenceOutput(serializers.Serializer):
    by = serializers.CharField(required=False, help_text="An annotator")
    judgement = serializers.IntegerField(required=False, help_text="What an annotator said, for who takes it back")
    source = serializers.CharField(  # type: ignore[assignment]
        required=False, help_text="Where an imported preference came from"
    )
    ranking = serializers.ListField(
        child=INDEXES,
        help_text="Groups of candidates by 0-based index, best first, a group being a tie; those left out come last, "
        "uncompared; empty: none is acceptable",
    )
    strength = serializers.IntegerField(allow_null=True, help_text="1 slight to 3 strong")
    comment = serializers.CharField(allow_blank=True)
    rewrite = serializers.CharField(allow_null=True, help_text="A step better than every candidate")
    shown = serializers.ListField(
        child=serializers.IntegerField(), allow_null=True, help_text="The order in which this person saw the candidates"
    )


class ChoiceDetailOutput(ChoiceRowOutput):
    task = PlaceOutput(allow_null=True, help_text="Why its task is where it is in the queue")
    problem = TraceDetailProblemOutput()
    prefix = StepContentOutput(many=True)
    candidates = ChoiceCandidateOutput(many=True, help_text="In the order of the data")  # type: ignore[assignment]
    preferences = ChoicePreferenceOutput(many=True)


class ChoicesView(APIView):
    @extend_schema(
        parameters=[Q, OpenApiParameter("cursor", str), OpenApiParameter("limit", int)], responses=ChoiceListOutput
    )
    def get(self, request: Request, slug: str) -> Response:
        """Choices that a query finds, a page at a time. For reviewers and admins."""
        project = access_project(user_of(request), slug, Role.REVIEWER)
        query = query_of(request, project)
        (after,) = read_cursor(request, uuid.UUID) or (None,)
        rows, place = choices_page(project, query, after=after, limit=page_size(request))
        page: dict[str, Any] = {"results": rows, "next": encode_cursor(place) if place else None}
        if after is None:
            page["count"] = counted(count_found(project, query, "choice"))
        return Response(page)


class ChoiceView(APIView):
    @extend_schema(responses=ChoiceDetailOutput)
    def get(self, request: Request, choice_id: uuid.UUID) -> Response:
        """One choice with its candidates, their scores, and every preference. For reviewers and admins."""
        return Response(choice_detail(access_choice(user_of(request), choice_id, Role.REVIEWER)))


urlpatterns = [
    path("projects/<slug:slug>/choices/", ChoicesView.as_view()),
    path("choices/<uuid:choice_id>/", ChoiceView.as_view()),
]
