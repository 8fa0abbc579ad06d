"""Tasks, who works on them, and what was said."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import F, Q

from annotate.corpus.models import Choice, Problem, Step, StepValue, Trace
from annotate.labeling.finding.models import SelectionWork as SelectionWork
from annotate.projects.models import Guideline, LabelSchema, Project


class Task(models.Model):
    """One piece of work for `wanted` annotators. `free` of these places are not taken yet."""

    class Kind(models.TextChoices):
        TRACE = "trace"
        CHOICE = "choice"
        WALK = "walk"

    project = models.ForeignKey(Project, models.CASCADE, db_index=False)
    kind = models.CharField(max_length=10, choices=Kind)
    trace = models.OneToOneField(Trace, models.CASCADE, null=True)
    choice = models.OneToOneField(Choice, models.CASCADE, null=True)
    problem = models.OneToOneField(Problem, models.CASCADE, null=True, help_text="Of a walk")
    wanted = models.PositiveSmallIntegerField()
    free = models.PositiveSmallIntegerField(help_text="wanted - leased or submitted assignments; kept by the actions")
    priority = models.FloatField(default=0.5, help_text="In [0, 1]; the queue hands out the highest first")
    pinned = models.BooleanField(
        default=False, db_default=False, help_text="An admin chose its priority: no policy moves it"
    )
    why = models.TextField(blank=True, help_text="Why it has this priority, in plain words")
    parts = models.JSONField(
        default=dict, db_default={}, help_text="What its priority is made of, by part: see `annotate.scoring.parts`"
    )
    probability = models.FloatField(null=True, help_text="If drawn at random: the chance that it had to be drawn")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="task_has_its_object",
                condition=Q(kind="trace", trace__isnull=False, choice=None, problem=None)
                | Q(kind="choice", choice__isnull=False, trace=None, problem=None)
                | Q(kind="walk", problem__isnull=False, trace=None, choice=None),
            ),
            models.CheckConstraint(name="free_places_within_wanted", condition=Q(free__gte=0, free__lte=F("wanted"))),
        ]
        indexes = [
            # Ascending in all its columns, so that `(priority * -1, id) >= (…)` finds any place in the queue at once.
            models.Index("project", F("priority") * -1, "id", name="task_queue", condition=Q(free__gt=0)),
        ]


class Assignment(models.Model):
    """One annotator's hold on one task: at most one row per task and person, whatever becomes of it."""

    class State(models.TextChoices):
        LEASED = "leased"
        SUBMITTED = "submitted"
        SKIPPED = "skipped"
        EXPIRED = "expired"

    class SkipReason(models.TextChoices):
        BAD_PROBLEM = "bad_problem"
        CANT_JUDGE = "cant_judge"
        OTHER = "other"

    project = models.ForeignKey(Project, models.CASCADE, db_index=False)
    task = models.ForeignKey(Task, models.CASCADE, db_index=False, related_name="assignments")
    annotator = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, db_index=False, related_name="assignments")
    state = models.CharField(max_length=10, choices=State, default=State.LEASED)
    lease_until = models.DateTimeField()
    draft = models.JSONField(null=True)
    candidate_order = ArrayField(models.UUIDField(), null=True, help_text="Choice: the order in which they were shown")
    active_ms = models.PositiveBigIntegerField(default=0, help_text="In all, as the client counts it")
    scores_shown = models.BooleanField(
        default=False, db_default=False, help_text="The person could see scores before they judged"
    )
    revising = models.BooleanField(
        default=False,
        db_default=False,
        help_text="Submitted, and its owner changes what they said: `draft` is that; the judgement stands meanwhile",
    )
    skip_reason = models.CharField(max_length=20, choices=SkipReason, blank=True)
    skip_comment = models.TextField(blank=True)
    claimed_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="one_assignment_each", fields=["task", "annotator"]),
            models.CheckConstraint(name="revising_submitted", condition=Q(revising=False) | Q(state="submitted")),
        ]
        indexes = [
            models.Index(name="assignment_mine", fields=["annotator", "project", "state", "finished_at"]),
            models.Index(name="assignment_leases", fields=["project", "lease_until"], condition=Q(state="leased")),
        ]


