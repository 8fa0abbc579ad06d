"""The way through a problem that a walk task asks for: what comes next at a place."""

from typing import Any
from uuid import UUID

from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from annotate.api.inputs import UnknownFieldsAreErrors, body, user_of
from annotate.api.tasks import AlternativeOutput, StepIdField
from annotate.core.errors import Invalid
from annotate.labeling.access import access_assignment
from annotate.labeling.selectors import alternative
from annotate.labeling.walks import MAX_DEPTH, next_steps, suggestions_as_steps


class NextStepsInput(UnknownFieldsAreErrors):
    prefix = serializers.ListField(
        child=StepIdField(), max_length=MAX_DEPTH, default=list, help_text="The steps so far, from the beginning"
    )


class NextStepsOutput(serializers.Serializer):
    steps = AlternativeOutput(many=True)


class NextStepsView(APIView):
    @extend_schema(request=NextStepsInput, responses=NextStepsOutput)
    def post(self, request: Request, assignment_id: int) -> Response:
        """The alternatives after these steps, in a walk of mine. There may be none."""
        assignment = access_assignment(user_of(request), assignment_id)
        problem = assignment.task.problem
        if problem is None:
            raise Invalid.field("", "This task is no walk.")
        prefix: list[Any] = body(NextStepsInput, request)["prefix"]
        # Only the last one counts: a step knows its parents.
        found = next_steps(problem, assignment, prefix[-1] if prefix else None)
        known = {step.pk for step in found}
        more = suggestions_as_steps(assignment, UUID(prefix[-1]) if prefix else None)
        suggested = [alternative(step, suggested=True) for step in more if step.pk not in known]
        return Response({"steps": [*map(alternative, found), *suggested]})


urlpatterns = [
    path("assignments/<int:assignment_id>/next-steps/", NextStepsView.as_view()),
]
