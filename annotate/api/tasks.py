"""An annotator's work: the next task, its draft, submit, skip and undo. And the queue, for those who look after it."""

import json
from typing import Any

from django.urls import path
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from annotate.api.content import PREMISES, MaterialOutput, MediaRefOutput, ReferenceStepOutput
from annotate.api.finding import Q, query_of
from annotate.api.inputs import UnknownFieldsAreErrors, body, encode_cursor, page_size, read_cursor, several, user_of
from annotate.api.place import PlaceOutput
from annotate.api.said import MANY, MAX_KEY, MAX_STEPS, MAX_TEXT, SpanInput, StepSaidInput, answers_field
from annotate.api.selection import MakingTasks
from annotate.core.nesting import deeper_than
from annotate.corpus.models import StepKind
from annotate.labeling.access import access_assignment
from annotate.labeling.actions import claim
from annotate.labeling.answers import leave_as_it_was, reopen, revise, save_draft, skip, submit
from annotate.labeling.known import derived_count
from annotate.labeling.models import Assignment, Task
from annotate.labeling.selectors import claim_payload, queue
from annotate.labeling.validation import VALUES
from annotate.labeling.walks import FINISHES, MAX_DEPTH
from annotate.projects.access import access_project
from annotate.projects.models import Role

MAX_DRAFT = 256 * 1024
MAX_DRAFT_DEPTH = 50
MAX_ACTIVE_MS = 30 * 24 * 3600 * 1000


class StepIdField(serializers.UUIDField):
    """A step's id, as the text in which it is stored and compared."""

    def to_internal_value(self, data: Any) -> str:  # type: ignore[override]
        return str(super().to_internal_value(data))


class DraftField(serializers.DictField):
    """A JSON object of the page's own making, at most MAX_DRAFT bytes, MAX_DRAFT_DEPTH deep."""

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        draft: dict[str, Any] = super().to_internal_value(data)
        if deeper_than(MAX_DRAFT_DEPTH, draft):
            raise serializers.ValidationError(f"A draft may be nested {MAX_DRAFT_DEPTH} deep at most.")
        text = json.dumps(draft, ensure_ascii=False)
        if len(text.encode()) > MAX_DRAFT:
            raise serializers.ValidationError(f"A draft may take {MAX_DRAFT // 1024} kB at most.")
        if "\\u0000" in text.replace("\\\\", ""):
            raise serializers.ValidationError("The character U+0000 can't be stored.")
        return draft


class ActiveInput(UnknownFieldsAreErrors):
    active_ms = serializers.IntegerField(
        min_value=0,
        max_value=MAX_ACTIVE_MS,
        default=0,
        help_text="Milliseconds at work on this task in all, counted on from the claim's `active_ms`",
    )


class NextInput(UnknownFieldsAreErrors):
    holding = serializers.ListField(
        child=serializers.IntegerField(min_value=0, max_value=2**63 - 1),
        max_length=100,
        default=list,
        help_text="Assignments that I have on my desk already",
    )


class DraftInput(ActiveInput):
    draft = DraftField(help_text="Any JSON object; a submit's fields are understood by every client")


class LabelInput(UnknownFieldsAreErrors):
    step = serializers.IntegerField(min_value=0, help_text="0-based")
    value = serializers.CharField(max_length=MAX_KEY, help_text="One of the schema's values, or `unsure`")


class WalkRatingInput(UnknownFieldsAreErrors):
    step = StepIdField()
    value = serializers.ChoiceField(list(VALUES), allow_null=True, required=False, help_text="null: not rated")


class WalkStepInput(UnknownFieldsAreErrors):
    ratings = several(WalkRatingInput, max_length=1000, help_text="Of the alternatives, in the order they were shown")
    chosen = StepIdField(allow_null=True, required=False, help_text="The alternative that the walk goes on with")
    written = serializers.CharField(
        allow_blank=True,
        allow_null=True,
        required=False,
        max_length=MAX_TEXT,
        trim_whitespace=False,
        help_text="Instead: a step of one's own",
    )


