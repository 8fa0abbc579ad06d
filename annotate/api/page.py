from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template import TemplateDoesNotExist
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_safe


@require_safe
@ensure_csrf_cookie
def page(request: HttpRequest) -> HttpResponse:
    """The one page of the browser application, for every address that is its own to interpret."""
    try:
        response = render(request, "index.html")
    except TemplateDoesNotExist:
        message = "The front end is not built. Run `make frontend` and load this page again."
        return HttpResponse(message, status=503, content_type="text/plain; charset=utf-8")
    # The page names its scripts by hash: an old copy would ask for files that a new release no longer has.
    response["Cache-Control"] = "no-cache"
    return response
