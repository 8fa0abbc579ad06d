"""How what steps and problems hold beside their text looks in answers."""

from rest_framework import serializers

from annotate.corpus.models import Media, StepKind


class MediaRefOutput(serializers.Serializer):
    type = serializers.ChoiceField(Media.Type.choices)
    sha256 = serializers.CharField(
        required=False, help_text="Of a file kept here, at `projects/{slug}/media/{sha256}/`"
    )
    mime = serializers.CharField(required=False)
    bytes = serializers.IntegerField(required=False)
    url = serializers.CharField(required=False, help_text="Of what is not kept here: an address that nobody fetches")
    alt = serializers.CharField(required=False, help_text="What it shows, in words")
    start = serializers.FloatField(required=False, help_text="From where it is meant, in seconds")
    end = serializers.FloatField(required=False)


class StepContentOutput(serializers.Serializer):
    id = serializers.UUIDField()
    text = serializers.CharField(allow_blank=True)
    kind = serializers.CharField()
    media = MediaRefOutput(many=True)
    data = serializers.DictField(allow_null=True)  # type: ignore[assignment]


class ReferenceStepOutput(serializers.Serializer):
    text = serializers.CharField()
    kind = serializers.ChoiceField(StepKind.choices, required=False)


class MaterialOutput(serializers.Serializer):
    text = serializers.CharField(allow_blank=True)
    title = serializers.CharField(required=False)
    source = serializers.CharField(required=False)  # type: ignore[assignment]
    kind = serializers.ChoiceField(["related", "retrieved"], required=False)
    media = MediaRefOutput(many=True, required=False)


PREMISES = serializers.ListField(
    child=serializers.IntegerField(),
    allow_null=True,
    help_text="0-based indexes of the earlier steps that the data says it rests on; null where it says nothing",
)
