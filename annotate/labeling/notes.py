"""Flags and questions: an annotator's words to the reviewers, the thread that follows, and what becomes of it.

A note is `open` until a reviewer answers, `answered` until somebody says that it is settled, and then `closed`. More
words from its author open it again. What others say or do is `unseen` until the author has looked.
"""

import uuid
from typing import Any

from django.db import transaction
from django.db.models import Case, Count, OuterRef, Q, QuerySet, Subquery, Value, When
from django.utils import timezone

from annotate.accounts.models import User
from annotate.audit.actions import record
from annotate.core.errors import Conflict, Denied, Invalid, NotFound
from annotate.labeling.access import access_assignment
from annotate.labeling.models import Assignment, Note, NoteMessage
from annotate.projects.access import access_membership
from annotate.projects.actions import newest
from annotate.projects.models import Guideline, Membership, Project, Role

State = Note.State
_RELATED = ("author", "guideline", "task__trace__problem", "task__choice__problem", "task__problem")


def access_note(user: User, note_id: int, *, lock: bool = False) -> tuple[Note, Membership]:
    """The note, and what the user is in its project. Raises NotFound for outsiders, and for members who are neither its
    author nor reviewers, unless it is public. Two queries.
    """
    notes = Note.objects.select_related("project", *_RELATED)
    if lock:
        notes = notes.select_for_update(of=("self",), no_key=True)
    note = notes.filter(pk=note_id).first()
    if note is None:
        raise NotFound("note")
    membership = access_membership(user, what="note", project_id=note.project_id)
    if note.author_id != user.pk and not note.public and not _reviews(membership):
        raise NotFound("note")
    return note, membership


@transaction.atomic
def write_note(
    *,
    user: User,
    project: Project,
    key: uuid.UUID,
    kind: str,
    text: str,
    assignment_id: int | None = None,
    step: int | None = None,
) -> Note:
    """A new flag or question. The same key again gives the same note. A flag needs the assignment that it is about;
    `step` is 0-based. Raises Invalid, and NotFound for an assignment that is not theirs in this project.
    """
    if not text.strip():
        raise Invalid.field("text", "Say in words what it is about.", "needs-words")
    already = Note.objects.filter(author=user, key=key).first()
    if already is not None:
        return _same(already, project)
    assignment = None
    if assignment_id is not None:
        assignment = access_assignment(user, assignment_id)
        if assignment.project_id != project.pk:
            raise NotFound("assignment")
    if kind == Note.Kind.FLAG and assignment is None:
        raise Invalid.field("assignment", "A flag is about a task: name the assignment.", "required")
    if step is not None and (assignment is None or step >= _places(assignment)):
        raise Invalid.field("step", "There is no such step in this task.", "outside")
    note, new = Note.objects.get_or_create(
        author=user,
        key=key,
        defaults={
            "project": project,
            "kind": kind,
            "task": assignment.task if assignment else None,
            "step": step,
            "guideline": newest(Guideline, project),
        },
    )
    if new:
        NoteMessage.objects.create(note=note, author=user, text=text.strip())
        record(user, "note.write", project_id=project.pk, data={"note": note.pk, "kind": kind})
    return _same(note, project)


@transaction.atomic
def say(*, user: User, note_id: int, text: str) -> Note:
    """Add to the thread: a reviewer answers, its author opens it again. Raises Denied to others who can read it."""
    note, membership = access_note(user, note_id, lock=True)
    mine = note.author_id == user.pk
    if not mine and not _reviews(membership):
        raise Denied("not-yours", "Only its author and reviewers write here. Ask a question of your own.")
    if not text.strip():
        raise Invalid.field("text", "There are no words in it.", "needs-words")
    # A reviewer who answers a note of their own has answered it all the same.
    answers = _reviews(membership) and not (mine and note.state == State.ANSWERED)
    NoteMessage.objects.create(note=note, author=user, text=text.strip())
    note.state = State.ANSWERED if answers else State.OPEN
    note.unseen = note.unseen or not mine
    _touch(note)
    record(user, "note.say", project_id=note.project_id, data={"note": note.pk, "state": note.state})
    return note


