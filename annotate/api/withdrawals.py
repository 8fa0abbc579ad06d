"""Taking back what people said. For a project's admins."""

from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from annotate.api.inputs import UnknownFieldsAreErrors, body, user_of
from annotate.labeling.access import access_judgement
from annotate.labeling.withdrawal import withdraw_judgement, withdraw_person
from annotate.projects.access import access_project
from annotate.projects.models import Role


class WithdrawInput(UnknownFieldsAreErrors):
    reason = serializers.CharField(max_length=1000, allow_blank=True, default="")


class WithdrawnOutput(serializers.Serializer):
    judgements = serializers.IntegerField(help_text="How many were taken back")


class PersonView(APIView):
    @extend_schema(request=WithdrawInput, responses=WithdrawnOutput)
    def post(self, request: Request, slug: str, username: str) -> Response:
        """Take back everything that a person said here. Their tasks go to others; the next export is without them."""
        project = access_project(user_of(request), slug, Role.ADMIN)
        asked = body(WithdrawInput, request)
        count = withdraw_person(actor=user_of(request), project=project, username=username, **asked)
        return Response({"judgements": count})


class JudgementView(APIView):
    @extend_schema(request=WithdrawInput, responses=WithdrawnOutput)
    def post(self, request: Request, judgement_id: int) -> Response:
        """Take back one judgement, and what was concluded from it."""
        judgement = access_judgement(user_of(request), judgement_id)
        count = withdraw_judgement(actor=user_of(request), judgement=judgement, **body(WithdrawInput, request))
        return Response({"judgements": count})


urlpatterns = [
    path("projects/<slug:slug>/members/<str:username>/withdraw/", PersonView.as_view()),
    path("judgements/<int:judgement_id>/withdraw/", JudgementView.as_view()),
]
