from django.conf import settings
from django.db import models
from django.db.models import Q

from annotate.projects.models import Project


class SelectionWork(models.Model):
    """A change to all that a query finds which is too much for one request. Workers claim rows, as they do imports.

    Every change can be done twice without harm, so a worker that died is followed by one that begins anew. `turn` tells
    their claims apart.
    """

    class Verb(models.TextChoices):
        MAKE_TASKS = "make_tasks"
        MAKE_WALKS = "make_walks"
        RETIRE_TASKS = "retire_tasks"
        TAG = "tag"
        RESCORE = "rescore"

    class State(models.TextChoices):
        QUEUED = "queued"
        RUNNING = "running"
        DONE = "done"
        FAILED = "failed"

    project = models.ForeignKey(Project, models.CASCADE, db_index=False, related_name="+")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    verb = models.CharField(max_length=20, choices=Verb)
    query = models.TextField()
    options = models.JSONField(default=dict, help_text="What else was asked for, by the name of the change's argument")
    state = models.CharField(max_length=10, choices=State, default=State.QUEUED)
    found = models.PositiveBigIntegerField(null=True, help_text="Traces and choices, once they were looked up")
    looked_at = models.PositiveBigIntegerField(default=0, help_text="Of those, how many it is through with")
    result = models.JSONField(null=True, help_text="The counts that a request would have answered")
    error = models.TextField(blank=True)
    turn = models.PositiveIntegerField(default=0)
    lease_until = models.DateTimeField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(name="selection_work_list", fields=["project", "id"]),
            models.Index(name="selection_work_due", fields=["id"], condition=Q(state__in=["queued", "running"])),
        ]
