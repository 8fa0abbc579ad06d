"""Next steps from a connected model: connecting it, asking it at a task, and the log of what was asked."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.urls import path
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from annotate.api.inputs import UnknownFieldsAreErrors, body, encode_cursor, page_size, read_cursor, several, user_of
from annotate.api.said import MAX_TEXT
from annotate.api.scorers import SettingOutput
from annotate.api.tasks import StepIdField
from annotate.labeling.jobs import wake_suggestion
from annotate.labeling.models import Suggester, Suggestion
from annotate.labeling.suggesting.actions import BUDGET_KEY, ask, connect_model, disconnect_model, suggestion_of
from annotate.labeling.suggesting.asking import FIELDS, prompt_version
from annotate.labeling.walks import MAX_DEPTH
from annotate.projects.access import access_project
from annotate.projects.models import Project, Role
from annotate.scoring.models import Usage


class SuggesterInput(UnknownFieldsAreErrors):
    settings = serializers.DictField(help_text="By name, as `options` describes them; whole, not a part")
    enabled = serializers.BooleanField(default=True)


class SuggesterUsageOutput(serializers.Serializer):
    requests = serializers.IntegerField()
    tokens_in = serializers.IntegerField()
    tokens_out = serializers.IntegerField()
    money = serializers.FloatField()


class SuggesterOutput(serializers.Serializer):
    connected = serializers.BooleanField()
    enabled = serializers.BooleanField()
    settings = serializers.DictField(help_text="{} where no model is connected")
    prompt_version = serializers.CharField(allow_blank=True)
    options = SettingOutput(many=True, help_text="What can be set")
    hosts = serializers.ListField(child=serializers.CharField(), help_text="Where it may be")
    keys = serializers.ListField(child=serializers.CharField(), help_text="Names of the operator's keys")
    usage = SuggesterUsageOutput(allow_null=True, help_text="Of today (UTC)")


class PlaceInput(UnknownFieldsAreErrors):
    id = StepIdField(required=False)
    text = serializers.CharField(required=False, max_length=MAX_TEXT, trim_whitespace=False)


class AskInput(UnknownFieldsAreErrors):
    step = serializers.IntegerField(
        min_value=0, required=False, help_text="Trace: 0-based; what stands in its place is asked for"
    )
    prefix = several(PlaceInput, max_length=MAX_DEPTH, help_text="Walk: the steps so far, an id or my own text each")


class CandidateOutput(serializers.Serializer):
    step = serializers.UUIDField(help_text="The id that it has once it is taken")
    text = serializers.CharField()
    kind = serializers.CharField()


class SuggestionOutput(serializers.Serializer):
    id = serializers.IntegerField()
    state = serializers.ChoiceField(Suggestion.State.choices)
    model = serializers.CharField()
    prompt_version = serializers.CharField()
    wanted = serializers.IntegerField(help_text="How many candidates were asked for")
    parent = serializers.UUIDField(  # type: ignore[assignment]
        allow_null=True, help_text="The id of the step that they follow"
    )
    candidates = CandidateOutput(many=True, help_text="Those that are there so far, in the order in which they came")
    error = serializers.CharField(allow_blank=True, help_text="Why there are fewer than wanted")
    created_at = serializers.DateTimeField()
    finished_at = serializers.DateTimeField(allow_null=True)


class LoggedSuggestionOutput(SuggestionOutput):
    annotator = serializers.CharField()
    assignment = serializers.IntegerField(allow_null=True)
    url = serializers.CharField()
    request = serializers.DictField(help_text="As it was sent, without the key")
    responses = serializers.ListField(child=serializers.DictField(), help_text="[{body or error, seconds}]")
    tokens = serializers.IntegerField()


class SuggestionLogOutput(serializers.Serializer):
    results = LoggedSuggestionOutput(many=True)
    next = serializers.CharField(allow_null=True)


class SuggesterView(APIView):
    @extend_schema(responses=SuggesterOutput)
    def get(self, request: Request, slug: str) -> Response:
        """The connected model, and what can be set. For admins."""
        return Response(_suggester(access_project(user_of(request), slug, Role.ADMIN)))

    @extend_schema(request=SuggesterInput, responses=SuggesterOutput)
    def put(self, request: Request, slug: str) -> Response:
        """Connect a model behind an OpenAI-compatible address, or change what is connected. For admins."""
        project = access_project(user_of(request), slug, Role.ADMIN)
        connect_model(actor=user_of(request), project=project, **body(SuggesterInput, request))
        return Response(_suggester(project))

    @extend_schema(responses={204: None})
    def delete(self, request: Request, slug: str) -> Response:
        """Disconnect it. What it suggested stays. For admins."""
        disconnect_model(actor=user_of(request), project=access_project(user_of(request), slug, Role.ADMIN))
        return Response(status=204)


class SuggestionLogView(APIView):
    @extend_schema(
        parameters=[OpenApiParameter("cursor", str), OpenApiParameter("limit", int)], responses=SuggestionLogOutput
    )
    def get(self, request: Request, slug: str) -> Response:
        """Everything that was asked of connected models, with requests and answers, newest first. For admins."""
        project = access_project(user_of(request), slug, Role.ADMIN)
        limit = page_size(request)
        rows = Suggestion.objects.filter(project=project).select_related("annotator").order_by("-pk")
        if place := read_cursor(request, int):
            rows = rows.filter(pk__lt=place[0])
        found = list(rows[: limit + 1])
        more = encode_cursor(found[limit - 1].pk) if len(found) > limit else None
        return Response({"results": [_logged(row) for row in found[:limit]], "next": more})


class SuggestionsView(APIView):
    @extend_schema(request=AskInput, responses={201: SuggestionOutput})
    def post(self, request: Request, assignment_id: int) -> Response:
        """Ask the connected model for next steps at a place of my task. Candidates come one by one: look again."""
        row = ask(user=user_of(request), assignment_id=assignment_id, **body(AskInput, request))
        if row.state == Suggestion.State.WAITING:
            wake_suggestion(row.pk)
        return Response(_output(row), status=201)


class SuggestionView(APIView):
    @extend_schema(responses=SuggestionOutput)
    def get(self, request: Request, assignment_id: int, suggestion_id: int) -> Response:
        """What has come so far."""
        return Response(_output(suggestion_of(user_of(request), assignment_id, suggestion_id)))


def _suggester(project: Project) -> dict[str, Any]:
    row = Suggester.objects.filter(project=project).first()
    used = Usage.objects.filter(project=project, key=BUDGET_KEY, day=timezone.now().date()).first()
    return {
        "connected": row is not None,
        "enabled": row is not None and row.enabled,
        "settings": row.settings if row else {},
        "prompt_version": prompt_version(row.settings) if row else "",
        "options": SettingOutput(FIELDS, many=True).data,
        "hosts": settings.SCORER_HOSTS,
        "keys": sorted(settings.SCORER_KEYS),
        "usage": SuggesterUsageOutput(used).data if used else None,
    }


def _output(row: Suggestion) -> dict[str, Any]:
    return {
        "id": row.pk,
        "state": row.state,
        "model": row.model,
        "prompt_version": row.prompt_version,
        "wanted": row.wanted,
        "parent": row.parent_id,
        "candidates": [{"step": UUID(one["step"]), "text": one["text"], "kind": row.kind} for one in row.candidates],
        "error": row.error,
        "created_at": row.created_at,
        "finished_at": row.finished_at,
    }


def _logged(row: Suggestion) -> dict[str, Any]:
    return {
        **_output(row),
        "annotator": row.annotator.username,
        "assignment": row.assignment_id,
        "url": row.url,
        "request": row.request,
        "responses": row.responses,
        "tokens": row.tokens,
    }


urlpatterns = [
    path("projects/<slug:slug>/suggester/", SuggesterView.as_view()),
    path("projects/<slug:slug>/suggestions/", SuggestionLogView.as_view()),
    path("assignments/<int:assignment_id>/suggestions/", SuggestionsView.as_view()),
    path("assignments/<int:assignment_id>/suggestions/<int:suggestion_id>/", SuggestionView.as_view()),
]
