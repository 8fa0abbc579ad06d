"""The label schema's shape on the wire; `projects.schema` has the rules."""

from rest_framework import serializers

from annotate.api.inputs import UnknownFieldsAreErrors, several
from annotate.projects.schema import KINDS, MEANINGS, RUBRIC_SCOPES, SCOPES

MANY = 100
"""Of each thing."""


class NamedInput(UnknownFieldsAreErrors):
    key = serializers.CharField(max_length=40)
    name = serializers.CharField(max_length=100)


class StepValueInput(NamedInput):
    means = serializers.ChoiceField(MEANINGS, help_text="What is stored for training")
    hotkey = serializers.CharField(max_length=1, help_text="The digit that gives it")


class AxisInput(NamedInput):
    scope = serializers.ChoiceField(RUBRIC_SCOPES)
    min = serializers.IntegerField(min_value=-1000, max_value=1000)
    max = serializers.IntegerField(min_value=-1000, max_value=1000)
    required = serializers.BooleanField(default=False)  # type: ignore[assignment]


class QuestionInput(UnknownFieldsAreErrors):
    key = serializers.CharField(max_length=40)
    name = serializers.CharField(max_length=500, help_text="The question")
    scope = serializers.ChoiceField(SCOPES)
    kind = serializers.ChoiceField(KINDS)
    options = several(NamedInput, allow_null=True, max_length=MANY, help_text="Of a choice")
    min = serializers.FloatField(required=False, allow_null=True, help_text="Of a rating or a number")
    max = serializers.FloatField(required=False, allow_null=True)
    required = serializers.BooleanField(default=False)  # type: ignore[assignment]


class LabelSchemaInput(UnknownFieldsAreErrors):
    """Any part of it; what is not named stays as it is."""

    error_types = several(NamedInput, max_length=MANY)
    values = several(StepValueInput, min_length=2, max_length=9)
    rubric = several(AxisInput, max_length=MANY)
    tags = several(NamedInput, max_length=MANY)
    premises = serializers.BooleanField(required=False)
    spans = several(NamedInput, max_length=MANY)
    questions = several(QuestionInput, max_length=MANY)
    confidence = serializers.BooleanField(required=False)


class LabelSchemaOutput(serializers.Serializer):
    version = serializers.IntegerField()
    error_types = NamedInput(many=True)
    values = StepValueInput(many=True)
    rubric = AxisInput(many=True)
    tags = NamedInput(many=True)
    premises = serializers.BooleanField()
    spans = NamedInput(many=True)
    questions = QuestionInput(many=True)
    confidence = serializers.BooleanField()
