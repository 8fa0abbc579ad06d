from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.plumbing import build_bearer_security_scheme_object
from rest_framework import authentication, exceptions
from rest_framework.request import Request

from annotate.accounts.actions import use_token
from annotate.accounts.models import User


class SessionAuthentication(authentication.SessionAuthentication):
    """The browser's cookie, with CSRF. Missing credentials answer 401, so that a page knows to ask for a sign-in."""

    def authenticate_header(self, request: Request) -> str:
        return "Session"


class TokenAuthentication(authentication.BaseAuthentication):
    """`Authorization: Bearer TOKEN`, for programs."""

    def authenticate(self, request: Request) -> tuple[User, None] | None:
        scheme, _, token = authentication.get_authorization_header(request).decode("latin-1").partition(" ")
        if scheme.lower() != "bearer":
            return None
        user = use_token(token.strip())
        if user is None:
            raise exceptions.AuthenticationFailed("This token is unknown or revoked. Make one on your account page.")
        return user, None

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


class TokenScheme(OpenApiAuthenticationExtension):
    target_class = "annotate.api.auth.TokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: object) -> dict[str, Any]:
        return dict(build_bearer_security_scheme_object(header_name="Authorization", token_prefix="Bearer"))  # noqa: S106


class SessionScheme(OpenApiAuthenticationExtension):
    target_class = "annotate.api.auth.SessionAuthentication"
    name = "session"

    def get_security_definition(self, auto_schema: object) -> dict[str, Any]:
        return {"type": "apiKey", "in": "cookie", "name": "sessionid"}