class WalkInput(UnknownFieldsAreErrors):
    finish = serializers.ChoiceField(
        FINISHES, help_text="`stuck`: none of the alternatives at the last depth is acceptable"
    )
    reason = serializers.CharField(allow_blank=True, required=False, max_length=MAX_TEXT, help_text="For `given_up`")
    steps = several(WalkStepInput, max_length=MAX_DEPTH, help_text="Depth by depth, from the beginning")


class SubmitInput(ActiveInput):
    first_error = serializers.IntegerField(
        min_value=0, allow_null=True, required=False, help_text="0-based; null: no error"
    )
    labels = LabelInput(many=True, required=False, help_text="In every-step projects, instead of first_error")
    steps = several(StepSaidInput, max_length=MAX_STEPS, help_text="What is said of single steps, where anything is")
    rubric = answers_field("By axis that rates the whole trace")
    answers = answers_field("By question about the trace or the problem")
    problem_spans = several(SpanInput, max_length=MANY, help_text="Marks in the problem's statement")
    error_types = serializers.ListField(child=serializers.CharField(max_length=40), max_length=100, required=False)
    confidence = serializers.IntegerField(min_value=1, max_value=5, allow_null=True, required=False)
    preferred = StepIdField(required=False, help_text="Choice: the one that is better than all others")
    ranking = serializers.ListField(
        child=serializers.ListField(child=StepIdField(), max_length=1000),
        max_length=1000,
        required=False,
        help_text="Choice: groups, best first, a group being a tie; those left out come last, uncompared",
    )
    none_acceptable = serializers.BooleanField(required=False, help_text="Choice: true, or leave it out")
    strength = serializers.IntegerField(min_value=1, max_value=3, allow_null=True, required=False)
    rewrite = serializers.CharField(
        allow_blank=True,
        allow_null=True,
        required=False,
        max_length=MAX_TEXT,
        trim_whitespace=False,
        help_text="A better step, in place of the first wrong one or of all candidates",
    )
    comment = serializers.CharField(allow_blank=True, required=False, max_length=MAX_TEXT)
    walk = WalkInput(required=False, help_text="Walk: what was said on the way")


class SkipInput(ActiveInput):
    reason = serializers.ChoiceField(Assignment.SkipReason.choices)
    comment = serializers.CharField(allow_blank=True, default="", max_length=MAX_TEXT, help_text="Needed for `other`")


class ClaimProblemOutput(serializers.Serializer):
    id = serializers.CharField()
    statement = serializers.CharField()
    metadata = serializers.DictField()
    answer = serializers.CharField(allow_null=True, required=False, help_text="If the project shows the reference")
    solution = serializers.CharField(allow_null=True, required=False)
    reference_steps = ReferenceStepOutput(many=True, allow_null=True, required=False)
    reference_states = serializers.ListField(allow_null=True, required=False, help_text="Any JSON after each step")
    material = MaterialOutput(many=True, help_text="To be read beside the problem")
    media = MediaRefOutput(many=True)


class ClaimTraceOutput(serializers.Serializer):
    id = serializers.CharField()


class PieceOutput(serializers.Serializer):
    id = serializers.UUIDField()
    text = serializers.CharField()
    kind = serializers.ChoiceField(StepKind.choices)
    media = MediaRefOutput(many=True)
    data = serializers.DictField(  # type: ignore[assignment]
        allow_null=True, help_text="What is structured: of a call `tool` and `arguments`"
    )


class VerdictOutput(serializers.Serializer):
    by = serializers.CharField()
    value = serializers.FloatField(help_text="1 accepted it, 0 did not")
    reason = serializers.CharField(help_text="Its words, or empty")


class ClaimStepOutput(PieceOutput):
    premises = PREMISES
    judged = serializers.BooleanField(help_text="False for observations: shown, never judged")
    verdicts = VerdictOutput(
        many=True, required=False, help_text="Of a formal step: what provers or verifiers said, if they came with it"
    )


class KnownOutput(serializers.Serializer):
    step = serializers.IntegerField(help_text="0-based")
    value = serializers.CharField(help_text="One of the schema's values")
    said = StepSaidInput(help_text="What else was said of the step", partial=True)

    def get_fields(self) -> dict[str, serializers.Field]:
        # `from` is no name that a class can give.
        origin = serializers.CharField(help_text="Id of the trace in which I judged it")
        return {**super().get_fields(), "from": origin}


