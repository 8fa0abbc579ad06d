"""Every change that an annotator makes to an assignment of theirs: draft, submit, skip, undo, revise.

An undo takes a submit back at once. A revision does not: what was said stands until something else is said, so one that
is begun and left changes nothing.

Each takes the person and the row, in the order that `places.py` gives. A lease that ran out loses its place only when
the assignment is marked expired; even then its owner gets the place back as long as nobody else took it.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models.functions import Length
from django.utils import timezone

from annotate.accounts.models import User
from annotate.audit.actions import record
from annotate.core.errors import Conflict, Invalid
from annotate.corpus.identity import step_id
from annotate.corpus.labels import first_error_of
from annotate.corpus.models import Step, StepKind, Trace
from annotate.labeling.access import access_assignment
from annotate.labeling.details import Asked, has_marks
from annotate.labeling.known import derive, withdraw_derived
from annotate.labeling.models import Assignment, Judgement
from annotate.labeling.places import free_places, one_at_a_time, take_place
from annotate.labeling.shown import may_see_scores
from annotate.labeling.validation import (
    VALUES,
    ChoiceVerdict,
    TraceVerdict,
    check_rewrite,
    choice_verdict,
    trace_verdict,
)
from annotate.labeling.walks import walk_in_words, walk_said
from annotate.projects.actions import newest
from annotate.projects.models import Guideline, LabelSchema, Mode
from annotate.projects.schema import complete

State = Assignment.State


def save_draft(*, user: User, assignment_id: int, draft: dict[str, Any], active_ms: int = 0) -> Assignment:
    """Keep a draft and renew the lease. `active_ms` is the time spent in all, which never goes down.

    Raises Conflict `lease-expired` when the lease ran out and somebody else has the place; the draft is kept all the
    same. Raises Conflict `already-submitted` or `skipped`, keeping nothing, after the assignment was finished.
    """
    with transaction.atomic():
        assignment = _mine(user, assignment_id)
        if not assignment.revising:
            _refuse_finished(assignment)
        held = assignment.revising or _hold(assignment)
        _keep_draft(assignment, draft, active_ms)
    if not held:
        raise _expired()
    return assignment


def submit(*, user: User, assignment_id: int, answer: Mapping[str, Any], active_ms: int = 0) -> Judgement:
    """Record what was said, under the guidelines and the schema in force. The judgement itself is the record of who
    said it and when: it is never changed.

    `answer` has the fields of `validation`. The same answer again gives the same judgement. Raises Invalid, Conflict
    `already-submitted` for another answer, Conflict `skipped`, and Conflict `lease-expired` when the lease ran out and
    somebody else has the place; the answer is then kept as the draft.
    """
    with transaction.atomic():
        assignment = _mine(user, assignment_id)
        if assignment.state == State.SKIPPED:
            _refuse_finished(assignment)
        schema, guideline = newest(LabelSchema, assignment.project), newest(Guideline, assignment.project)
        revised, was_finished_at = None, assignment.finished_at
        if assignment.state == State.SUBMITTED:
            replaced = assignment.judgements.select_related("label_schema").get(superseded_at=None)
            again = not assignment.revising or (replaced.label_schema, replaced.guideline_id) == (schema, guideline.pk)
            if replaced.derived_from_id is None and again:
                said = _said(assignment, answer, replaced.label_schema)
                if all(getattr(replaced, name) == value for name, value in said.items()):
                    _leave_revision(assignment)
                    return replaced
                if not assignment.revising:
                    raise Conflict("already-submitted", "You submitted another answer. Undo it to change your mind.")
            # What somebody says themselves also comes before what followed from another trace.
            if assignment.revising:
                revised = replaced
                # They may have looked at the scores since: what they say from now on is not said unseen.
                assignment.scores_shown = may_see_scores(assignment, assignment.project)
            _supersede(assignment, replaced)
        held = _hold(assignment)
        if held:
            judgement = Judgement.objects.create(
                project=assignment.project,
                assignment=assignment,
                annotator=user,
                trace=assignment.task.trace,
                choice=assignment.task.choice,
                problem=assignment.task.problem,
                active_ms=max(assignment.active_ms, active_ms),
                guideline=guideline,
                label_schema=schema,
                revises=revised,
                **_said(assignment, answer, schema),
            )
            # A revision is not counted as work of today once more.
            at = was_finished_at if revised else None
            _finish(assignment, State.SUBMITTED, active_ms, "scores_shown", at=at)
            derive(judgement, schema)
        else:
            _keep_draft(assignment, dict(answer), active_ms)
    if not held:
        raise _expired()
    return judgement


@transaction.atomic
def skip(*, user: User, assignment_id: int, reason: str, comment: str = "", active_ms: int = 0) -> Assignment:
    """Leave the task to others and never get it again. Skipping twice changes the reason.

    Raises Invalid when the reason is `other` without a comment, Conflict `already-submitted`.
    """
    if reason == Assignment.SkipReason.OTHER and not comment.strip():
        raise Invalid.field("comment", "Say why you skip it.", "say-why")
    assignment = _mine(user, assignment_id)
    if assignment.state == State.SUBMITTED and not assignment.revising:
        _refuse_finished(assignment)
    if assignment.state == State.SKIPPED and (assignment.skip_reason, assignment.skip_comment) == (
        reason,
        comment,
    ):
        return assignment
    freed = [assignment.task_id] if assignment.state in (State.LEASED, State.SUBMITTED) else []
    if assignment.revising:
        standing = assignment.judgements.get(superseded_at=None)
        supersede(standing)
        freed += withdraw_derived(standing)
        assignment.revising = False
    assignment.skip_reason, assignment.skip_comment = reason, comment
    _finish(assignment, State.SKIPPED, active_ms, "skip_reason", "skip_comment")
    record(
        user,
        "assignment.skip",
        project_id=assignment.project_id,
        data={"assignment": assignment.pk, "reason": reason, "comment": comment},
    )
    if freed:
        free_places(freed)
    return assignment


@transaction.atomic
def reopen(*, user: User, assignment_id: int) -> Assignment:
    """Undo one's submit or skip: leased again, the draft being what was said. The judgement is superseded; if it was a
    revision, what it had taken the place of stands again, and the task is being revised.

    One that is open already just gets a new lease. Raises Conflict `lease-expired` when the place was given up, by a
    skip or a lease that ran out, and somebody else has it.
    """
    assignment = _mine(user, assignment_id)
    was = assignment.state
    if was == State.SUBMITTED:
        standing = assignment.judgements.select_related("rewrite", "revises__derived_from").get(superseded_at=None)
        assignment.draft = in_words(standing, assignment)
        before = standing.revises
        holds = before is not None and (before.derived_from is None or before.derived_from.superseded_at is None)
        supersede(standing)
        if freed := withdraw_derived(standing):
            free_places(freed)
        if before is not None and holds:
            # As a row of its own: those that are there are never changed.
            before.pk, before.superseded_at = None, None
            before.save(force_insert=True)
            derive(before, newest(LabelSchema, assignment.project))
        else:
            # They may have looked at the scores since: what they say from now on is not said unseen.
            assignment.scores_shown = may_see_scores(assignment, assignment.project)
            assignment.state, assignment.finished_at = State.LEASED, None
        assignment.revising = assignment.state == State.SUBMITTED
    elif was != State.LEASED and not take_place(assignment.task_id):
        raise _expired()
    else:
        assignment.state, assignment.finished_at = State.LEASED, None
    assignment.lease_until = _lease(assignment)
    assignment.skip_reason = assignment.skip_comment = ""
    assignment.save()
    if was in (State.SUBMITTED, State.SKIPPED):
        data = {"assignment": assignment.pk, "was": was}
        record(user, "assignment.reopen", project_id=assignment.project_id, data=data)
    return assignment


@transaction.atomic
def revise(*, user: User, assignment_id: int) -> Assignment:
    """Begin to change what one said, or go on with that: the draft is what was said, or how far one had come. The
    judgement, and all that follows from it, stands until another answer is submitted.

    A task without a standing judgement is opened like by `reopen`, with the same errors.
    """
    assignment = _mine(user, assignment_id)
    if assignment.state != State.SUBMITTED:
        return reopen(user=user, assignment_id=assignment_id)
    if not assignment.revising:
        standing = assignment.judgements.select_related("rewrite").get(superseded_at=None)
        # Dated, so that no older draft in somebody's browser comes before it.
        assignment.draft = {**in_words(standing, assignment), "at": int(timezone.now().timestamp() * 1000)}
        assignment.revising = True
        assignment.save(update_fields=["draft", "revising"])
        record(user, "assignment.revise", project_id=assignment.project_id, data={"assignment": assignment.pk})
    return assignment


@transaction.atomic
def leave_as_it_was(*, user: User, assignment_id: int) -> Assignment:
    """Give a revision up: what was typed is dropped, and what was said stands as before. Nothing to do without one."""
    assignment = _mine(user, assignment_id)
    _leave_revision(assignment)
    return assignment


def _leave_revision(assignment: Assignment) -> None:
    if assignment.revising:
        assignment.revising, assignment.draft = False, None
        assignment.save(update_fields=["revising", "draft"])


def _supersede(assignment: Assignment, standing: Judgement) -> None:
    """Make room for another judgement in the place that the assignment has."""
    supersede(standing)
    # Before anything else is derived, which waits for no lock: see `places.py`.
    if freed := withdraw_derived(standing):
        free_places(freed)
    assignment.state, assignment.revising = State.LEASED, False


def supersede(judgement: Judgement) -> None:
    judgement.superseded_at = timezone.now()
    judgement.save(update_fields=["superseded_at"])


def _mine(user: User, assignment_id: int) -> Assignment:
    one_at_a_time(user)
    return access_assignment(user, assignment_id, lock=True)


def _refuse_finished(assignment: Assignment) -> None:
    if assignment.state == State.SUBMITTED:
        raise Conflict("already-submitted", "You submitted this task already. Undo that to change it.")
    if assignment.state == State.SKIPPED:
        raise Conflict("skipped", "You skipped this task. Undo that to work on it.")


def _expired() -> Conflict:
    return Conflict("lease-expired", "Your time for this task ran out, and somebody else has it now.")


def _hold(assignment: Assignment) -> bool:
    """Whether an unfinished assignment has its place: it never lost it, or it got it back now."""
    if assignment.state == State.EXPIRED and take_place(assignment.task_id):
        assignment.state = State.LEASED
    return assignment.state == State.LEASED


def _lease(assignment: Assignment) -> datetime:
    return timezone.now() + timedelta(minutes=assignment.project.lease_minutes)


def _keep_draft(assignment: Assignment, draft: dict[str, Any], active_ms: int) -> None:
    assignment.draft = draft
    assignment.active_ms = max(assignment.active_ms, active_ms)
    if assignment.state == State.LEASED:
        assignment.lease_until = _lease(assignment)
    assignment.save(update_fields=["draft", "active_ms", "state", "lease_until"])


def _finish(assignment: Assignment, state: State, active_ms: int, *fields: str, at: datetime | None = None) -> None:
    assignment.state, assignment.finished_at = state, at or timezone.now()
    assignment.active_ms = max(assignment.active_ms, active_ms)
    assignment.save(update_fields=["state", "finished_at", "active_ms", "revising", *fields])


def _said(assignment: Assignment, answer: Mapping[str, Any], schema: LabelSchema) -> dict[str, Any]:
    """The fields of a judgement, checked; the step of a rewrite is made if it is not there."""
    trace, choice = assignment.task.trace, assignment.task.choice
    if trace is not None:
        verdict = trace_verdict(
            answer,
            asked=_asked(trace, schema, marks=has_marks(answer)),
            every_step=assignment.project.mode == Mode.EVERY_STEP,
        )
        replaced = [] if verdict.first_error is None else [trace.path[verdict.first_error]]
        return {
            "values": verdict.values,
            "error_types": verdict.error_types,
            "confidence": verdict.confidence,
            "details": verdict.details,
            "wrong_step_id": replaced[0] if replaced else None,
            **_rewritten(verdict, trace.problem_id, replaced),
        }
    if choice is None:
        return walk_said(answer, assignment)
    preferred = choice_verdict(answer, candidates=[str(step) for step in choice.candidates])
    return {
        "ranking": preferred.ranking,
        "strength": preferred.strength,
        **_rewritten(preferred, choice.problem_id, choice.candidates),
    }


def _asked(trace: Trace, schema: LabelSchema, *, marks: bool) -> Asked:
    """`marks`: text is marked, so its length matters; otherwise it stays in the database. One query."""
    steps = Step.objects.filter(pk__in=trace.path).only("kind")
    by_key = {step.pk: step for step in (steps.annotate(length=Length("text")) if marks else steps)}
    path = [by_key[key] for key in trace.path]
    return Asked(
        definition=complete(schema.definition),
        error_types=[error["key"] for error in schema.error_types],
        judged=[StepKind(step.kind).judged for step in path],
        lengths=[getattr(step, "length", 0) for step in path],
        problem_length=len(trace.problem.statement) if marks else 0,
    )


def _rewritten(verdict: TraceVerdict | ChoiceVerdict, problem_id: UUID, replaced: list[UUID]) -> dict[str, Any]:
    """The rewrite as a node of the tree: a sibling of the steps that it is better than, of the first one's kind."""
    if verdict.rewrite is None:
        return {"comment": verdict.comment, "rewrite_id": None}
    siblings = {step.pk: step for step in Step.objects.filter(pk__in=replaced)}
    check_rewrite(verdict.rewrite, [step.text for step in siblings.values()])
    first = siblings[replaced[0]]
    key = step_id(problem_id, first.parent_id, first.kind, verdict.rewrite)
    content = {
        "problem_id": problem_id,
        "parent_id": first.parent_id,
        "depth": first.depth,
        "kind": first.kind,
        "text": verdict.rewrite,
    }
    # Somebody else may make the same node now; whoever comes second finds it. It is shared only if it is the same.
    Step.objects.bulk_create([Step(id=key, **content)], ignore_conflicts=True)
    if not Step.objects.filter(pk=key, **content).exists():
        raise Invalid.field("rewrite", "This rewrite's digest is another step's. Change a word.", "digest-taken")
    return {"comment": verdict.comment, "rewrite_id": key}


