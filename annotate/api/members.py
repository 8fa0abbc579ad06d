"""Who is in a project, and as what. For its admins."""

from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from annotate.api.inputs import UnknownFieldsAreErrors, body, user_of
from annotate.labeling.selectors import members
from annotate.projects.access import access_project
from annotate.projects.actions import add_member, change_role, remove_member
from annotate.projects.models import Role


class RoleInput(UnknownFieldsAreErrors):
    role = serializers.ChoiceField(Role.choices)


class MemberInput(RoleInput):
    username = serializers.CharField(max_length=150)


class MemberOutput(serializers.Serializer):
    username = serializers.CharField(source="user.username")
    role = serializers.ChoiceField(Role.choices)
    joined_at = serializers.DateTimeField()
    submitted = serializers.IntegerField()


class NewMemberOutput(MemberOutput):
    password = serializers.CharField(required=False, help_text="If an account was made for this name; shown this once")


class MemberListOutput(serializers.Serializer):
    results = MemberOutput(many=True)


class MembersView(APIView):
    @extend_schema(responses=MemberListOutput)
    def get(self, request: Request, slug: str) -> Response:
        """All members, by name."""
        project = access_project(user_of(request), slug, Role.ADMIN)
        return Response({"results": MemberOutput(members(project), many=True).data})

    @extend_schema(request=MemberInput, responses={201: NewMemberOutput})
    def post(self, request: Request, slug: str) -> Response:
        """Add a person. If nobody has this name yet, an account is made and its password is in the answer, once."""
        project = access_project(user_of(request), slug, Role.ADMIN)
        data = body(MemberInput, request)
        membership, password = add_member(actor=user_of(request), project=project, **data)
        extra = {"password": password} if password else {}
        return Response({**MemberOutput(members(project).get(pk=membership.pk)).data, **extra}, status=201)


class MemberView(APIView):
    @extend_schema(request=RoleInput, responses=MemberOutput)
    def patch(self, request: Request, slug: str, username: str) -> Response:
        """Change a role."""
        project = access_project(user_of(request), slug, Role.ADMIN)
        role = body(RoleInput, request)["role"]
        membership = change_role(actor=user_of(request), project=project, username=username, role=role)
        return Response(MemberOutput(members(project).get(pk=membership.pk)).data)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, slug: str, username: str) -> Response:
        """Remove a person from the project. What they said stays."""
        project = access_project(user_of(request), slug, Role.ADMIN)
        remove_member(actor=user_of(request), project=project, username=username)
        return Response(status=204)


urlpatterns = [
    path("projects/<slug:slug>/members/", MembersView.as_view()),
    path("projects/<slug:slug>/members/<str:username>/", MemberView.as_view()),
]
