from django.urls import include, path, re_path

from annotate.api.health import healthz
from annotate.api.page import page

urlpatterns = [
    path("api/v1/", include("annotate.api.urls")),
    path("healthz", healthz),
    re_path(r"^(?!api/|static/|healthz).*$", page),
]