class QueuePosition(models.Model):
    """How far one annotator is through one project's queue.

    Every open task before (priority, task) in claim order has been theirs already, as long as `epoch` is the
    project's `queue_epoch`: a claim may start looking there, however many open tasks the annotator has judged.
    """

    pk = models.CompositePrimaryKey("project_id", "annotator_id")
    project = models.ForeignKey(Project, models.CASCADE, db_index=False)
    annotator = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    epoch = models.BigIntegerField()
    priority = models.FloatField()
    task_id = models.BigIntegerField()


class Judgement(models.Model):
    """What one annotator said about one task, once. A revision supersedes it; nothing is ever changed or erased.

    The views behind `StepLabel` and `Preference` take these rows apart into one fact per step and per pair.

    `details` holds what the label schema asks beyond that, in the form in which it is submitted and exported; what is
    empty is not there, and `{}` is a judgement without any:

        {"steps": [{"step": 0-based index, "value": the project's own word where it is not the meaning itself,
                    "error_types": [key] (of wrong steps after the first one), "tags": [key], "premises": [index],
                    "rubric": {key: whole number or "unsure"}, "spans": [span], "answers": {key: answer},
                    "comment": text}],
         "rubric": {…}, "answers": {…} (about the trace or the problem), "problem_spans": [span]}

    A span is `{"start", "end", "label": key}`, in code points of the text as it was imported, the end not included. An
    answer is an option's key, a number or a text, by its question's kind; "unsure" is one wherever something is rated
    or chosen. `annotate.labeling.details` has the rules.

    A walk is what somebody said on their way through a problem's tree, depth by depth, in one object:

        {"finish": "solved" | "stuck" | "given_up" | "bad_problem", "reason": text,
         "steps": [{"ratings": [{"step": step id, "value": StepValue or null}] in the order in which they were shown,
                    "chosen": id of the alternative to go on with, or null,
                    "written": id of the step that they wrote instead and went on with, or null}]}

    `annotate.labeling.walks` has the rules.

    `derived_from` is set where nobody was asked: this trace begins like the one of that judgement up to its first
    error, so that its annotator has said what there is to say. It stands and falls with the other.
    """

    project = models.ForeignKey(Project, models.CASCADE, db_index=False)
    assignment = models.ForeignKey(Assignment, models.CASCADE, related_name="judgements")
    annotator = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="judgements")
    trace = models.ForeignKey(Trace, models.CASCADE, null=True, related_name="judgements")
    choice = models.ForeignKey(Choice, models.CASCADE, null=True, related_name="judgements")
    problem = models.ForeignKey(Problem, models.CASCADE, null=True, related_name="walks", help_text="Of a walk")
    values = ArrayField(
        models.SmallIntegerField(null=True),
        null=True,
        help_text="Trace: StepValue, or NULL for not labelled, by index",
    )
    error_types = ArrayField(models.TextField(), default=list, help_text="Keys of the schema: of the first error")
    ranking = models.JSONField(
        null=True,
        help_text="Choice: groups of step ids, best first; candidates left out are worse than all of them, and not "
        "compared with one another; [] = none acceptable",
    )
    strength = models.PositiveSmallIntegerField(null=True, help_text="Choice: 1 slight to 3 strong")
    walk = models.JSONField(null=True, help_text="Walk: see above")
    rewrite = models.ForeignKey(
        Step,
        models.PROTECT,
        null=True,
        related_name="+",
        help_text="A better step at the place of the first error",
    )
    comment = models.TextField(blank=True)
    confidence = models.PositiveSmallIntegerField(null=True, help_text="1 low to 5 high")
    wrong_step = models.ForeignKey(
        Step, models.PROTECT, null=True, db_index=False, related_name="+", help_text="Trace: the first wrong step"
    )
    details = models.JSONField(default=dict, help_text="Trace: what else the schema asks, see above")
    derived_from = models.ForeignKey("self", models.CASCADE, null=True, related_name="derived")
    revises = models.ForeignKey(
        "self", models.CASCADE, null=True, related_name="+", help_text="The one that stood until this took its place"
    )
    active_ms = models.PositiveBigIntegerField(default=0)
    guideline = models.ForeignKey(Guideline, models.PROTECT, related_name="+")
    label_schema = models.ForeignKey(LabelSchema, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    superseded_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="one_standing_judgement", fields=["assignment"], condition=Q(superseded_at=None)
            ),
            models.CheckConstraint(
                name="judgement_has_its_object",
                condition=Q(
                    trace__isnull=False,
                    values__isnull=False,
                    choice=None,
                    ranking__isnull=True,
                    problem=None,
                    walk__isnull=True,
                )
                | Q(
                    choice__isnull=False,
                    ranking__isnull=False,
                    trace=None,
                    values=None,
                    problem=None,
                    walk__isnull=True,
                )
                | Q(
                    problem__isnull=False,
                    walk__isnull=False,
                    trace=None,
                    values=None,
                    choice=None,
                    ranking__isnull=True,
                ),
            ),
        ]
        indexes = [
            models.Index(name="judgement_standing", fields=["project", "id"], condition=Q(superseded_at=None)),
            models.Index(name="judgement_mine", fields=["annotator", "project", "id"]),
            # By what is known: a claim asks whether a trace goes through a step that its person called wrong.
            models.Index(
                name="judgement_wrong",
                fields=["wrong_step", "annotator"],
                condition=Q(superseded_at=None, derived_from=None, wrong_step__isnull=False),
            ),
        ]


