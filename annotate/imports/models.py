"""Importing as work: what was sent, how far it is, what was refused, and what each import holds."""

import uuid
from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from annotate.projects.models import Project


class Import(models.Model):
    """One upload, or several sent under one id. Every trace and choice that comes in belongs to one.

    `lines` is the resume point of one in the background: so many lines of the file are in, with their counts, since
    both are written in the transaction of each batch. `turn` counts the workers that took it, so that one which was
    only slow finds out that another has taken over; `stalls` counts those since the last batch that was stored.
    """

    class State(models.TextChoices):
        OPEN = "open"  # takes what programs send under its id
        QUEUED = "queued"
        RUNNING = "running"
        PAUSED = "paused"
        DONE = "done"
        FAILED = "failed"
        WITHDRAWING = "withdrawing"
        WITHDRAWN = "withdrawn"

    class OnConflict(models.TextChoices):
        REJECT = "reject"
        NEW_VERSION = "new-version"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    project = models.ForeignKey(Project, models.CASCADE, related_name="imports")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    name = models.TextField(blank=True, help_text="Of the file")
    background = models.BooleanField(default=False, help_text="Whether its file is kept here until it is in")
    licence = models.TextField(blank=True, help_text="Of the data, as in cc-by-4.0; blank where nobody said")
    source = models.TextField(blank=True, help_text="Where the data are from: an address, or how to cite them")
    format = models.CharField(max_length=40, help_text="As asked for: a format's name, or auto")
    recognised = models.JSONField(default=list, help_text="[{file, format, reason}], where it was recognised")
    atomic = models.BooleanField(default=False)
    on_conflict = models.CharField(max_length=20, choices=OnConflict, default=OnConflict.REJECT)
    options = models.JSONField(default=dict, help_text="{segmenter?}: how solutions in one text are cut")
    state = models.CharField(max_length=12, choices=State, default=State.QUEUED)
    turn = models.PositiveIntegerField(default=0)
    stalls = models.PositiveSmallIntegerField(default=0)
    lease_until = models.DateTimeField(null=True)
    size = models.PositiveBigIntegerField(null=True, help_text="Bytes of the file")
    bytes_read = models.PositiveBigIntegerField(default=0)
    lines = models.PositiveBigIntegerField(default=0)
    accepted = models.PositiveBigIntegerField(default=0)
    duplicates = models.PositiveBigIntegerField(default=0)
    rejected = models.PositiveBigIntegerField(default=0)
    rejected_kept = models.PositiveBigIntegerField(default=0, help_text="Of the rejected lines, those that are kept")
    error = models.TextField(blank=True)
    withdrawn = models.JSONField(null=True, help_text="What its withdrawal took away and what it left")
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="import_progress", condition=Q(rejected_kept__lte=models.F("rejected"))),
        ]
        indexes = [
            models.Index(name="import_list", fields=["project", "-created_at", "-id"]),
            models.Index(
                name="import_work", fields=["state"], condition=Q(state__in=["queued", "running", "withdrawing"])
            ),
        ]

    @property
    def reading(self) -> dict[str, Any]:
        """What its `Reader` is to know: whose files its lines name, and how solutions are cut."""
        return {"data_set": str(self.pk), "segmenter": self.options.get("segmenter", "")}


class Holding(models.Model):
    """What one batch of an import brought or found there already: keys of traces and choices.

    A row for each batch, not for each trace: it is only ever read whole, to find what an import alone holds.
    """

    import_of = models.ForeignKey(Import, models.CASCADE, related_name="holdings", db_column="import_id")
    traces = ArrayField(models.UUIDField(), default=list)
    choices = ArrayField(models.UUIDField(), default=list)


class RejectedLine(models.Model):
    """A line that was not taken, and why; the first so many of an import."""

    import_of = models.ForeignKey(
        Import, models.CASCADE, related_name="rejected_lines", db_column="import_id", db_index=False
    )
    file = models.TextField(blank=True, help_text="Of the upload, if it has several")
    line = models.PositiveBigIntegerField(help_text="1-based in its file; 0: the file as a whole")
    code = models.CharField(max_length=40)
    field = models.TextField(blank=True)
    message = models.TextField()
    content = models.TextField(blank=True, help_text="How the line begins")

    class Meta:
        indexes = [models.Index(name="rejected_of_import", fields=["import_of", "id"])]
