"""Shaped reads over exports."""

import uuid
from datetime import datetime

from django.db.models import Q

from annotate.exports.models import Export
from annotate.projects.models import Project


def exports_page(project: Project, before: tuple[datetime, uuid.UUID] | None, limit: int) -> list[Export]:
    """The newest first, from behind `before`: time of creation and id of the last one seen."""
    found = Export.objects.filter(project=project).order_by("-created_at", "-pk")
    if before is not None:
        created_at, pk = before
        found = found.filter(Q(created_at__lt=created_at) | Q(created_at=created_at, pk__lt=pk))
    return list(found[:limit])