class Suggester(models.Model):
    """The model that an admin has connected to a project, to be asked for next steps."""

    project = models.OneToOneField(Project, models.CASCADE, related_name="suggester")
    enabled = models.BooleanField(default=True)
    settings = models.JSONField(help_text="As `annotate.labeling.suggesting.asking.FIELDS` says")
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)


class Suggestion(models.Model):
    """Somebody asked the connected model for next steps after one prefix: what was sent, and all that came back.

    Rows are never changed once they are finished, and never deleted but with their project.
    """

    class State(models.TextChoices):
        WAITING = "waiting"
        ASKING = "asking"
        DONE = "done"
        FAILED = "failed"

    project = models.ForeignKey(Project, models.CASCADE, db_index=False, related_name="suggestions")
    # Kept as the record of what was asked and paid for, also when the task is retired.
    assignment = models.ForeignKey(Assignment, models.SET_NULL, null=True, related_name="suggestions")
    annotator = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, db_index=False, related_name="suggestions")
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    wanted = models.PositiveSmallIntegerField(help_text="How many candidates")
    prefix = models.JSONField(help_text="The steps so far, [{kind, text}]")
    parent_id = models.UUIDField(null=True, help_text="The key of the prefix's last step; null: none")
    kind = models.CharField(max_length=20, help_text="What kind of step the candidates are")
    model = models.TextField()
    url = models.TextField()
    prompt_version = models.CharField(max_length=40)
    request = models.JSONField(help_text="As it was sent, without the key")
    responses = models.JSONField(default=list, help_text="As they came in: [{body or error, seconds}]")
    candidates = models.JSONField(
        default=list, help_text="[{step: the key it has as a node, text}], in order of arrival"
    )
    tokens = models.PositiveIntegerField(default=0, help_text="As the server counted them")
    error = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(name="suggestion_by_project", fields=["project", "created_at"]),
            models.Index(name="suggestion_by_person", fields=["annotator", "project", "created_at"]),
            models.Index(name="suggestion_due", fields=["id"], condition=Q(state__in=["waiting", "asking"])),
        ]


