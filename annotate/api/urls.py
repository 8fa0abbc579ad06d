"""Every route of the API. Each module holds one resource's views and its `urlpatterns`."""

from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView

RESOURCES = [
    "session",
    "tokens",
    "projects",
    "members",
    "audit",
    "exports",
    "export_files",
    "withdrawals",
    "traces",
    "choices",
    "reshaping",
    "finding",
    "selection",
    "preview",
    "imports",
    "media",
    "tasks",
    "walks",
    "suggestions",
    "notes",
    "history",
    "stats",
    "scorers",
    "evaluation",
    "agreement",
]

urlpatterns = [
    *(path("", include(f"annotate.api.{resource}")) for resource in RESOURCES),
    path("schema/", SpectacularAPIView.as_view(authentication_classes=[], permission_classes=[]), name="schema"),
]
