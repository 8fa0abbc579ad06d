"""Looking at an upload before it is imported."""

from django.urls import path
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from annotate.api.content import PREMISES, MaterialOutput, MediaRefOutput, ReferenceStepOutput
from annotate.api.inputs import user_of
from annotate.api.parsers import Untouched
from annotate.api.uploads import HOW_TO_IMPORT, how_to_import, packed, yes_or_no
from annotate.core.errors import Invalid
from annotate.corpus.formats import FORMATS
from annotate.corpus.models import StepKind
from annotate.imports.preview import ITEMS, MAX_ITEMS, preview
from annotate.labeling.models import Task
from annotate.projects.access import access_project
from annotate.projects.models import Role


class ImportPreviewRecognisedOutput(serializers.Serializer):
    file = serializers.CharField(allow_blank=True)
    format = serializers.CharField()
    reason = serializers.CharField(help_text="A sentence")


class ImportPreviewErrorOutput(serializers.Serializer):
    line = serializers.IntegerField(help_text="1-based; 0 for the file as a whole")
    file = serializers.CharField(allow_blank=True)
    code = serializers.CharField()
    field = serializers.CharField(allow_blank=True)
    message = serializers.CharField()


class ImportPreviewProblemOutput(serializers.Serializer):
    id = serializers.CharField(allow_null=True)
    statement = serializers.CharField(allow_blank=True)
    answer = serializers.CharField(allow_null=True)
    solution = serializers.CharField(allow_null=True)
    reference_steps = ReferenceStepOutput(many=True, allow_null=True)
    reference_states = serializers.ListField(allow_null=True)
    material = MaterialOutput(many=True)
    media = MediaRefOutput(many=True)


class ImportPreviewStepOutput(serializers.Serializer):
    text = serializers.CharField(allow_blank=True)
    kind = serializers.ChoiceField(StepKind.choices)
    judged = serializers.BooleanField()
    media = MediaRefOutput(many=True)
    data = serializers.DictField(allow_null=True)  # type: ignore[assignment]
    premises = PREMISES


class ImportPreviewPieceOutput(ImportPreviewStepOutput):
    premises = None  # type: ignore[assignment]


class ImportPreviewLabelOutput(serializers.Serializer):
    source = serializers.CharField()  # type: ignore[assignment]
    first_error = serializers.IntegerField(allow_null=True, help_text="0-based; null for none")
    values = serializers.ListField(child=serializers.IntegerField(allow_null=True))


class ImportPreviewItemOutput(serializers.Serializer):
    line = serializers.IntegerField()
    file = serializers.CharField(allow_blank=True)
    kind = serializers.ChoiceField(Task.Kind.choices)
    id = serializers.CharField(allow_null=True)
    problem = ImportPreviewProblemOutput()
    tags = serializers.ListField(child=serializers.CharField())
    generator = serializers.CharField(required=False, allow_blank=True)
    answer = serializers.CharField(required=False, allow_null=True)
    correct = serializers.BooleanField(required=False, allow_null=True)
    steps = ImportPreviewStepOutput(many=True, required=False, help_text="Of a trace: the first of them")
    steps_in_all = serializers.IntegerField(required=False)
    labels = ImportPreviewLabelOutput(many=True, required=False)
    prefix = ImportPreviewPieceOutput(many=True, required=False)
    candidates = ImportPreviewPieceOutput(many=True, required=False)
    preferences = serializers.ListField(child=serializers.DictField(), required=False)


class ImportPreviewOutput(serializers.Serializer):
    recognised = ImportPreviewRecognisedOutput(
        many=True, help_text="With format=auto: each file's, and by what it was known"
    )
    lines = serializers.IntegerField(help_text="How many were read for this")
    items = ImportPreviewItemOutput(many=True)
    errors = ImportPreviewErrorOutput(many=True)  # type: ignore[assignment]


class PreviewView(APIView):
    parser_classes = [Untouched]

    @extend_schema(
        parameters=[
            *HOW_TO_IMPORT,
            OpenApiParameter("items", int, description=f"How many to show, up to {MAX_ITEMS}"),
            OpenApiParameter("partial", bool, description="The body is only how the file begins: its end is no error"),
        ],
        request={"application/octet-stream": OpenApiTypes.BINARY},
        responses=ImportPreviewOutput,
    )
    def post(self, request: Request, slug: str) -> Response:
        """What an import of this would bring: its first items, and the first lines that would be rejected. Nothing is
        written. For admins."""
        project = access_project(user_of(request), slug, Role.ADMIN)
        how = how_to_import(request)
        text = request.query_params.get("items", str(ITEMS))
        if not text.isdecimal() or not 1 <= int(text[:9]) <= MAX_ITEMS:
            raise Invalid.field("items", f"items must be a whole number from 1 to {MAX_ITEMS}.")
        found = preview(
            project,
            FORMATS.get(how["format"]),
            packed(request),
            segmenter=how["options"].get("segmenter", ""),
            items=int(text),
            partial=yes_or_no(request, "partial"),
        )
        return Response(found)


urlpatterns = [path("projects/<slug:slug>/imports/preview/", PreviewView.as_view())]
