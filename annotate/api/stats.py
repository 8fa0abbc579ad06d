"""How a project is doing: progress, what was said, by whom, and how much they agree."""

from typing import Any

from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from annotate.api.inputs import user_of
from annotate.core.heartbeat import background
from annotate.corpus.selectors import label_sources
from annotate.labeling import progress
from annotate.labeling.notes import note_counts
from annotate.projects.access import access_membership
from annotate.projects.models import Role
from annotate.quality.agreement import exact_agreement
from annotate.scoring.models import Scorer
from annotate.scoring.selectors import scorer_progress


class TaskCountsOutput(serializers.Serializer):
    total = serializers.IntegerField()
    open = serializers.IntegerField(help_text="Still want somebody")
    leased = serializers.IntegerField(help_text="All places are taken, and somebody is at work")
    done = serializers.IntegerField(help_text="All places are taken, and all of them submitted")


class JudgementCountsOutput(serializers.Serializer):
    first_error = serializers.IntegerField()
    no_error = serializers.IntegerField()
    unsure = serializers.IntegerField(help_text="No step is called wrong, and of some the person was not sure")
    preferred = serializers.IntegerField()
    tie = serializers.IntegerField()
    none_acceptable = serializers.IntegerField()
    solved = serializers.IntegerField(help_text="Walks, by how they ended")
    stuck = serializers.IntegerField()
    given_up = serializers.IntegerField()
    bad_problem = serializers.IntegerField()


class MyStatsOutput(serializers.Serializer):
    submitted = serializers.IntegerField()
    skipped = serializers.IntegerField()
    today = serializers.IntegerField()
    active_seconds = serializers.IntegerField()
    open = serializers.IntegerField(help_text="Tasks that want somebody and were never mine")


class NoteCountsOutput(serializers.Serializer):
    open_flags = serializers.IntegerField()
    open_questions = serializers.IntegerField()
    public = serializers.IntegerField(help_text="Answers that every member may read")
    unseen = serializers.IntegerField(help_text="My own on which something was said that I have not seen")


class ScorerProgressOutput(serializers.Serializer):
    key = serializers.CharField()
    version = serializers.CharField()
    kind = serializers.ChoiceField(Scorer.Kind.choices)
    done = serializers.IntegerField()
    pending = serializers.IntegerField()
    failed = serializers.IntegerField()


class PersonOutput(serializers.Serializer):
    username = serializers.CharField()
    submitted = serializers.IntegerField()
    skipped = serializers.IntegerField()
    median_seconds = serializers.FloatField(allow_null=True)


class AgreementOutput(serializers.Serializer):
    tasks = serializers.IntegerField(help_text="Judged by two people or more")
    exact = serializers.FloatField(help_text="The share of them, from 0 to 1, in which all said the same")


class DayOutput(serializers.Serializer):
    day = serializers.DateField()
    submitted = serializers.IntegerField()


class StatsOutput(serializers.Serializer):
    problems = serializers.IntegerField()
    traces = serializers.IntegerField()
    steps = serializers.IntegerField(help_text="A step that traces share counts once")
    tasks = TaskCountsOutput()
    judgements = JudgementCountsOutput()
    mine = MyStatsOutput()
    notes = NoteCountsOutput(help_text="Flags and questions")
    sources = serializers.ListField(child=serializers.CharField())
    scorers = ScorerProgressOutput(many=True)
    people = PersonOutput(many=True, required=False, help_text="For reviewers and admins")
    agreement = AgreementOutput(allow_null=True)
    throughput = DayOutput(many=True, help_text="The last 30 days (UTC), today last")
    background = serializers.ChoiceField(
        ["ok", "no-worker", "no-redis"],
        help_text="Whether scoring, the order of the queue and exports go on, or why they wait",
    )


class StatsView(APIView):
    @extend_schema(responses=StatsOutput)
    def get(self, request: Request, slug: str) -> Response:
        """Progress, label distribution, agreement and throughput; who did what, for reviewers and admins."""
        user = user_of(request)
        membership = access_membership(user, project__slug=slug)
        project = membership.project
        stats: dict[str, Any] = {
            **progress.contents(project),
            "tasks": progress.tasks(project),
            "judgements": progress.judgements(project),
            "mine": progress.mine(project, user),
            "notes": note_counts(project, user),
            "sources": label_sources(project),
            "scorers": scorer_progress(project),
            "agreement": exact_agreement(project),
            "throughput": progress.throughput(project),
            "background": background(),
        }
        if Role(membership.role).includes(Role.REVIEWER):
            stats["people"] = progress.people(project)
        return Response(stats)


urlpatterns = [path("projects/<slug:slug>/stats/", StatsView.as_view())]
