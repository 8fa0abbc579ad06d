"""Who changed what in a project, and when. For its admins."""

from datetime import UTC, datetime

from django.urls import path
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from annotate.api.inputs import encode_cursor, page_size, read_cursor, user_of
from annotate.audit.selectors import events_of
from annotate.core.errors import Invalid
from annotate.projects.access import access_project
from annotate.projects.models import Role


class EventOutput(serializers.Serializer):
    id = serializers.IntegerField()
    at = serializers.DateTimeField()
    who = serializers.CharField(
        source="actor.username", default=None, allow_null=True, help_text="null: nobody, or whose account is gone"
    )
    verb = serializers.CharField(help_text="What was done, as in `member.remove`")
    data = serializers.DictField(  # type: ignore[assignment]
        help_text="To what, and how: each verb has fields of its own"
    )


class AuditOutput(serializers.Serializer):
    results = EventOutput(many=True)
    next = serializers.CharField(allow_null=True)


class AuditView(APIView):
    @extend_schema(
        parameters=[
            OpenApiParameter("verb", str, description="Only entries whose verb begins so, as in `note.`"),
            OpenApiParameter("who", str, description="User name of whoever did it"),
            OpenApiParameter("since", str, description="A time with its zone, as in `2026-11-24T09:30:00Z`, or a day"),
            OpenApiParameter("until", str, description="The same; what was done then is not among them"),
            OpenApiParameter("cursor", str),
            OpenApiParameter("limit", int),
        ],
        responses=AuditOutput,
    )
    def get(self, request: Request, slug: str) -> Response:
        """The audit log: who changed what, the newest first."""
        project = access_project(user_of(request), slug, Role.ADMIN)
        found = events_of(
            project.pk,
            verb=request.query_params.get("verb", ""),
            who=request.query_params.get("who", ""),
            since=_moment(request, "since"),
            until=_moment(request, "until"),
            after=read_cursor(request, datetime.fromisoformat, int),
        )
        limit = page_size(request)
        rows = list(found[: limit + 1])
        last = rows[limit - 1] if len(rows) > limit else None
        place = encode_cursor(last.at.isoformat(), last.pk) if last else None
        return Response({"results": EventOutput(rows[:limit], many=True).data, "next": place})


def _moment(request: Request, name: str) -> datetime | None:
    """A time without a zone is UTC; a day is its first moment."""
    text = request.query_params.get(name)
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise Invalid.field(name, f"{name} must be a time as in 2026-11-24T09:30:00Z, or a day.") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


urlpatterns = [path("projects/<slug:slug>/audit/", AuditView.as_view())]
