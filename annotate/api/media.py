"""Media: uploaded by admins under the names that lines call them by, shown to members of the project."""

from functools import partial

from django.http.response import HttpResponseBase
from django.urls import path
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from annotate.api.downloads import AnyAccept, sent
from annotate.api.inputs import user_of
from annotate.api.parsers import Untouched, read_body
from annotate.corpus.access import access_media
from annotate.corpus.media.sniff import KINDS
from annotate.corpus.media.store import keep, read_part
from annotate.corpus.models import Media
from annotate.projects.access import access_project
from annotate.projects.models import Role


class MediaOutput(serializers.Serializer):
    sha256 = serializers.CharField()
    type = serializers.ChoiceField(Media.Type.choices)
    mime = serializers.CharField(help_text="By its first bytes, whatever the upload called it")
    bytes = serializers.IntegerField()


class MediaUploadView(APIView):
    parser_classes = [Untouched]

    @extend_schema(
        parameters=[
            OpenApiParameter("name", str, description='The path by which lines may call it, like "images/1.png"'),
        ],
        request={"application/octet-stream": OpenApiTypes.BINARY},
        responses={200: MediaOutput, 201: MediaOutput},
    )
    def post(self, request: Request, slug: str) -> Response:
        """Upload a picture, a sound or a film: the body is the file. The same file again changes nothing and answers
        200. For admins."""
        project = access_project(user_of(request), slug, Role.ADMIN)
        media, new = keep(project, read_body(request), name=request.query_params.get("name", ""))
        return Response(MediaOutput(media).data, status=201 if new else 200)


class MediaView(APIView):
    content_negotiation_class = AnyAccept

    @extend_schema(responses={(200, mime): OpenApiTypes.BINARY for mime in sorted(KINDS)})
    def get(self, request: Request, slug: str, sha256: str) -> HttpResponseBase:
        """The file itself, or a part of it (`Range`). For the project's members."""
        media = access_media(user_of(request), slug, sha256)
        response = sent(
            request, partial(read_part, media), size=media.bytes, sha256=media.sha256, content_type=media.mime
        )
        response["Content-Disposition"] = f'inline; filename="{media.sha256[:16]}.{KINDS[media.mime].extension}"'
        # Its address names its content, so a browser may keep it; but only this person's browser.
        response["Cache-Control"] = "private, max-age=31536000, immutable"
        # Whatever a browser may think it is when somebody opens it by itself: it runs nothing and fetches nothing.
        response["Content-Security-Policy"] = "default-src 'none'; sandbox"
        response["Cross-Origin-Resource-Policy"] = "same-origin"
        return response


urlpatterns = [
    path("projects/<slug:slug>/media/", MediaUploadView.as_view()),
    path("projects/<slug:slug>/media/<str:sha256>/", MediaView.as_view(), name="media"),
]
