"""How far people agree: with each other, with labels that came with the data, with gold. For reviewers and admins."""

from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from annotate.api.inputs import user_of
from annotate.projects.access import access_project
from annotate.projects.models import Role
from annotate.quality.agreement import among_people, beyond_first_error, with_gold, with_sources
from annotate.quality.beyond import EXAMPLES, PARTS, SCALES, SCOPES


class ComparedOutput(serializers.Serializer):
    traces = serializers.IntegerField(help_text="That both judged, each with a first error or none")
    differ = serializers.IntegerField(help_text="Of them, where the first errors are not the same")
    exact = serializers.FloatField(help_text="Share with the same first error, or none in both")
    exact_kappa = serializers.FloatField(
        allow_null=True, help_text="Cohen's, of the place; null where both only ever gave the same one answer"
    )
    verdict = serializers.FloatField(help_text="Share in which both see an error, or both none")
    verdict_kappa = serializers.FloatField(allow_null=True, help_text="Cohen's, of error or none; null likewise")
    query = serializers.CharField(help_text="Finds the traces on which they differ")


class PeopleComparedOutput(ComparedOutput):
    person = serializers.CharField()
    other = serializers.CharField()


class SourceComparedOutput(ComparedOutput):
    source = serializers.CharField()  # type: ignore[assignment]
    person = serializers.CharField(
        allow_null=True, help_text="null: everybody together; traces then count once a person"
    )


class AmongPeopleOutput(serializers.Serializer):
    traces = serializers.IntegerField(help_text="With a first error, or none, from two people or more")
    alpha = serializers.FloatField(
        allow_null=True, help_text="Krippendorff's, of the place of the first error; null where all gave one answer"
    )
    pairs = PeopleComparedOutput(many=True)


class GoldQueriesOutput(serializers.Serializer):
    """Of each kind, what finds its traces."""

    exact = serializers.CharField()
    earlier = serializers.CharField()
    later = serializers.CharField()
    missed = serializers.CharField()
    false_alarm = serializers.CharField()


class GoldPersonOutput(serializers.Serializer):
    person = serializers.CharField()
    traces = serializers.IntegerField(help_text="With gold, that they judged; the sum of the five kinds")
    exact = serializers.IntegerField(help_text="The first error is gold's, or both see none")
    earlier = serializers.IntegerField(help_text="The first error is before gold's")
    later = serializers.IntegerField()
    missed = serializers.IntegerField(help_text="They see no error, gold does")
    false_alarm = serializers.IntegerField(help_text="They see an error, gold does not")
    unsure = serializers.IntegerField(help_text="Judged, but neither a first error nor none; not among traces")
    share = serializers.FloatField(allow_null=True, help_text="Of exact ones")
    low = serializers.FloatField(allow_null=True, help_text="Of its 95 % interval, Wilson's")
    high = serializers.FloatField(allow_null=True)
    queries = GoldQueriesOutput()


class AgainstGoldOutput(serializers.Serializer):
    sources = serializers.ListField(child=serializers.CharField(), help_text="The project's gold_sources")
    traces = serializers.IntegerField(help_text="With gold")
    contradictory = serializers.IntegerField(help_text="Without, since gold sources contradict each other")
    people = GoldPersonOutput(many=True)


class ThingFiguresOutput(serializers.Serializer):
    """One thing that the label schema asks, with how far people agree in it."""

    part = serializers.ChoiceField(PARTS)
    key = serializers.CharField(allow_blank=True, help_text="In the label schema; empty of value and premises")
    name = serializers.CharField(allow_blank=True)
    scope = serializers.ChoiceField(SCOPES, help_text="What it is asked of; text: steps and the problem")
    scale = serializers.ChoiceField(SCALES, help_text="Of its answers, and so of alpha")
    items = serializers.IntegerField(help_text="Steps, traces or texts that two people or more judged")
    marked = serializers.IntegerField(
        allow_null=True, help_text="Of them, on which somebody marked it; null of what is answered and not marked"
    )
    same = serializers.FloatField(
        allow_null=True, help_text="How often two answers to the same are the same, in [0, 1]"
    )
    f1 = serializers.FloatField(
        allow_null=True, help_text="Of what one marked, the part that another marked too, in [0, 1]"
    )
    alpha = serializers.FloatField(
        allow_null=True, help_text="Krippendorff's, by scale; null where all gave one answer, and of spans"
    )
    differ = serializers.IntegerField(help_text="Traces on which not all say the same")


class ThingOutput(ThingFiguresOutput):
    examples = serializers.ListField(
        child=serializers.UUIDField(), help_text=f"Ids of some of these traces, {EXAMPLES} at most"
    )


class ConfidenceOutput(serializers.Serializer):
    confidence = serializers.IntegerField(help_text="1 a guess to 5 certain")
    judgements = serializers.IntegerField(help_text="As sure as this, on traces that others judged too")
    same = serializers.FloatField(
        help_text="Of these others, the mean share that sees the same first error, or none as they do"
    )


class BeyondOutput(serializers.Serializer):
    traces = serializers.IntegerField(help_text="That two people or more judged; the newest 20,000 count")
    things = ThingOutput(many=True)
    confidence = ConfidenceOutput(many=True)


class AgreementFiguresOutput(serializers.Serializer):
    people = AmongPeopleOutput()
    sources = SourceComparedOutput(many=True, help_text="With labels that came with the data, by source")
    gold = AgainstGoldOutput()
    beyond = BeyondOutput(help_text="What the label schema asks beyond the first error, among people")


class AgreementView(APIView):
    @extend_schema(responses=AgreementFiguresOutput)
    def get(self, request: Request, slug: str) -> Response:
        """Agreement on the first error of traces: of people with each other, with imported labels, and with gold.

        And of people with each other in everything else that the label schema asks.
        """
        project = access_project(user_of(request), slug, Role.REVIEWER)
        return Response(
            {
                "people": among_people(project),
                "sources": with_sources(project),
                "gold": with_gold(project),
                "beyond": beyond_first_error(project),
            }
        )


urlpatterns = [path("projects/<slug:slug>/agreement/", AgreementView.as_view())]
