from django.urls import include, path, re_path

from annotate.api.health import healthz
from annotate.api.page import page

handler404 = "annotate.api.errors.not_found"
handler500 = "annotate.api.errors.server_error"

urlpatterns = [
    path("api/v1/", include("annotate.api.urls")),
    path("healthz", healthz),
    re_path(r"^(?!api/|static/|healthz).*$", page),
]
