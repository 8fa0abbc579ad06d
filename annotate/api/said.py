"""What a submit may say of single steps and of the trace beyond its verdict; shapes only, `labeling.details` has the
rules."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from annotate.api.inputs import UnknownFieldsAreErrors, several

MAX_TEXT = 100_000
MAX_KEY = 40
MAX_STEPS = 10_000
MANY = 200


@extend_schema_field({"oneOf": [{"type": "string"}, {"type": "number"}], "nullable": True})
class AnswerField(serializers.Field):
    """A text or a number; which of them is right depends on the question."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, str):
            return serializers.CharField(allow_blank=True, trim_whitespace=False, max_length=MAX_TEXT).run_validation(
                data
            )
        if isinstance(data, bool) or not isinstance(data, int | float):
            raise serializers.ValidationError("An answer is a text or a number.")
        if abs(data) > 1e300:
            raise serializers.ValidationError("This number is too large.")
        return data

    def to_representation(self, value: Any) -> Any:
        return value


def answers_field(help_text: str) -> serializers.DictField:
    return serializers.DictField(child=AnswerField(allow_null=True), required=False, help_text=help_text)


def keys_field(help_text: str) -> serializers.ListField:
    return serializers.ListField(
        child=serializers.CharField(max_length=MAX_KEY), max_length=MANY, required=False, help_text=help_text
    )


class SpanInput(UnknownFieldsAreErrors):
    start = serializers.IntegerField(min_value=0, help_text="In code points of the text as it was imported")
    end = serializers.IntegerField(min_value=1, help_text="Not included")
    label = serializers.CharField(max_length=MAX_KEY)  # type: ignore[assignment]


class StepSaidInput(UnknownFieldsAreErrors):
    step = serializers.IntegerField(min_value=0, help_text="0-based")
    value = serializers.CharField(
        max_length=MAX_KEY, allow_null=True, required=False, help_text="In every-step projects, as in `labels`"
    )
    error_types = keys_field("Of a wrong step")
    tags = keys_field("Of the schema's tags")
    premises = serializers.ListField(
        child=serializers.IntegerField(min_value=0),
        max_length=MAX_STEPS,
        required=False,
        help_text="Indexes of the steps that this one rests on",
    )
    rubric = answers_field("By axis: a whole number on its scale, or `unsure`")
    spans = several(SpanInput, max_length=MANY)
    answers = answers_field("By question about a step")
    comment = serializers.CharField(allow_blank=True, required=False, max_length=MAX_TEXT)
