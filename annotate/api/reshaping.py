"""Splitting and merging the steps of a trace that nobody has labelled."""

import uuid

from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from annotate.api.inputs import UnknownFieldsAreErrors, body, user_of
from annotate.api.traces import TraceDetailOutput
from annotate.corpus.access import access_trace
from annotate.labeling.browse import trace_detail
from annotate.labeling.reshaping import merge_steps, split_step
from annotate.projects.models import Role


class SplitInput(UnknownFieldsAreErrors):
    step = serializers.IntegerField(min_value=0, help_text="0-based")
    at = serializers.ListField(
        child=serializers.IntegerField(min_value=1),
        min_length=1,
        max_length=100,
        help_text="Cut before these characters of its text, counted from 0",
    )


class MergeInput(UnknownFieldsAreErrors):
    first = serializers.IntegerField(min_value=0, help_text="0-based")
    last = serializers.IntegerField(min_value=1)
    between = serializers.CharField(
        required=False,
        allow_blank=True,
        trim_whitespace=False,
        max_length=100,
        help_text="What joins them where it is not known what stood there; a blank line unless given",
    )


class SplitView(APIView):
    @extend_schema(request=SplitInput, responses=TraceDetailOutput)
    def post(self, request: Request, trace_id: uuid.UUID) -> Response:
        """Make several steps of one. Refused when anything was said of the trace. For admins."""
        user = user_of(request)
        trace = access_trace(user, trace_id, Role.ADMIN)
        return Response(trace_detail(split_step(user=user, trace=trace, **body(SplitInput, request))))


class MergeView(APIView):
    @extend_schema(request=MergeInput, responses=TraceDetailOutput)
    def post(self, request: Request, trace_id: uuid.UUID) -> Response:
        """Make one step of several. Refused when anything was said of the trace. For admins."""
        user = user_of(request)
        trace = access_trace(user, trace_id, Role.ADMIN)
        return Response(trace_detail(merge_steps(user=user, trace=trace, **body(MergeInput, request))))


urlpatterns = [
    path("traces/<uuid:trace_id>/split/", SplitView.as_view()),
    path("traces/<uuid:trace_id>/merge/", MergeView.as_view()),
]
