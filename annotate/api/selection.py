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
from annotate.labeling.access import access_selection_work
from annotate.labeling.finding import Query, parse
from annotate.labeling.finding.known import check_names
from annotate.labeling.finding.syntax import MAX_LENGTH
from annotate.labeling.jobs import wake_selection
from annotate.labeling.models import SelectionWork
from annotate.labeling.selection import MAX_TAG, MAX_TAGS, check_tags, make_tasks, make_walks, retire_tasks, tag
from annotate.labeling.selection_work import ask, is_large, recent
from annotate.projects.access import access_project
from annotate.projects.models import Project, Role


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


class WorkOutput(serializers.Serializer):
    id = serializers.IntegerField()
    verb = serializers.ChoiceField(SelectionWork.Verb.choices)
    query = serializers.CharField()
    state = serializers.ChoiceField(SelectionWork.State.choices)
    found = serializers.IntegerField(allow_null=True, help_text="Null: still looking it up")
    looked_at = serializers.IntegerField(help_text="Of those, how many it is through with")
    result = serializers.DictField(allow_null=True, help_text="Once it is done: what 200 would have answered")
    error = serializers.CharField(help_text="Why it failed, or empty")
    created_at = serializers.DateTimeField()
    finished_at = serializers.DateTimeField(allow_null=True)


def left_to_a_worker(request: Request, project: Project, verb: str, asked: dict[str, Any]) -> Response | None:
    """202 and the work, if this is too much for a request; otherwise None, and it is the caller's. Raises Invalid for a
    query that means nothing in this project.
    """
    asked = dict(asked)
    query = asked.pop("query")
    check_names(project, query, field="query")
    if asked.pop("dry_run", False) or not is_large(project, query):
        return None
    work = ask(actor=user_of(request), project=project, verb=verb, query=query, **asked)
    wake_selection(work.pk)
    return Response(WorkOutput(work).data, status=202)


class MakingTasks(APIView):
    @extend_schema(request=MakeTasksInput, responses={200: MadeOutput, 202: WorkOutput})
    def post(self, request: Request, slug: str) -> Response:
        """Make a task of every trace and choice that the query finds and that has none; with `kind: walk`, of every
        problem of one. 202 if it finds so much that a worker does it. For admins."""
        project = access_project(user_of(request), slug, Role.ADMIN)
        asked = body(MakeTasksInput, request)
        walks = asked.pop("kind", None)
        verb = SelectionWork.Verb.MAKE_WALKS if walks else SelectionWork.Verb.MAKE_TASKS
        if left := left_to_a_worker(request, project, verb, asked):
            return left
        make = make_walks if walks else make_tasks
        return Response(asdict(make(actor=user_of(request), project=project, **asked)))


class RetireView(APIView):
    @extend_schema(request=SelectionInput, responses={200: RetiredOutput, 202: WorkOutput})
    def post(self, request: Request, slug: str) -> Response:
        """Take what the query finds out of the queue, except tasks that somebody has had. 202 if it finds so much that
        a worker does it. For admins."""
        project = access_project(user_of(request), slug, Role.ADMIN)
        asked = body(SelectionInput, request)
        if left := left_to_a_worker(request, project, SelectionWork.Verb.RETIRE_TASKS, asked):
            return left
        return Response(asdict(retire_tasks(actor=user_of(request), project=project, **asked)))


class TagsView(APIView):
    @extend_schema(request=TagInput, responses={200: TaggedOutput, 202: WorkOutput})
    def post(self, request: Request, slug: str) -> Response:
        """Give tags to what the query finds, or take them away. 202 if it finds so much that a worker does it. For
        admins."""
        project = access_project(user_of(request), slug, Role.ADMIN)
        asked = body(TagInput, request)
        check_tags(asked["add"], asked["remove"])
        if left := left_to_a_worker(request, project, SelectionWork.Verb.TAG, asked):
            return left
        return Response(asdict(tag(actor=user_of(request), project=project, **asked)))


class RecentWorkView(APIView):
    @extend_schema(responses=WorkOutput(many=True))
    def get(self, request: Request, slug: str) -> Response:
        """The last 20 changes to large selections that were left to a worker, the newest first. For admins."""
        project = access_project(user_of(request), slug, Role.ADMIN)
        return Response(WorkOutput(recent(project), many=True).data)


class WorkView(APIView):
    @extend_schema(responses=WorkOutput)
    def get(self, request: Request, work_id: int) -> Response:
        """How far a worker is with a change to a large selection. For admins."""
        return Response(WorkOutput(access_selection_work(user_of(request), work_id)).data)


urlpatterns = [
    path("projects/<slug:slug>/tasks/retire/", RetireView.as_view()),
    path("projects/<slug:slug>/tags/", TagsView.as_view()),
    path("projects/<slug:slug>/selections/", RecentWorkView.as_view()),
    path("selections/<int:work_id>/", WorkView.as_view()),
]
