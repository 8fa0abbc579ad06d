from django.db import models

from annotate.projects.models import Project


class Evaluation(models.Model):
    """The figures of a project's scorers against one kind of labels, as they were last computed.

    `fingerprint` says of what: labels, scores and settings. Another one now means that the figures are older than
    those. Somebody waits for new ones while `wanted_at` is later than `computed_at`.
    """

    project = models.ForeignKey(Project, models.CASCADE, related_name="evaluations")
    labels = models.CharField(max_length=120, help_text="people, gold, or imported:SOURCE")
    sample = models.CharField(max_length=10, help_text="all, or random: only tasks drawn at random")
    fingerprint = models.TextField(blank=True)
    result = models.JSONField(null=True)
    error = models.TextField(blank=True, help_text="Why the last try failed, for the page")
    wanted_at = models.DateTimeField(null=True)
    computed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(name="one_evaluation_each", fields=["project", "labels", "sample"])]
