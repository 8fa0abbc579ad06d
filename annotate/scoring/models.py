from django.db import models

from annotate.corpus.models import Choice, Step, Trace
from annotate.projects.models import Project


class Scorer(models.Model):
    """One version of one scorer in one project. A new version is a new row, so that every score can be
    traced.

    Rows of the same key are the versions of what a project calls one scorer; the enabled one, if any, is in force.
    """

    class Kind(models.TextChoices):
        EMBEDDED = "embedded"
        IMPORTED = "imported"
        PRM = "prm"
        PRM_HTTP = "prm-http"
        JUDGE = "judge"
        ROLLOUTS = "rollouts"
        LEARNED = "learned"
        CONSENSUS = "consensus"

    project = models.ForeignKey(Project, models.CASCADE, related_name="scorers")
    key = models.CharField(max_length=100)
    version = models.CharField(max_length=100)
    kind = models.CharField(max_length=20, choices=Kind, default=Kind.EMBEDDED)
    settings = models.JSONField(default=dict, help_text="What the project chose, checked by the kind's scorer")
    queue = models.CharField(max_length=60, default="celery", help_text="The Celery queue whose workers run it")
    enabled = models.BooleanField(default=True)
    paused = models.BooleanField(default=False, help_text="By a person: nothing is worked on until they resume it")
    model = models.JSONField(null=True, help_text="Parameters that were learned here; null: none, or not yet")
    report = models.JSONField(null=True, help_text="How the learned model does on labels that it has not seen")
    resume_at = models.DateTimeField(null=True, help_text="It leaves off by itself until then")
    notice = models.TextField(blank=True, help_text="Why it leaves off, or what went wrong last, for the page")
    troubles = models.PositiveIntegerField(default=0, help_text="How often in a row it had to leave off")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="one_scorer_per_version", fields=["project", "key", "version"]),
            models.UniqueConstraint(
                name="one_version_enabled", fields=["project", "key"], condition=models.Q(enabled=True)
            ),
        ]


class TraceScore(models.Model):
    """The work of scoring one trace, or one choice's candidates, by one scorer, and what came of it. Workers claim
    rows with leases.

    `value`, in [0, 1], is the probability that the whole trace is right, where the scorer has an opinion on
    the whole. Null for a choice.
    """

    class State(models.TextChoices):
        PENDING = "pending"
        CLAIMED = "claimed"
        DONE = "done"
        FAILED = "failed"

    scorer = models.ForeignKey(Scorer, models.CASCADE, db_index=False)
    trace = models.ForeignKey(Trace, models.CASCADE, null=True, related_name="trace_scores")
    choice = models.ForeignKey(Choice, models.CASCADE, null=True, db_index=False, related_name="+")
    state = models.CharField(max_length=10, choices=State, default=State.PENDING)
    attempts = models.PositiveSmallIntegerField(default=0)
    claimed_by = models.CharField(max_length=100, blank=True)
    lease_until = models.DateTimeField(null=True)
    value = models.FloatField(null=True)
    reason = models.TextField(blank=True)
    error = models.TextField(blank=True, help_text="Why it failed, for the page")
    done_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="score_a_trace_once", fields=["scorer", "trace"]),
            models.UniqueConstraint(
                name="score_a_choice_once", fields=["choice", "scorer"], condition=models.Q(choice__isnull=False)
            ),
            models.CheckConstraint(
                name="score_work_is_on_one_thing",
                condition=models.Q(trace__isnull=False, choice=None) | models.Q(trace=None, choice__isnull=False),
            ),
        ]
        indexes = [
            models.Index(
                name="score_work",
                fields=["scorer", "id"],
                condition=models.Q(state__in=["pending", "claimed"]),
            ),
            models.Index(name="score_done", fields=["scorer", "done_at"], condition=models.Q(state="done")),
            models.Index(name="score_failed", fields=["scorer", "id"], condition=models.Q(state="failed")),
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


class Pulse(models.Model):
    """How one worker does with one scorer, as it was after its last batch: `stats` as in `BaseScorer.stats`."""

    pk = models.CompositePrimaryKey("scorer_id", "worker")
    scorer = models.ForeignKey(Scorer, models.CASCADE, db_index=False)
    worker = models.CharField(max_length=100)
    at = models.DateTimeField()
    stats = models.JSONField(default=dict)


class Usage(models.Model):
    """What one scorer of a project, whatever its version, asked of a server on one day (UTC)."""

    pk = models.CompositePrimaryKey("project_id", "key", "day")
    project = models.ForeignKey(Project, models.CASCADE, db_index=False, related_name="+")
    key = models.CharField(max_length=100)
    day = models.DateField()
    requests = models.BigIntegerField(default=0)
    tokens_in = models.BigIntegerField(default=0)
    tokens_out = models.BigIntegerField(default=0)
    money = models.FloatField(default=0, help_text="In the unit in which the project gave prices")
    minute = models.DateTimeField(null=True, help_text="The last minute in which something was asked")
    minute_requests = models.IntegerField(default=0, help_text="In that minute")

    class Meta:
        indexes = [models.Index(name="usage_of_a_day", fields=["day"])]