class AlternativeOutput(PieceOutput):
    parent = serializers.UUIDField(  # type: ignore[assignment]
        allow_null=True, help_text="The step that it follows; null: it begins"
    )
    judged = serializers.BooleanField()
    suggested = serializers.BooleanField(help_text="The connected model's, which I asked for here")


class TreeOutput(serializers.Serializer):
    steps = AlternativeOutput(many=True, help_text="By depth; siblings in this person's own order")
    complete = serializers.BooleanField(help_text="false: ask for what follows deeper steps with next-steps")


class SeenScoreOutput(serializers.Serializer):
    scorer = serializers.CharField()
    value = serializers.FloatField(help_text="The probability that the step is right, says the scorer")
    reason = serializers.CharField(allow_blank=True)


class ClaimOutput(serializers.Serializer):
    assignment = serializers.IntegerField()
    task = serializers.IntegerField()
    kind = serializers.ChoiceField(Task.Kind.choices)
    state = serializers.ChoiceField(Assignment.State.choices)
    revising = serializers.BooleanField(help_text="I am changing what I said: it stands until I submit again")
    lease_until = serializers.DateTimeField()
    active_ms = serializers.IntegerField()
    draft = serializers.DictField(allow_null=True)
    problem = ClaimProblemOutput()
    trace = ClaimTraceOutput(required=False)
    steps = ClaimStepOutput(many=True, required=False, help_text="Trace: in order, the index being 0-based")
    known = KnownOutput(
        many=True, required=False, help_text="Trace: steps that I judged in another one that begins alike"
    )
    scores = serializers.ListField(
        child=SeenScoreOutput(many=True),
        allow_null=True,
        required=False,
        help_text="Trace: of each step what scorers say, if I may see it; null: not before I judged, or not at all",
    )
    prefix = PieceOutput(many=True, required=False, help_text="Choice: the steps so far")
    candidates = PieceOutput(many=True, required=False, help_text="Choice: in this person's own order")
    tree = TreeOutput(required=False, help_text="Walk: the next steps that are there, after each other")
    suggestions = serializers.BooleanField(help_text="Whether a model is connected that can be asked for next steps")


class DraftSavedOutput(serializers.Serializer):
    lease_until = serializers.DateTimeField()
    saved_at = serializers.DateTimeField()


class SubmittedOutput(serializers.Serializer):
    assignment = serializers.IntegerField()
    state = serializers.ChoiceField([Assignment.State.SUBMITTED.value])
    judgement = serializers.IntegerField()
    derived = serializers.IntegerField(
        help_text="Other traces that count as judged with it, since they have the same first error"
    )


class SkippedOutput(serializers.Serializer):
    assignment = serializers.IntegerField()
    state = serializers.ChoiceField([Assignment.State.SKIPPED.value])


class QueuedOutput(PlaceOutput):
    id = serializers.IntegerField()
    kind = serializers.ChoiceField(Task.Kind.choices)
    priority = serializers.FloatField()
    wanted = serializers.IntegerField()
    free = serializers.IntegerField()
    problem = serializers.CharField()
    trace = serializers.CharField(allow_null=True)
    trace_id = serializers.UUIDField(allow_null=True, help_text="The key that it is looked up by")
    choice = serializers.CharField(allow_null=True)
    choice_id = serializers.UUIDField(allow_null=True, help_text="The key that it is looked up by")
    excerpt = serializers.CharField(help_text="The beginning of the problem's statement")


class QueueOutput(serializers.Serializer):
    results = QueuedOutput(many=True)
    next = serializers.CharField(allow_null=True)


class QueueView(MakingTasks):
    @extend_schema(
        parameters=[Q, OpenApiParameter("cursor", str), OpenApiParameter("limit", int)], responses=QueueOutput
    )
    def get(self, request: Request, slug: str) -> Response:
        """Tasks that still want somebody and that the query finds, in the order in which they are handed out. For
        reviewers and admins."""
        project = access_project(user_of(request), slug, Role.REVIEWER)
        rows, place = queue(
            project, query_of(request, project), after=read_cursor(request, float, int), limit=page_size(request)
        )
        return Response({"results": rows, "next": encode_cursor(*place) if place else None})


