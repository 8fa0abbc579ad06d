from django.conf import settings
from django.db import models


class Event(models.Model):
    """Who changed what, when. Rows are only ever added."""

    at = models.DateTimeField(auto_now_add=True)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    verb = models.CharField(max_length=50)
    project_id = models.BigIntegerField(null=True)
    data = models.JSONField(default=dict)

    class Meta:
        # A project's log is read from its newest entry, page by page; a small one not through all of a large one's.
        indexes = [models.Index(fields=["project_id", "at", "id"], name="audit_of_project")]
