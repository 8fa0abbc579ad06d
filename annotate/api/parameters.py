"""A misspelt parameter in the address is an error, as a misspelt field of a body is: `?atomc=1` must not import half.

What a view's method declares with `extend_schema` is what it knows: the API's description and the check are one.
"""

import difflib
from functools import cache
from types import SimpleNamespace
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase, JsonResponse
from drf_spectacular.utils import OpenApiParameter

from annotate.api.errors import CONTENT_TYPE, body_of
from annotate.core.errors import FieldError

# As the declarations expect it: none of ours depends on a version.
_ANY_VIEW = SimpleNamespace(determine_version=lambda request, **kwargs: (None, None), request=None, kwargs={})


class ParametersAreKnown:
    """Middleware: looks at every call of one of our own API views before it runs."""

    def __init__(self, respond: Any) -> None:
        self.respond = respond

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response: HttpResponseBase = self.respond(request)
        return response

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponseBase | None:
        if "%00" in request.get_full_path():  # which the database would fail on, wherever it got to
            return _refused("The character U+0000 is in no name and no text here.")
        method = getattr(getattr(view, "cls", None), (request.method or "").lower(), None)
        if not request.GET or method is None or not method.__module__.startswith("annotate.api."):
            return None
        known = declared(method)
        errors = [FieldError(name, _explained(name, known)) for name in request.GET if name not in known]
        if not errors:
            return None
        return _refused(errors[0].message if len(errors) == 1 else "Some parameters are not known.", errors)


@cache
def declared(method: Any) -> tuple[str, ...]:
    """The names of the parameters that a view's method says it takes in the address."""
    schema = getattr(method, "kwargs", {}).get("schema")
    if schema is None:
        return ()
    made = schema()
    made.view = _ANY_VIEW
    parameters = made.get_override_parameters()
    return tuple(p.name for p in parameters if isinstance(p, OpenApiParameter) and p.location == OpenApiParameter.QUERY)


def _refused(detail: str, errors: list[FieldError] | None = None) -> JsonResponse:
    return JsonResponse(body_of(400, "invalid", detail, errors), status=400, content_type=CONTENT_TYPE)


def _explained(name: str, known: tuple[str, ...]) -> str:
    near = difflib.get_close_matches(name, known, 1)
    meant = f" Did you mean {near[0]}?" if near else ""
    return f"There is no parameter {name}.{meant} " + (
        f"Known are: {', '.join(known)}." if known else "This takes no parameters; known are: none."
    )
