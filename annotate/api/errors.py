"""All errors leave as RFC 9457 problem details: `{"type", "title", "status", "code", "detail", "errors"?}`."""

from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, JsonResponse
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import set_rollback

from annotate.core.errors import DomainError, FieldError

CONTENT_TYPE = "application/problem+json"


def problem(status: int, code: str, detail: str, errors: list[FieldError] | None = None) -> Response:
    return Response(body_of(status, code, detail, errors), status=status, content_type=CONTENT_TYPE)


def not_found(request: HttpRequest, exception: Exception) -> JsonResponse:
    """For addresses that lead to no view."""
    body = body_of(
        404, "not-found", "There is nothing at this address. Addresses end with a slash; see /api/v1/schema/."
    )
    return JsonResponse(body, status=404, content_type=CONTENT_TYPE)


def server_error(request: HttpRequest) -> JsonResponse:
    """For what nobody foresaw. The log has the rest."""
    body = body_of(500, "server-error", "Something went wrong on the server, and is in its log. Try again.")
    return JsonResponse(body, status=500, content_type=CONTENT_TYPE)


def body_of(status: int, code: str, detail: str, errors: list[FieldError] | None = None) -> dict[str, Any]:
    """The problem details themselves."""
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "code": code,
        "detail": detail,
    }
    if errors:
        body["errors"] = [
            {"field": e.field, "message": e.message}
            | ({} if e.position is None else {"position": e.position})
            | ({"code": e.code} if e.code else {})
            for e in errors
        ]
    return body


def handle(error: Exception, context: dict[str, Any]) -> Response | None:
    """REST framework's exception handler. None lets the server answer 500, with nothing of the inside shown."""
    set_rollback()
    if isinstance(error, DomainError):
        return problem(error.status, error.code, error.message, error.errors)
    if isinstance(error, Http404):
        return problem(404, "not-found", "There is nothing here.")
    if isinstance(error, PermissionDenied):
        return problem(403, "forbidden", str(error) or "You may not do this.")
    if isinstance(error, exceptions.ValidationError):
        errors = list(_flatten(error.detail))
        return problem(400, "invalid", errors[0].message if len(errors) == 1 else "Some fields are wrong.", errors)
    if isinstance(error, exceptions.APIException):
        response = problem(error.status_code, str(error.get_codes()).replace("_", "-"), str(error.detail))
        if header := getattr(error, "auth_header", None):
            response["WWW-Authenticate"] = header
        if wait := getattr(error, "wait", None):
            response["Retry-After"] = str(int(wait) + 1)
        return response
    return None


def _flatten(detail: Any, field: str = "") -> Iterator[FieldError]:
    """`{"a": [{"b": ["wrong"]}]}` → `FieldError("a[0].b", "wrong")`."""
    if isinstance(detail, dict):
        for key, value in detail.items():
            name = "" if key == "non_field_errors" else key
            yield from _flatten(value, f"{field}.{name}".strip("."))
    elif isinstance(detail, list):
        for i, item in enumerate(detail):
            yield from _flatten(item, f"{field}[{i}]" if isinstance(item, dict | list) else field)
    else:
        yield FieldError(field, str(detail), code=getattr(detail, "code", "").replace("_", "-"))
