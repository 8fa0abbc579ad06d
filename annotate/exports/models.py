import uuid

from django.conf import settings
from django.db import models

from annotate.projects.models import Project


class Export(models.Model):
    """A dataset written once, in the background, and kept: what was asked for, and what came of it."""

    class State(models.TextChoices):
        QUEUED = "queued"
        RUNNING = "running"
        DONE = "done"
        FAILED = "failed"
        CANCELLED = "cancelled"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    project = models.ForeignKey(Project, models.CASCADE, related_name="exports")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    format = models.CharField(max_length=40)
    options = models.JSONField(default=dict, help_text="What was asked for, as `Options.as_dict` says it")
    state = models.CharField(max_length=10, choices=State, default=State.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    lease_until = models.DateTimeField(null=True)
    rows = models.PositiveBigIntegerField(null=True)
    items = models.PositiveBigIntegerField(null=True, help_text="Traces and choices seen so far")
    total = models.PositiveBigIntegerField(null=True, help_text="Of how many")
    bytes = models.PositiveBigIntegerField(null=True)
    sha256 = models.CharField(max_length=64, blank=True, help_text="Of the file; of several, of their sha256sum lines")
    files = models.JSONField(default=list, help_text="Each {name, rows, bytes, sha256}")
    manifest = models.JSONField(null=True, help_text="Options, versions, counts, agreement, exclusions")
    error = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True)
