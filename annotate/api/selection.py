"""Changing whatever a query finds: making tasks of it, retiring them, tagging it."""

from dataclasses import asdict
from typing import Any

from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from annotate.api.inputs import UnknownFieldsAreErrors, body, user_of
from annotate.labeling.finding import Query, parse
from annotate.labeling.finding.syntax import MAX_LENGTH
from annotate.labeling.selection import MAX_TAG, MAX_TAGS, make_tasks, make_walks, retire_tasks, tag
from annotate.projects.access import access_project
from annotate.projects.models import Role


class QueryField(serializers.CharField):
    """A query; an error of its own says where it is wrong."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            allow_blank=True,
            trim_whitespace=False,
            max_length=MAX_LENGTH,
            help_text='Which traces and choices; "" for all of them',
            **options,
        )

    def run_validation(self, data: Any = serializers.empty) -> Query:
        return parse(super().run_validation(data), field="query")


class SelectionInput(UnknownFieldsAreErrors):
    query = QueryField()
    dry_run = serializers.BooleanField(default=False, help_text="Change nothing: what would become of it")


class MakeTasksInput(SelectionInput):
    kind = serializers.ChoiceField(
        ["walk"],
        required=False,
        help_text="`walk`: of the problems that are found, walks. Left out: of the traces and choices",
    )
    annotations_per_task = serializers.IntegerField(
        min_value=1, max_value=50, required=False, help_text="Instead of the project's own, until that is changed"
    )
    priority = serializers.FloatField(
        min_value=0,
        max_value=1,
        required=False,
        help_text="Kept whatever the scores say; without it the policy decides",
    )


class MadeOutput(serializers.Serializer):
    found = serializers.IntegerField()
    made = serializers.IntegerField(help_text="New tasks")
    changed = serializers.IntegerField(help_text="Tasks that were there and have these settings now")
    unchanged = serializers.IntegerField()


class RetiredOutput(serializers.Serializer):
    found = serializers.IntegerField(help_text="Traces and choices")
    retired = serializers.IntegerField()
    begun = serializers.IntegerField(help_text="Tasks that stay, since somebody has had them")


class Tag(serializers.CharField):
    def __init__(self) -> None:
        super().__init__(max_length=MAX_TAG, trim_whitespace=False)


class TagInput(SelectionInput):
    add = serializers.ListField(child=Tag(), max_length=MAX_TAGS, default=list)
    remove = serializers.ListField(child=Tag(), max_length=MAX_TAGS, default=list)


class TaggedOutput(serializers.Serializer):
    found = serializers.IntegerField()
    changed = serializers.IntegerField()


class MakingTasks(APIView):
    @extend_schema(request=MakeTasksInput, responses=MadeOutput)
    def post(self, request: Request, slug: str) -> Response:
        """Make a task of every trace and choice that the query finds and that has none; with `kind: walk`, of every
        problem of one. For admins."""
        project = access_project(user_of(request), slug, Role.ADMIN)
        asked = body(MakeTasksInput, request)
        make = make_walks if asked.pop("kind", None) else make_tasks
        return Response(asdict(make(actor=user_of(request), project=project, **asked)))


class RetireView(APIView):
    @extend_schema(request=SelectionInput, responses=RetiredOutput)
    def post(self, request: Request, slug: str) -> Response:
        """Take what the query finds out of the queue, except tasks that somebody has had. For admins."""
        project = access_project(user_of(request), slug, Role.ADMIN)
        return Response(asdict(retire_tasks(actor=user_of(request), project=project, **body(SelectionInput, request))))


class TagsView(APIView):
    @extend_schema(request=TagInput, responses=TaggedOutput)
    def post(self, request: Request, slug: str) -> Response:
        """Give tags to what the query finds, or take them away. For admins."""
        project = access_project(user_of(request), slug, Role.ADMIN)
        return Response(asdict(tag(actor=user_of(request), project=project, **body(TagInput, request))))


urlpatterns = [
    path("projects/<slug:slug>/tasks/retire/", RetireView.as_view()),
    path("projects/<slug:slug>/tags/", TagsView.as_view()),
]