class Note(models.Model):
    """A flag on a task, or a question about the guidelines: words to the reviewers, and the thread that follows."""

    class Kind(models.TextChoices):
        FLAG = "flag"
        QUESTION = "question"

    class State(models.TextChoices):
        OPEN = "open"
        ANSWERED = "answered"
        CLOSED = "closed"

    project = models.ForeignKey(Project, models.CASCADE, db_index=False, related_name="notes")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, db_index=False, related_name="notes")
    key = models.UUIDField(help_text="The client's own, so that one that is sent twice is kept once")
    kind = models.CharField(max_length=10, choices=Kind)
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    public = models.BooleanField(default=False, help_text="Every member may read it; the author's name is not told")
    unseen = models.BooleanField(default=False, help_text="Something was said or done that the author has not seen yet")
    task = models.ForeignKey(Task, models.CASCADE, null=True, related_name="notes")
    step = models.PositiveSmallIntegerField(null=True, help_text="0-based; null: the task as a whole")
    guideline = models.ForeignKey(Guideline, models.PROTECT, related_name="+", help_text="In force when it was written")
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(name="one_note_per_key", fields=["author", "key"])]
        indexes = [models.Index(name="note_inbox", fields=["project", "state", "id"])]


class NoteMessage(models.Model):
    """One thing said in a note's thread; the first one is what it was written for. Never changed."""

    note = models.ForeignKey(Note, models.CASCADE, related_name="messages")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    text = models.TextField()
    created_at = models.DateTimeField(auto_now_add=True)


class StepLabel(models.Model):
    """View: one row for each step on which a standing judgement of a trace says something.

    Without derived judgements: their steps are those of the judgement that they come from.
    """

    pk = models.CompositePrimaryKey("judgement_id", "step_id")
    judgement = models.ForeignKey(Judgement, models.DO_NOTHING, related_name="step_labels")
    step = models.ForeignKey(Step, models.DO_NOTHING, related_name="labels")
    project_id = models.BigIntegerField()
    index = models.IntegerField(help_text="0-based")
    value = models.SmallIntegerField(choices=StepValue)

    class Meta:
        managed = False


class Preference(models.Model):
    """View: one row for each pair of sibling steps of which a standing judgement says that one is better, or a tie.

    From choices (every pair across or within the ranking's groups, and all ranked ones over those left out), from
    rewrites (over the wrong step; in a choice, over every candidate), and from walks (at each depth, what was rated
    better over what was rated worse; a step that was written over what was rated neutral or bad). `suggested`: the
    better one, or one of two alternatives of a walk, came from the connected model.
    """

    class Origin(models.TextChoices):
        CHOICE = "choice"
        REWRITE = "rewrite"
        WALK = "walk"
        SUGGESTED = "suggested"

    pk = models.CompositePrimaryKey("judgement_id", "chosen_id", "rejected_id")
    judgement = models.ForeignKey(Judgement, models.DO_NOTHING, related_name="preferences")
    project_id = models.BigIntegerField()
    chosen = models.ForeignKey(Step, models.DO_NOTHING, related_name="+")
    rejected = models.ForeignKey(Step, models.DO_NOTHING, related_name="+")
    tie = models.BooleanField()
    origin = models.CharField(max_length=10, choices=Origin)

    class Meta:
        managed = False


class TextBlock(models.Model):
    """Which words some steps of one problem, and its statement, have: where a search need not look at the texts.

    A trigger makes a row for every problem and few steps whenever steps come in, without `words`, so that nothing can
    come in unseen; `annotate.labeling.finding.blocks` fills them in. Until it has, a search looks at the texts. `words`
    may name too many, never too few: of what it finds the texts are looked at.
    """

    project_id = models.BigIntegerField()
    problem = models.ForeignKey(Problem, models.CASCADE, related_name="+")
    steps = ArrayField(models.UUIDField())
    words = SearchVectorField(null=True)

    class Meta:
        indexes = [
            GinIndex(name="text_block_words", fields=["words"], condition=Q(words__isnull=False)),
            models.Index(name="text_block_due", fields=["id"], condition=Q(words=None)),
        ]
