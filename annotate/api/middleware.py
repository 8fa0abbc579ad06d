from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase

Respond = Callable[[HttpRequest], HttpResponseBase]


def answers_are_not_kept(respond: Respond) -> Respond:
    """What the API answers is for one person at one moment: no proxy and no browser keeps a copy on its disk."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = respond(request)
        if request.path_info.startswith("/api/"):
            response.headers.setdefault("Cache-Control", "no-store")
        return response

    return middleware
