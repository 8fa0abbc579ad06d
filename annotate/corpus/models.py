"""Problems, the prefix tree of steps, and what lies in it.

Whether a step is right depends on the problem, the steps before it and the step: that is a node of the tree of all
prefixes seen for that problem. A trace is a path in that tree; traces that begin alike share their first nodes.

All keys are digests of content, computed by `annotate.corpus.identity`, so that importing the same data twice, or from
two places at once, comes to the same rows without a look-up.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from annotate.projects.models import Project


class StepKind(models.TextChoices):
    REASONING = "reasoning"
    THOUGHT = "thought"
    CODE = "code"
    FORMAL = "formal"
    TOOL_CALL = "tool_call"
    OBSERVATION = "observation"

    @property
    def judged(self) -> bool:
        """Observations are what the world answered: shown as context, never judged."""
        return self is not StepKind.OBSERVATION


class StepValue(models.IntegerChoices):
    """What can be said about a step, and how it is stored in `values` arrays (NULL there: nothing was said)."""

    BAD = -1
    NEUTRAL = 0
    GOOD = 1
    UNSURE = 2


class Problem(models.Model):
    """What is asked. A field that is null or empty was not given yet: a later line may fill it, never change it."""

    id = models.UUIDField(primary_key=True)
    project = models.ForeignKey(Project, models.CASCADE)
    external_id = models.TextField(null=True)
    statement = models.TextField()
    answer = models.TextField(null=True, help_text="The reference's final answer")
    solution = models.TextField(null=True, help_text="A reference solution")
    reference_steps = models.JSONField(null=True, help_text="The reference, step by step: [{text, kind?}]")
    reference_states = models.JSONField(null=True, help_text="What is reached after each step: a list of any JSON")
    material = models.JSONField(
        null=True, help_text="To be read beside it: [{text, title?, source?, kind?: related or retrieved, media?}]"
    )
    media = models.JSONField(null=True, help_text="As a step's")
    metadata = models.JSONField(default=dict)
    created_at = models.DateTimeField(auto_now_add=True)


class Step(models.Model):
    """One step after one particular beginning of one problem. Never changed, shared by all traces through it.

    Kind, text, media and data are its content, which its key is the digest of. `media`: in order, `{type: image, audio
    or video; sha256, mime, bytes}` of what is stored here (see `Media`), or `{type, url}`, which is never fetched; both
    may have `alt`, and `start` and `end` in seconds. `data`: what is structured, any JSON; known and shown are `tool`
    and `arguments` of a call, and `time`, `{start, end}` in seconds of the recording that a step speaks of.
    """

    id = models.UUIDField(primary_key=True)
    # No index of its own on problem: the key's first bits are the problem's, and roots have the partial index below.
    # Nor a constraint, which would look through the whole table for each problem that is deleted: only the importer
    # writes steps, in the transaction that writes their problem, and only a withdrawal deletes either.
    problem = models.ForeignKey(Problem, models.CASCADE, db_index=False, db_constraint=False, related_name="steps")
    parent = models.ForeignKey("self", models.CASCADE, null=True, related_name="children")
    depth = models.PositiveIntegerField(help_text="0-based index in every trace that passes here")
    kind = models.CharField(max_length=20, choices=StepKind, default=StepKind.REASONING)
    text = models.TextField(help_text="To the byte as it came in")
    media = models.JSONField(null=True)
    data = models.JSONField(null=True)

    class Meta:
        indexes = [models.Index(name="step_roots", fields=["problem"], condition=Q(parent=None))]
        constraints = [
            models.CheckConstraint(
                name="only_roots_have_depth_0",
                condition=Q(parent=None, depth=0) | Q(parent__isnull=False, depth__gt=0),
            )
        ]


class Trace(models.Model):
    """One model output: a path from a root. `path[i]` is the step with 0-based index i; the last one is the leaf."""

    id = models.UUIDField(primary_key=True)
    project = models.ForeignKey(Project, models.CASCADE, db_index=False)
    problem = models.ForeignKey(Problem, models.CASCADE, related_name="traces")
    path = ArrayField(models.UUIDField())
    external_id = models.TextField(null=True)
    version = models.PositiveIntegerField(
        default=1, help_text="Of those with this external id, beside which it stands; the highest one is current"
    )
    generator = models.TextField(blank=True)
    answer = models.TextField(null=True, help_text="The final answer that the model gave")
    correct = models.BooleanField(null=True, help_text="Whether the data said that the final answer is right")
    metadata = models.JSONField(default=dict)
    tags = ArrayField(models.TextField(), default=list)
    step_metadata = models.JSONField(null=True, help_text="What the data said about each step, by index: list or null")
    premises = models.JSONField(
        null=True, help_text="By step: the indexes of the earlier steps that it rests on, or null where nobody said"
    )
    scores = models.JSONField(
        null=True,
        help_text="Probabilities as they came in: {scorer: [number, null or {value, reason}, by index]}",
    )
    step_values = models.JSONField(
        null=True, help_text="Values on scales of their own (Q, advantage): {name: [number or null, by index]}"
    )
    digest = models.UUIDField(help_text="Of the whole line: another one under the same id is a conflict")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [
            models.Index(name="trace_by_project", fields=["project", "id"]),
            models.Index(name="trace_by_generator", fields=["project", "generator", "id"]),
            models.Index(name="trace_versions", fields=["project", "external_id"], condition=Q(version__gt=1)),
        ]


class Choice(models.Model):
    """Several next steps after one prefix, to be compared. `candidates` are nodes whose parent is `prefix`."""

    id = models.UUIDField(primary_key=True)
    project = models.ForeignKey(Project, models.CASCADE, db_index=False)
    problem = models.ForeignKey(Problem, models.CASCADE, related_name="choices")
    prefix = models.ForeignKey(Step, models.CASCADE, null=True, related_name="+", help_text="None: the problem alone")
    candidates = ArrayField(models.UUIDField())
    candidate_info = models.JSONField(
        help_text="By index: {generator?, scores?, values?, premises?, metadata?} as they came in"
    )
    prefix_info = models.JSONField(null=True, help_text="By index: {premises?, metadata?} as they came in")
    external_id = models.TextField(null=True)
    version = models.PositiveIntegerField(default=1, help_text="As a trace's")
    metadata = models.JSONField(default=dict)
    tags = ArrayField(models.TextField(), default=list)
    digest = models.UUIDField(help_text="Of the whole line")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [
            models.Index(name="choice_by_project", fields=["project", "id"]),
            models.Index(name="choice_versions", fields=["project", "external_id"], condition=Q(version__gt=1)),
        ]


class SourceLabel(models.Model):
    """A label that came with the data, under the name of its source. People's labels are `labeling.Judgement`s."""

    trace = models.ForeignKey(Trace, models.CASCADE, db_index=False, related_name="source_labels")
    source = models.CharField(max_length=100)
    values = ArrayField(models.SmallIntegerField(null=True), help_text="StepValue or NULL for each step of the path")
    error_types = ArrayField(models.TextField(), default=list)
    comment = models.TextField(blank=True)
    rewrite = models.ForeignKey(
        Step, models.CASCADE, null=True, related_name="+", help_text="The first wrong step put right: its sibling"
    )
    details = models.JSONField(null=True, help_text="What was said of single steps and beyond: as a judgement's")
    confidence = models.PositiveSmallIntegerField(null=True, help_text="1 low to 5 high")

    class Meta:
        constraints = [models.UniqueConstraint(name="one_label_per_source", fields=["trace", "source"])]


