"""How well a project's scorers find errors, measured against its labels. For reviewers and admins."""

from typing import Any

from django.db import transaction
from django.urls import path
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from annotate.api.inputs import UnknownFieldsAreErrors, body, user_of
from annotate.projects.access import access_project
from annotate.projects.models import Project, Role
from annotate.quality.jobs import evaluate_waiting
from annotate.quality.measuring import SAMPLES
from annotate.quality.reading import PEOPLE
from annotate.quality.standing import ask, choices, standing
from annotate.scoring.models import Scorer

Share = serializers.FloatField


class F1Output(serializers.Serializer):
    threshold = serializers.FloatField(help_text="A step that scores below it is predicted to be wrong")
    f1 = Share(allow_null=True)
    erroneous = Share(allow_null=True, help_text="Traces with an error: the first one is predicted exactly")
    correct = Share(allow_null=True, help_text="Traces without an error: none is predicted")
    traces = serializers.IntegerField()


class AreaOutput(serializers.Serializer):
    value = serializers.FloatField()
    low = serializers.FloatField(help_text="Of the 95 % interval, by drawing problems")
    high = serializers.FloatField()
    right = serializers.IntegerField()
    wrong = serializers.IntegerField()


class BinOutput(serializers.Serializer):
    low = serializers.FloatField()
    high = serializers.FloatField()
    steps = serializers.IntegerField()
    score = serializers.FloatField(allow_null=True, help_text="Mean of the scores")
    right = Share(allow_null=True, help_text="Share of the steps that is right")


class CalibrationOutput(serializers.Serializer):
    bins = BinOutput(many=True)
    error = serializers.FloatField(help_text="Mean distance between score and share that is right")
    brier = serializers.FloatField()


class LowestAtOutput(serializers.Serializer):
    traces = serializers.IntegerField()
    erroneous = serializers.IntegerField()
    lowest = serializers.ListField(child=Share(), help_text="By fifths of the trace: where its lowest score is")
    lowest_last = Share(help_text="At the last step")
    errors = serializers.ListField(child=Share(), allow_null=True, help_text="The first errors, likewise")  # type: ignore[assignment]
    errors_last = Share(allow_null=True)


class LiftOutput(serializers.Serializer):
    found = serializers.ListField(
        child=Share(), help_text="Share of the erroneous traces that is found when 0, 5, 10, … 100 % are reviewed"
    )
    at_20 = Share()
    lift_20 = serializers.FloatField(help_text="How many times as many as in a random order")
    reviewed_80 = Share(help_text="How much to review until 80 % are found")
    area = serializers.FloatField(help_text="Under the curve; a random order has 0.5")
    hours_saved = serializers.FloatField(allow_null=True, help_text="Until 80 % are found, against a random order")


class MeasuredOutput(serializers.Serializer):
    id = serializers.IntegerField()
    key = serializers.CharField()
    version = serializers.CharField()
    kind = serializers.ChoiceField(Scorer.Kind.choices)
    traces = serializers.IntegerField()
    with_opinion = serializers.IntegerField()
    steps = serializers.BooleanField(help_text="It has opinions on steps; without, figures that need places are null")
    trace_auc = AreaOutput(allow_null=True)
    step_auc = AreaOutput(allow_null=True)
    f1 = F1Output(allow_null=True)
    f1_tuned = F1Output(
        allow_null=True, help_text="With the threshold that is best on half of the problems, on the other half"
    )
    calibration = CalibrationOutput(allow_null=True)
    lowest_at = LowestAtOutput(allow_null=True)
    lift = LiftOutput(allow_null=True)


class BaselinesOutput(serializers.Serializer):
    random = LiftOutput(allow_null=True)
    length = LiftOutput(allow_null=True, help_text="Longest first")
    policy = LiftOutput(allow_null=True, help_text="As the project's queue is ordered, without the random share")


