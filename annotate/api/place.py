"""Why a task is where it is in the queue, as it is told."""

from rest_framework import serializers

from annotate.scoring.parts import PARTS


class ValuePartOutput(serializers.Serializer):
    part = serializers.ChoiceField(list(PARTS))
    title = serializers.CharField()
    value = serializers.FloatField(help_text="From 0 to 1")
    weight = serializers.FloatField()
    share = serializers.FloatField(help_text="What it adds to the value of the task, from 0 to 1")


class PlaceOutput(serializers.Serializer):
    why = serializers.CharField(help_text="In one sentence")
    parts = ValuePartOutput(
        many=True, help_text="What the value is made of, what counts most first; none if by lot or by hand"
    )
    minutes = serializers.FloatField(allow_null=True, help_text="Expected, where time counts")
    in_problem = serializers.IntegerField(
        allow_null=True, help_text="The place among the traces of its problem, from 1, where that counts"
    )
    probability = serializers.FloatField(
        allow_null=True, help_text="If it was drawn at random: the chance that it had to be drawn"
    )