class SourcePreference(models.Model):
    """A preference that came with the data.

    `ranking`: groups of 0-based candidate indexes, best first; candidates left out are worse than all of them, and not
    compared with one another; [] = none acceptable.
    """

    choice = models.ForeignKey(Choice, models.CASCADE, db_index=False, related_name="source_preferences")
    source = models.CharField(max_length=100)
    ranking = models.JSONField()
    comment = models.TextField(blank=True, default="")
    rewrite = models.ForeignKey(
        Step, models.CASCADE, null=True, related_name="+", help_text="A step better than every candidate: their sibling"
    )
    strength = models.PositiveSmallIntegerField(null=True, help_text="1 slight to 3 strong")
    shown = ArrayField(
        models.SmallIntegerField(), null=True, help_text="The candidates' indexes in the order in which they were shown"
    )

    class Meta:
        constraints = [models.UniqueConstraint(name="one_preference_per_source", fields=["choice", "source"])]


class Media(models.Model):
    """A picture, a sound or a film, kept once for each project under the SHA-256 of its bytes.

    The bytes lie in the storage `media`, at `path`. The type is what they begin with, whatever anybody called it.
    """

    class Type(models.TextChoices):
        IMAGE = "image"
        AUDIO = "audio"
        VIDEO = "video"

    project = models.ForeignKey(Project, models.CASCADE, db_index=False)
    sha256 = models.CharField(max_length=64)
    type = models.CharField(max_length=5, choices=Type)
    mime = models.CharField(max_length=40)
    bytes = models.PositiveBigIntegerField()
    # Set anew whenever the same file is brought again: what nothing points to goes some time after it.
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(name="one_media_per_digest", fields=["project", "sha256"])]

    @property
    def path(self) -> str:
        return f"{self.project_id}/{self.sha256[:2]}/{self.sha256}"


class MediaName(models.Model):
    """By what path the lines of a data set call a file. `data_set`: "" for what was uploaded by itself; names of a zip
    are its own, so that two of them may both have an `images/1.png`.
    """

    media = models.ForeignKey(Media, models.CASCADE, related_name="names")
    project = models.ForeignKey(Project, models.CASCADE, db_index=False)
    data_set = models.CharField(max_length=100, blank=True)
    name = models.TextField()

    class Meta:
        constraints = [models.UniqueConstraint(name="one_file_per_name", fields=["project", "data_set", "name"])]