class AgreesOutput(serializers.Serializer):
    judgements = serializers.IntegerField()
    share = Share()


class GroupOutput(serializers.Serializer):
    judgements = serializers.IntegerField()
    median_seconds = serializers.FloatField(allow_null=True)
    agreement = serializers.DictField(
        child=AgreesOutput(), help_text="By scorer: the person's first error is the one that it predicts"
    )


class AnchoringOutput(serializers.Serializer):
    shown = GroupOutput(help_text="Judged with the scores in sight")
    hidden = GroupOutput()


class FiguresOutput(serializers.Serializer):
    labels = serializers.CharField()
    sample = serializers.ChoiceField(SAMPLES)
    traces = serializers.IntegerField()
    erroneous = serializers.IntegerField()
    problems = serializers.IntegerField()
    left_out = serializers.IntegerField(help_text="Labelled, but no label stands: people differ or were not sure")
    median_seconds = serializers.FloatField(allow_null=True, help_text="That a trace takes a person here")
    judgements = serializers.IntegerField(help_text="Of so many")
    policy = serializers.CharField()
    scorers = MeasuredOutput(many=True)
    baselines = BaselinesOutput()
    anchoring = AnchoringOutput()


class LabelsOutput(serializers.Serializer):
    labels = serializers.CharField(help_text="people, gold, or imported:SOURCE")
    traces = serializers.IntegerField()


class EvaluationOutput(serializers.Serializer):
    choices = LabelsOutput(many=True, help_text="What there is to measure against")
    labels = serializers.CharField(allow_null=True)
    state = serializers.ChoiceField(
        ["current", "old", "computing", "none"],
        help_text="old: something changed since; none: nothing is computed yet, or there are no labels",
    )
    computed_at = serializers.DateTimeField(allow_null=True)
    error = serializers.CharField(allow_blank=True, help_text="Why the last try failed")
    result = FiguresOutput(allow_null=True)


class EvaluationInput(UnknownFieldsAreErrors):
    labels = serializers.CharField(max_length=120)
    sample = serializers.ChoiceField(SAMPLES, default="all")


class EvaluationView(APIView):
    @extend_schema(
        parameters=[
            OpenApiParameter(
                "labels", str, description="people, gold, or imported:SOURCE; default: people's if there are any"
            ),
            OpenApiParameter("sample", str, enum=SAMPLES, description="random: only tasks that were drawn at random"),
        ],
        responses=EvaluationOutput,
    )
    def get(self, request: Request, slug: str) -> Response:
        """The figures as they stand. Few labels are measured at once; of many, what was computed last."""
        project = access_project(user_of(request), slug, Role.REVIEWER)
        labels, sample = request.query_params.get("labels"), request.query_params.get("sample", "all")
        return Response(_told(project, labels, sample))

    @extend_schema(request=EvaluationInput, responses={202: EvaluationOutput})
    def post(self, request: Request, slug: str) -> Response:
        """Have the figures computed anew by a worker; GET tells when they are there."""
        project = access_project(user_of(request), slug, Role.REVIEWER)
        given = body(EvaluationInput, request)
        with transaction.atomic():
            ask(project, given["labels"], given["sample"])
            transaction.on_commit(evaluate_waiting.delay)
        return Response(_told(project, given["labels"], given["sample"]), status=202)


def _told(project: Project, labels: str | None, sample: str) -> dict[str, Any]:
    known = choices(project)
    chosen = labels or (known[0]["labels"] if known else None)
    found: dict[str, Any] = {"choices": known, "labels": chosen}
    if not any(one["labels"] == chosen for one in known):
        standing(project, chosen or PEOPLE, sample)  # refuses what can't be
        return {**found, "state": "none", "computed_at": None, "error": "", "result": None}
    return {**found, **standing(project, chosen or PEOPLE, sample)}


urlpatterns = [path("projects/<slug:slug>/scorers/evaluation/", EvaluationView.as_view())]
