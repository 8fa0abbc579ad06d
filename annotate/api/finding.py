"""The query language in the API: `?q=`, and what can be asked in a project."""

from typing import Any

from django.urls import path
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from annotate.api.inputs import user_of
from annotate.labeling.finding import FIELDS, Query
from annotate.labeling.finding.known import known_values, parse_for
from annotate.labeling.finding.pages import Count
from annotate.projects.access import access_project
from annotate.projects.models import Project, Role

Q = OpenApiParameter("q", str, description="A query: words, field:value, -, OR, parentheses; `GET …/fields/` lists all")


def query_of(request: Request, project: Project) -> Query:
    """What `?q=` asks for; everything without it. For views that only reviewers and admins get to."""
    return parse_for(project, request.query_params.get("q", ""))


class CountOutput(serializers.Serializer):
    value = serializers.IntegerField()
    at_least = serializers.BooleanField(help_text="There may be more")


def counted(count: Count | None) -> dict[str, Any] | None:
    return None if count is None else {"value": count.value, "at_least": count.at_least}


class PartOutput(serializers.Serializer):
    text = serializers.CharField()
    hit = serializers.BooleanField()


class ExcerptOutput(serializers.Serializer):
    step = serializers.IntegerField(allow_null=True, help_text="0-based; null: from the problem's statement")
    parts = PartOutput(many=True)


class FieldOutput(serializers.Serializer):
    name = serializers.CharField(help_text="One that ends with a dot is followed by a scorer's key")
    form = serializers.CharField(help_text="How it is written")
    help = serializers.CharField()
    values = serializers.ListField(child=serializers.CharField(), help_text="Some or all that it can be here")


class FieldListOutput(serializers.Serializer):
    results = FieldOutput(many=True)


class FieldsView(APIView):
    @extend_schema(responses=FieldListOutput)
    def get(self, request: Request, slug: str) -> Response:
        """What a query can ask for in this project, with values that occur. For reviewers and admins."""
        project = access_project(user_of(request), slug, Role.REVIEWER)
        here = known_values(project)
        return Response(
            {
                "results": [
                    {"name": f.name, "form": f.form, "help": f.help, "values": list(f.values) or here.get(f.name, [])}
                    for f in FIELDS.values()
                ]
            }
        )


urlpatterns = [path("projects/<slug:slug>/fields/", FieldsView.as_view())]
