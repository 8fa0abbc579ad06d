"""The scorers of a project: which there are, how they are set, how they do. For a project's admins."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from django.conf import settings
from django.urls import path
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from annotate.api.inputs import UnknownFieldsAreErrors, body, user_of
from annotate.api.selection import WorkOutput, left_to_a_worker
from annotate.labeling.finding import parse
from annotate.labeling.models import SelectionWork
from annotate.labeling.selection import rescore
from annotate.projects.access import access_project
from annotate.projects.models import Role
from annotate.scoring import actions
from annotate.scoring.access import access_scorer
from annotate.scoring.models import Scorer, TraceScore, Usage
from annotate.scoring.scorers.base import BaseScorer
from annotate.scoring.scorers.registry import EMBEDDED, kinds, scorer_class
from annotate.scoring.selectors import failures, scorers_page
from annotate.scoring.spending import limits_today

FAILURES = 50


class SettingChoiceOutput(serializers.Serializer):
    value = serializers.CharField()
    title = serializers.CharField()


class SettingOutput(serializers.Serializer):
    name = serializers.CharField()
    title = serializers.CharField()
    hint = serializers.CharField(allow_blank=True)
    type = serializers.ChoiceField(
        ["text", "long", "url", "integer", "number", "choice", "switch", "key", "scorer"], help_text="How to ask for it"
    )
    required = serializers.BooleanField()  # type: ignore[assignment]
    default = serializers.JSONField(allow_null=True)
    choices = serializers.SerializerMethodField()
    minimum = serializers.FloatField(allow_null=True)
    maximum = serializers.FloatField(allow_null=True)
    decides = serializers.BooleanField(help_text="A change of it is a new version: everything is scored anew")

    @extend_schema_field(SettingChoiceOutput(many=True))
    def get_choices(self, setting: Any) -> list[dict[str, str]]:
        return [{"value": value, "title": title} for value, title in setting.choices]


class KindOutput(serializers.Serializer):
    kind = serializers.ChoiceField(Scorer.Kind.choices)
    key = serializers.CharField(help_text="The name that it has unless another is chosen; of built-in ones, the name")
    title = serializers.CharField()
    needs = serializers.CharField(allow_blank=True, help_text="What has to be there before it can work")
    queue = serializers.CharField()
    settings = SettingOutput(many=True)


class UsageOutput(serializers.Serializer):
    requests = serializers.IntegerField()
    tokens_in = serializers.IntegerField()
    tokens_out = serializers.IntegerField()
    money = serializers.FloatField()


class ScorerOutput(serializers.Serializer):
    id = serializers.IntegerField()
    key = serializers.CharField()
    version = serializers.CharField()
    kind = serializers.ChoiceField(Scorer.Kind.choices)
    title = serializers.CharField(allow_blank=True)
    settings = serializers.JSONField(help_text="By name; an operator's key only by its name")
    queue = serializers.CharField()
    paused = serializers.BooleanField()
    resume_at = serializers.DateTimeField(allow_null=True, help_text="It leaves off by itself until then")
    notice = serializers.CharField(allow_blank=True, help_text="Why, or what went wrong last")
    report = serializers.JSONField(allow_null=True, help_text="How a learned model does on labels that it has not seen")
    created_at = serializers.DateTimeField()


class LiveScorerOutput(ScorerOutput):
    done = serializers.IntegerField()
    pending = serializers.IntegerField()
    claimed = serializers.IntegerField(help_text="Workers are on them just now")
    failed = serializers.IntegerField()
    rate_per_minute = serializers.FloatField(help_text="Traces and choices, over the last minutes")
    eta_seconds = serializers.IntegerField(allow_null=True, help_text="What is left, at this rate")
    workers = serializers.IntegerField(help_text="That told of themselves in the last minutes")
    stats = serializers.DictField(
        child=serializers.FloatField(),
        help_text="What its workers tell: tokens_per_second, requests_per_minute, padding_share, shared_share,"
        " memory_bytes, memory_total_bytes, batch_tokens (in a pass, at most), memory_ran_out (times)",
    )
    usage = UsageOutput(allow_null=True, help_text="What it asked of its server today (UTC)")


class LimitOutput(serializers.Serializer):
    name = serializers.ChoiceField(["requests_per_day", "tokens_per_day", "money_per_day"])
    limit = serializers.FloatField()
    used = serializers.FloatField(help_text="Today (UTC), by all projects together")


class ScorersOutput(serializers.Serializer):
    scorers = LiveScorerOutput(many=True)
    kinds = KindOutput(many=True, help_text="What can be added")
    hosts = serializers.ListField(child=serializers.CharField(), help_text="Where scorers may connect to")
    keys = serializers.ListField(child=serializers.CharField(), help_text="Names of the operator's keys")
    limits = LimitOutput(many=True, help_text="The operator's, on what all projects ask of servers; [] for none")


class ReasonOutput(serializers.Serializer):
    reason = serializers.CharField()
    times = serializers.IntegerField()


class FailureOutput(serializers.Serializer):
    trace = serializers.UUIDField(allow_null=True)
    choice = serializers.UUIDField(allow_null=True)
    external_id = serializers.CharField(allow_null=True)
    attempts = serializers.IntegerField()
    error = serializers.CharField()


class FailuresOutput(serializers.Serializer):
    reasons = ReasonOutput(many=True, help_text="The commonest ones")
    results = FailureOutput(many=True, help_text=f"The first {FAILURES}")


class ScorerInput(UnknownFieldsAreErrors):
    kind = serializers.CharField(max_length=20)
    key = serializers.CharField(max_length=60, allow_blank=True, default="")
    settings = serializers.JSONField(default=dict)
    queue = serializers.CharField(max_length=60, allow_blank=True, default="")


class ScorerChange(UnknownFieldsAreErrors):
    settings = serializers.JSONField(required=False, help_text="All of them: what is left out has its default again")
    queue = serializers.CharField(max_length=60, required=False)


class RescoreInput(UnknownFieldsAreErrors):
    only = serializers.ChoiceField(["all", "failed"], default="all")
    query = serializers.CharField(
        max_length=4000, allow_blank=True, default="", help_text="Only what it finds; see the query language"
    )


class RescoreOutput(serializers.Serializer):
    again = serializers.IntegerField(help_text="So many traces and choices will be scored again")


class ScorersView(APIView):
    @extend_schema(responses=ScorersOutput)
    def get(self, request: Request, slug: str) -> Response:
        """The scorers in force and how they do; what can be added; where scorers may connect to."""
        project = access_project(user_of(request), slug, Role.ADMIN)
        found = [
            {**ScorerOutput(_output(one["row"])).data, **{k: v for k, v in one.items() if k != "row"}}
            for one in scorers_page(project)
        ]
        answer = {
            "scorers": [{**one, "usage": _usage(one["usage"])} for one in found],
            "kinds": KindOutput([*_embedded_kinds(), *map(_kind, kinds(), kinds().values())], many=True).data,
            "hosts": settings.SCORER_HOSTS,
            "keys": sorted(settings.SCORER_KEYS),
            "limits": LimitOutput(limits_today(), many=True).data,
        }
        return Response(answer)

    @extend_schema(request=ScorerInput, responses={201: ScorerOutput})
    def post(self, request: Request, slug: str) -> Response:
        """Add a scorer. All traces and choices of the project are scored by it."""
        project = access_project(user_of(request), slug, Role.ADMIN)
        made = actions.add_scorer(actor=user_of(request), project=project, **body(ScorerInput, request))
        return Response(ScorerOutput(_output(made)).data, status=201)


class ScorerView(APIView):
    @extend_schema(request=ScorerChange, responses=ScorerOutput)
    def patch(self, request: Request, scorer_id: int) -> Response:
        """Other settings. What decides the scores makes a new version, with an id of its own."""
        scorer = access_scorer(user_of(request), scorer_id)
        changed = actions.change_scorer(actor=user_of(request), scorer=scorer, **body(ScorerChange, request))
        return Response(ScorerOutput(_output(changed)).data)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, scorer_id: int) -> Response:
        """Turn it off. Its scores are kept, and taken up again by the same scorer if it is added anew."""
        scorer = access_scorer(user_of(request), scorer_id)
        actions.remove_scorer(actor=user_of(request), scorer=scorer)
        return Response(status=204)


class PauseView(APIView):
    @extend_schema(request=None, responses=ScorerOutput)
    def post(self, request: Request, scorer_id: int) -> Response:
        """Stop it after the batch that it is on."""
        scorer = access_scorer(user_of(request), scorer_id)
        return Response(ScorerOutput(_output(actions.pause_scorer(actor=user_of(request), scorer=scorer))).data)


class ResumeView(APIView):
    @extend_schema(request=None, responses=ScorerOutput)
    def post(self, request: Request, scorer_id: int) -> Response:
        """Let it go on, also if it had left off by itself."""
        scorer = access_scorer(user_of(request), scorer_id)
        return Response(ScorerOutput(_output(actions.resume_scorer(actor=user_of(request), scorer=scorer))).data)


class RescoreView(APIView):
    @extend_schema(request=RescoreInput, responses={200: RescoreOutput, 202: WorkOutput})
    def post(self, request: Request, scorer_id: int) -> Response:
        """Score again: everything, or what failed, or what a query finds of it. 202 if that is so much that a worker
        does it."""
        scorer = access_scorer(user_of(request), scorer_id)
        actions.check_rescorable(scorer)
        asked = body(RescoreInput, request)
        asked["query"] = parse(asked["query"], field="query")
        with_key = asked | {"scorer": scorer.pk}
        if left := left_to_a_worker(request, scorer.project, SelectionWork.Verb.RESCORE, with_key):
            return left
        return Response(asdict(rescore(actor=user_of(request), project=scorer.project, scorer=scorer, **asked)))


class FailuresView(APIView):
    @extend_schema(responses=FailuresOutput)
    def get(self, request: Request, scorer_id: int) -> Response:
        """What could not be scored, and why."""
        rows, reasons = failures(access_scorer(user_of(request), scorer_id), FAILURES)
        return Response(
            {
                "reasons": [{"reason": reason, "times": times} for reason, times in reasons],
                "results": FailureOutput(map(_failure, rows), many=True).data,
            }
        )


def _output(row: Scorer) -> dict[str, Any]:
    names = [str(name) for name in ScorerOutput().fields if name != "title"]
    return {**{name: getattr(row, name) for name in names}, "title": _title(row)}


def _title(row: Scorer) -> str:
    if row.kind == Scorer.Kind.IMPORTED:
        return "Scores that came with the data"
    try:
        return scorer_class(row.kind, row.key).title
    except KeyError:
        return ""


def _usage(used: Usage | None) -> Mapping[str, Any] | None:
    return UsageOutput(used).data if used else None


def _kind(kind: str, found: type[BaseScorer]) -> dict[str, Any]:
    return {
        "kind": kind,
        "key": found.key,
        "title": found.title,
        "needs": found.needs,
        "queue": found.queue,
        "settings": found.fields,
    }


def _embedded_kinds() -> list[dict[str, Any]]:
    return [_kind(Scorer.Kind.EMBEDDED.value, found) for found in EMBEDDED.values()]


def _failure(row: TraceScore) -> dict[str, Any]:
    on = row.trace or row.choice
    return {
        "trace": row.trace_id,
        "choice": row.choice_id,
        "external_id": on.external_id if on else None,
        "attempts": row.attempts,
        "error": row.error,
    }


urlpatterns = [
    path("projects/<slug:slug>/scorers/", ScorersView.as_view()),
    path("scorers/<int:scorer_id>/", ScorerView.as_view()),
    path("scorers/<int:scorer_id>/pause/", PauseView.as_view()),
    path("scorers/<int:scorer_id>/resume/", ResumeView.as_view()),
    path("scorers/<int:scorer_id>/rescore/", RescoreView.as_view()),
    path("scorers/<int:scorer_id>/failures/", FailuresView.as_view()),
]
