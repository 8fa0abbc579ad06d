from django.db import models

from annotate.corpus.models import Step, Trace
from annotate.projects.models import Project


class Scorer(models.Model):
    """One version of one scorer in one project. A new version is a new row, so that every score can be
    traced.
    """

    class Kind(models.TextChoices):
        EMBEDDED = "embedded"
        IMPORTED = "imported"

    project = models.ForeignKey(Project, models.CASCADE, related_name="scorers")
    key = models.CharField(max_length=100)
    version = models.CharField(max_length=100)
    kind = models.CharField(max_length=20, choices=Kind, default=Kind.EMBEDDED)
    enabled = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="one_scorer_per_version", fields=["project", "key", "version"]),
            models.UniqueConstraint(
                name="one_version_enabled", fields=["project", "key"], condition=models.Q(enabled=True)
            ),
        ]


class TraceScore(models.Model):
    """The work of scoring one trace by one scorer, and what came of it. Workers claim rows with leases.

    `value`, in [0, 1], is the probability that the whole trace is right, where the scorer has an opinion on
    the whole.
    """

    class State(models.TextChoices):
        PENDING = "pending"
        CLAIMED = "claimed"
        DONE = "done"
        FAILED = "failed"

    scorer = models.ForeignKey(Scorer, models.CASCADE, db_index=False)
    trace = models.ForeignKey(Trace, models.CASCADE, related_name="trace_scores")
    state = models.CharField(max_length=10, choices=State, default=State.PENDING)
    attempts = models.PositiveSmallIntegerField(default=0)
    claimed_by = models.CharField(max_length=100, blank=True)
    lease_until = models.DateTimeField(null=True)
    value = models.FloatField(null=True)
    reason = models.TextField(blank=True)
    error = models.TextField(blank=True, help_text="Why it failed, for the page")
    done_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(name="score_a_trace_once", fields=["scorer", "trace"])]
        indexes = [
            models.Index(
                name="score_work",
                fields=["scorer", "id"],
                condition=models.Q(state__in=["pending", "claimed"]),
            ),
            models.Index(name="score_done", fields=["scorer", "done_at"], condition=models.Q(state="done")),
        ]


class StepScore(models.Model):
    """`value`, in [0, 1]: the probability that the step is right after what precedes it. No row: no
    opinion.
    """

    pk = models.CompositePrimaryKey("scorer_id", "step_id")
    scorer = models.ForeignKey(Scorer, models.CASCADE, db_index=False)
    step = models.ForeignKey(Step, models.CASCADE, related_name="scores")
    value = models.FloatField()
    reason = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="score_is_a_probability", condition=models.Q(value__gte=0, value__lte=1))
        ]
