"""One's own API tokens."""

from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from annotate.accounts.actions import create_token, revoke_token
from annotate.accounts.selectors import tokens_of
from annotate.api.inputs import UnknownFieldsAreErrors, body, user_of


class TokenInput(UnknownFieldsAreErrors):
    name = serializers.CharField(max_length=100)


class TokenOutput(serializers.Serializer):
    id = serializers.IntegerField()
    name = serializers.CharField()
    prefix = serializers.CharField()
    created_at = serializers.DateTimeField()
    last_used_at = serializers.DateTimeField(allow_null=True)


class NewTokenOutput(TokenOutput):
    token = serializers.CharField(help_text="Shown this once")


class TokenListOutput(serializers.Serializer):
    results = TokenOutput(many=True)


class TokensView(APIView):
    @extend_schema(responses=TokenListOutput)
    def get(self, request: Request) -> Response:
        """My tokens that are not revoked, newest first."""
        return Response({"results": TokenOutput(tokens_of(user_of(request)), many=True).data})

    @extend_schema(request=TokenInput, responses={201: NewTokenOutput})
    def post(self, request: Request) -> Response:
        """Make a token. Its text is in this answer and nowhere else."""
        token, text = create_token(user=user_of(request), name=body(TokenInput, request)["name"])
        return Response({**TokenOutput(token).data, "token": text}, status=201)


class TokenView(APIView):
    @extend_schema(responses={204: None})
    def delete(self, request: Request, token_id: int) -> Response:
        """Revoke a token at once."""
        revoke_token(user=user_of(request), token_id=token_id)
        return Response(status=204)


urlpatterns = [
    path("tokens/", TokensView.as_view()),
    path("tokens/<int:token_id>/", TokenView.as_view()),
]
