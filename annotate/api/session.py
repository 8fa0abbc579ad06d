"""Sign in and out in the browser."""

import re
from typing import Any

from django.contrib.auth import authenticate, login, logout, update_session_auth_hash
from django.contrib.auth.models import AnonymousUser
from django.middleware.csrf import get_token
from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import ScopedRateThrottle
from rest_framework.views import APIView

from annotate.accounts.actions import change_password
from annotate.accounts.models import User
from annotate.accounts.preferences import change_preferences
from annotate.api.inputs import UnknownFieldsAreErrors, body, user_of
from annotate.core.errors import DomainError


class BadCredentials(DomainError):
    status = 400


class SignInInput(UnknownFieldsAreErrors):
    username = serializers.CharField()
    password = serializers.CharField(trim_whitespace=False)


class PasswordInput(UnknownFieldsAreErrors):
    old = serializers.CharField(trim_whitespace=False)
    new = serializers.CharField(trim_whitespace=False)
    revoke_tokens = serializers.BooleanField(default=False, help_text="My API tokens hold no more from then on")


class KeysField(serializers.DictField):
    """By command, the keys that call it. What they are is the page's affair; here they are bounded."""

    child = serializers.ListField(child=serializers.CharField(max_length=20), max_length=4)

    def to_internal_value(self, data: Any) -> dict[str, list[str]]:
        keys: dict[str, list[str]] = super().to_internal_value(data)
        if len(keys) > 300 or any(not re.fullmatch(r"[a-z0-9-]{1,60}", command) for command in keys):
            raise serializers.ValidationError("Commands are named in lower case with hyphens, at most 300 of them.")
        return keys


class PreferencesInput(UnknownFieldsAreErrors):
    keys = KeysField(required=False, help_text="Keys of the annotate page that are not the usual ones, by command")
    single_keys = serializers.BooleanField(required=False, help_text="Whether single letters and digits are keys")
    theme = serializers.ChoiceField(["system", "light", "dark", "contrast"], required=False)
    language = serializers.RegexField(
        r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$",
        max_length=35,
        required=False,
        help_text="The pages' language as in HTML's lang, such as pt-BR; one they don't speak is kept all the same",
    )
    practised = serializers.ListField(
        child=serializers.SlugField(max_length=60),
        max_length=1000,
        required=False,
        help_text="Projects whose practice was taken or declined: it is not offered again",
    )


class PreferencesOutput(PreferencesInput):
    pass


class UserOutput(serializers.Serializer):
    username = serializers.CharField()
    name = serializers.CharField()
    is_staff = serializers.BooleanField()
    preferences = PreferencesOutput()


class SessionOutput(serializers.Serializer):
    user = UserOutput(allow_null=True)


def session(user: User | AnonymousUser | None) -> dict[str, object]:
    if not isinstance(user, User):
        return {"user": None}
    return {
        "user": {
            "username": user.username,
            "name": user.get_full_name(),
            "is_staff": user.is_staff,
            "preferences": user.preferences,
        }
    }


class SessionView(APIView):
    permission_classes = [AllowAny]

    def get_throttles(self) -> list:
        self.throttle_scope = "sign-in"
        return [ScopedRateThrottle()] if self.request.method == "POST" else []

    @extend_schema(responses=SessionOutput)
    def get(self, request: Request) -> Response:
        """Who is signed in, if anybody."""
        get_token(request._request)  # sets the CSRF cookie that every later write needs
        return Response(session(request.user))

    @extend_schema(request=SignInInput, responses=SessionOutput)
    def post(self, request: Request) -> Response:
        """Sign in."""
        data = body(SignInInput, request)
        user = authenticate(request._request, username=data["username"], password=data["password"])
        if user is None:
            raise BadCredentials("bad-credentials", "There is no active account with this name and password.")
        login(request._request, user)
        return Response(session(user))

    @extend_schema(responses={204: None})
    def delete(self, request: Request) -> Response:
        """Sign out."""
        logout(request._request)
        return Response(status=204)


class PasswordView(APIView):
    throttle_classes = [ScopedRateThrottle]
    throttle_scope = "sign-in"  # the old password can be guessed here, too

    @extend_schema(request=PasswordInput, responses={204: None})
    def post(self, request: Request) -> Response:
        """Change one's own password. Other browsers are signed out; tokens hold on unless they are to be revoked."""
        user = user_of(request)
        change_password(user=user, **body(PasswordInput, request))
        update_session_auth_hash(request._request, user)
        return Response(status=204)


class PreferencesView(APIView):
    @extend_schema(request=PreferencesInput, responses=PreferencesOutput)
    def patch(self, request: Request) -> Response:
        """Change how the pages behave for me; what is not named stays."""
        return Response(change_preferences(user=user_of(request), changes=body(PreferencesInput, request)))


urlpatterns = [
    path("session/", SessionView.as_view()),
    path("session/preferences/", PreferencesView.as_view()),
    path("session/password/", PasswordView.as_view()),
]
