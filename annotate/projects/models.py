from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q


class Role(models.TextChoices):
    """What a member may do; each role includes the ones before it."""

    ANNOTATOR = "annotator"
    REVIEWER = "reviewer"
    ADMIN = "admin"

    def includes(self, other: "Role") -> bool:
        order = list(Role)
        return order.index(self) >= order.index(other)


class Mode(models.TextChoices):
    """What a trace task asks."""

    FIRST_ERROR = "first_error"
    EVERY_STEP = "every_step"


class Policy(models.TextChoices):
    """What the scores of a trace make of its place in the queue; `annotate.scoring.priority` says how."""

    CONVINCING_WRONG_ANSWER = "convincing-wrong-answer"
    LOWEST_STEP = "lowest-step"
    UNCERTAINTY = "uncertainty"
    DISAGREEMENT = "disagreement"
    RANDOM = "random"
    CUSTOM = "custom"


class ShowScores(models.TextChoices):
    """When annotators see what scorers say of the steps. Never before their own judgement, but for a random share."""

    NEVER = "never"
    AFTER = "after"
    SHARE = "share"


class Tasks(models.TextChoices):
    """What becomes a task by itself."""

    ALL = "all"
    NONE = "none"


class Project(models.Model):
    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=200)
    description = models.TextField(blank=True)
    mode = models.CharField(max_length=20, choices=Mode, default=Mode.FIRST_ERROR)
    annotations_per_task = models.PositiveSmallIntegerField(default=1)
    lease_minutes = models.PositiveSmallIntegerField(default=30)
    policy = models.CharField(max_length=40, choices=Policy, default=Policy.CONVINCING_WRONG_ANSWER)
    random_share = models.FloatField(
        default=0.15, help_text="Share of tasks whose place in the queue is drawn at random"
    )
    policy_weights = models.JSONField(
        default=dict, help_text="Of the policy `custom`: how much each part counts, see `annotate.scoring.parts`"
    )
    show_scores = models.CharField(max_length=10, choices=ShowScores, default=ShowScores.NEVER)
    show_scores_share = models.FloatField(
        default=0.1, help_text="With `share`: the share of assignments that show scores from the start"
    )
    show_reference = models.BooleanField(default=True, help_text="Show the reference answer and solution to annotators")
    tasks_at_import = models.CharField(
        max_length=10, choices=Tasks, default=Tasks.ALL, help_text="Of what comes in; an admin can make tasks by query"
    )
    gold_sources = ArrayField(
        models.CharField(max_length=100),
        default=list,
        help_text="Sources of imported labels that people's are measured against",
    )
    queue_epoch = models.BigIntegerField(
        default=0, help_text="Grows whenever a task enters the queue or moves in it: stored queue positions are void"
    )
    prioritised_at = models.DateTimeField(null=True, help_text="Scores finished before this are in the priorities")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="random_share_is_a_share", condition=Q(random_share__gte=0, random_share__lte=1)
            ),
            models.CheckConstraint(
                name="share_shown_is_a_share", condition=Q(show_scores_share__gte=0, show_scores_share__lte=1)
            ),
            models.CheckConstraint(name="at_least_one_annotation", condition=Q(annotations_per_task__gte=1)),
            models.CheckConstraint(name="lease_is_positive", condition=Q(lease_minutes__gte=1)),
        ]

    def __str__(self) -> str:
        return self.slug


class Membership(models.Model):
    project = models.ForeignKey(Project, models.CASCADE, related_name="memberships")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=20, choices=Role, default=Role.ANNOTATOR)
    joined_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(name="one_membership_each", fields=["project", "user"])]


class Guideline(models.Model):
    """One version of a project's instructions, in Markdown. The newest version is in force; none is ever changed."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="guidelines")
    version = models.PositiveIntegerField()
    text = models.TextField(blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(name="one_guideline_per_version", fields=["project", "version"])]


class LabelSchema(models.Model):
    """One version of what annotators may say. None is ever changed.

    `error_types`: a list of `{"key", "name"}`. `definition`: everything else that may be said, in the form that
    `annotate.projects.schema` describes, complete.
    """

    project = models.ForeignKey(Project, models.CASCADE, related_name="label_schemas")
    version = models.PositiveIntegerField()
    error_types = models.JSONField()
    definition = models.JSONField()
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(name="one_label_schema_per_version", fields=["project", "version"])]