@transaction.atomic
def change_note(*, user: User, note_id: int, state: str | None = None, public: bool | None = None) -> Note:
    """Close it or open it again (its author and reviewers), let everybody read it or not (reviewers).

    Raises Denied, and Conflict `nothing-said` for making public what nobody has answered.
    """
    note, membership = access_note(user, note_id, lock=True)
    mine, reviews = note.author_id == user.pk, _reviews(membership)
    if not (mine or reviews) or (public is not None and not reviews):
        raise Denied("role-too-small", f"This needs the role reviewer; you are {membership.role} here.")
    if public and not note.messages.exclude(author_id=note.author_id).exists() and not (mine and reviews):
        raise Conflict("nothing-said", "Nobody has answered it yet. Answer it, then let everybody read it.")
    before = (note.state, note.public)
    note.state = state or note.state
    note.public = note.public if public is None else public
    if (note.state, note.public) != before:
        note.unseen = note.unseen or not mine
        _touch(note)
        data = {"note": note.pk, "state": note.state, "public": note.public}
        record(user, "note.change", project_id=note.project_id, data=data)
    return note


def mark_seen(*, user: User, note_id: int) -> Note:
    """Its author has looked; for others it changes nothing."""
    note, _ = access_note(user, note_id)
    if note.author_id == user.pk and note.unseen:
        Note.objects.filter(pk=note.pk).update(unseen=False)
        note.unseen = False
    return note


def notes_page(
    project: Project, user: User, view: str, *, state: str = "", after: tuple[int, int] | None = None, limit: int
) -> tuple[list[Note], tuple[int, int] | None]:
    """A page of notes, each with its first words as `opening`, and the place to go on from, or None at the end. `view`:
    `mine`, `public`, or `inbox` (all of them; for reviewers). What waits comes first (open in the inbox, unseen among
    mine), then the newest. One query.
    """
    opening = NoteMessage.objects.filter(note=OuterRef("pk")).order_by("pk").values("text")[:1]
    notes = Note.objects.filter(project=project).select_related(*_RELATED).annotate(opening=Subquery(opening))
    first = Q(state=State.OPEN)
    if view == "mine":
        notes, first = notes.filter(author=user), Q(unseen=True)
    elif view == "public":
        notes, first = notes.filter(public=True), Q(pk__isnull=True)
    if state:
        notes = notes.filter(state=state)
    ranked = notes.annotate(rank=Case(When(first, then=Value(0)), default=Value(1)))
    if after is not None:
        rank, note = after
        ranked = ranked.filter(Q(rank__gt=rank) | Q(rank=rank, pk__lt=note))
    rows = list(ranked.order_by("rank", "-pk")[: limit + 1])
    place = (rows[limit - 1].rank, rows[limit - 1].pk) if len(rows) > limit else None
    return [*rows[:limit]], place


def thread(note: Note) -> QuerySet[NoteMessage]:
    """What was said, in order."""
    return note.messages.select_related("author").order_by("pk")


def note_counts(project: Project, user: User) -> dict[str, int]:
    """`{"open_flags", "open_questions", "public", "unseen"}`; `unseen` are this person's own. One query."""
    return Note.objects.filter(project=project).aggregate(
        open_flags=Count("pk", Q(kind=Note.Kind.FLAG, state=State.OPEN)),
        open_questions=Count("pk", Q(kind=Note.Kind.QUESTION, state=State.OPEN)),
        public=Count("pk", Q(public=True)),
        unseen=Count("pk", Q(author=user, unseen=True)),
    )


def about(note: Note) -> dict[str, Any] | None:
    """What a note with a task is about: `{"task", "kind", "problem", "trace", "key", "step"}`, the ids as at import but
    for `key`, by which the trace or the choice is looked up.
    """
    if note.task is None:
        return None
    item = note.task.trace or note.task.choice
    problem = item.problem if item else note.task.problem
    assert problem is not None  # noqa: S101
    return {
        "task": note.task_id,
        "kind": note.task.kind,
        "problem": problem.external_id or str(problem.pk),
        "trace": (item.external_id or str(item.pk)) if item else problem.external_id or str(problem.pk),
        "key": item.pk if item else None,
        "step": note.step,
    }


def _reviews(membership: Membership) -> bool:
    return Role(membership.role).includes(Role.REVIEWER)


def _same(note: Note, project: Project) -> Note:
    if note.project_id != project.pk:
        raise Conflict("key-taken", "This key belongs to a note in another project. Make a new one.")
    return note


def _places(assignment: Assignment) -> int:
    trace, choice = assignment.task.trace, assignment.task.choice
    return len(trace.path) if trace is not None else len(choice.candidates) if choice is not None else 0


def _touch(note: Note) -> None:
    note.updated_at = timezone.now()
    note.save(update_fields=["state", "public", "unseen", "updated_at"])