def in_words(judgement: Judgement, assignment: Assignment) -> dict[str, Any]:
    """A judgement in the fields of a submit, as a draft to go on from."""
    draft: dict[str, Any] = {"active_ms": assignment.active_ms}
    if judgement.comment:
        draft["comment"] = judgement.comment
    if judgement.walk is not None:
        return {**draft, **walk_in_words(judgement)}
    if judgement.rewrite is not None:
        draft["rewrite"] = judgement.rewrite.text
    if judgement.ranking is not None:
        return {**draft, **_ranking_in_words(judgement)}
    values = judgement.values or []
    draft |= judgement.details
    if assignment.project.mode == Mode.EVERY_STEP:
        names = {value: name for name, value in VALUES.items()}
        words = {said["step"]: said["value"] for said in draft.get("steps", []) if "value" in said}
        draft["labels"] = [{"step": i, "value": words.get(i, names[v])} for i, v in enumerate(values) if v is not None]
        others = ({k: v for k, v in said.items() if k != "value"} for said in draft.pop("steps", []))
        if steps := [said for said in others if len(said) > 1]:
            draft["steps"] = steps
    else:
        draft["first_error"] = first_error_of(values)
    if judgement.error_types:
        draft["error_types"] = judgement.error_types
    if judgement.confidence is not None:
        draft["confidence"] = judgement.confidence
    return draft


def _ranking_in_words(judgement: Judgement) -> dict[str, Any]:
    ranking = judgement.ranking
    if not ranking:
        return {"none_acceptable": True}
    said: dict[str, Any] = {"ranking": ranking}
    # One over a single rest, or over all that were left out, is what "preferred" says.
    if len(ranking[0]) == 1 and (len(ranking) == 1 or (len(ranking) == 2 and len(ranking[1]) == 1)):
        said = {"preferred": ranking[0][0]}
    if judgement.strength is not None:
        said["strength"] = judgement.strength
    return said