class NextView(APIView):
    @extend_schema(
        request=NextInput,
        responses={200: ClaimOutput, 204: OpenApiResponse(description="There is no task for me")},
    )
    def post(self, request: Request, slug: str) -> Response:
        """Claim the best next task for me. One that I have not finished and am not holding comes first."""
        project = access_project(user_of(request), slug)
        assignment = claim(user=user_of(request), project=project, **body(NextInput, request))
        if assignment is None:
            return Response(status=204)
        return Response(claim_payload(assignment, project))


class AssignmentView(APIView):
    @extend_schema(responses=ClaimOutput)
    def get(self, request: Request, assignment_id: int) -> Response:
        """One of my assignments, whatever its state."""
        assignment = access_assignment(user_of(request), assignment_id)
        return Response(claim_payload(assignment, assignment.project))


class DraftView(APIView):
    @extend_schema(request=DraftInput, responses=DraftSavedOutput)
    def put(self, request: Request, assignment_id: int) -> Response:
        """Keep a draft and renew the lease. 409 `lease-expired`: somebody else has the task; the draft is kept."""
        saved = save_draft(user=user_of(request), assignment_id=assignment_id, **body(DraftInput, request))
        return Response({"lease_until": saved.lease_until, "saved_at": timezone.now()})


class SubmitView(APIView):
    @extend_schema(request=SubmitInput, responses=SubmittedOutput)
    def post(self, request: Request, assignment_id: int) -> Response:
        """Submit an answer. The same one again gives the same judgement; another one is 409 `already-submitted`."""
        answer = body(SubmitInput, request)
        active_ms = answer.pop("active_ms")
        judgement = submit(user=user_of(request), assignment_id=assignment_id, answer=answer, active_ms=active_ms)
        return Response(
            {
                "assignment": assignment_id,
                "state": "submitted",
                "judgement": judgement.pk,
                "derived": derived_count(judgement),
            }
        )


class SkipView(APIView):
    @extend_schema(request=SkipInput, responses=SkippedOutput)
    def post(self, request: Request, assignment_id: int) -> Response:
        """Leave the task to others."""
        skip(user=user_of(request), assignment_id=assignment_id, **body(SkipInput, request))
        return Response({"assignment": assignment_id, "state": "skipped"})


class ReopenView(APIView):
    @extend_schema(request=None, responses=ClaimOutput)
    def post(self, request: Request, assignment_id: int) -> Response:
        """Undo my submit or skip: the task is mine again, with what I said as its draft, and what I said counts for
        nothing. If it was a revision, what stood before stands again."""
        assignment = reopen(user=user_of(request), assignment_id=assignment_id)
        return Response(claim_payload(assignment, assignment.project))


class RevisionView(APIView):
    @extend_schema(request=None, responses=ClaimOutput)
    def post(self, request: Request, assignment_id: int) -> Response:
        """Begin to change what I said, or go on with that. It stands until I submit again; if I never do, nothing has
        changed."""
        assignment = revise(user=user_of(request), assignment_id=assignment_id)
        return Response(claim_payload(assignment, assignment.project))

    @extend_schema(responses={204: None})
    def delete(self, request: Request, assignment_id: int) -> Response:
        """Leave what I said as it was; how far I had come with changing it is dropped."""
        leave_as_it_was(user=user_of(request), assignment_id=assignment_id)
        return Response(status=204)


urlpatterns = [
    path("projects/<slug:slug>/tasks/", QueueView.as_view()),
    path("projects/<slug:slug>/tasks/next/", NextView.as_view()),
    path("assignments/<int:assignment_id>/", AssignmentView.as_view()),
    path("assignments/<int:assignment_id>/draft/", DraftView.as_view()),
    path("assignments/<int:assignment_id>/submit/", SubmitView.as_view()),
    path("assignments/<int:assignment_id>/skip/", SkipView.as_view()),
    path("assignments/<int:assignment_id>/reopen/", ReopenView.as_view()),
    path("assignments/<int:assignment_id>/revision/", RevisionView.as_view()),
]
