"""What one person has said in a project, newest first; and each judgement with the ones before it."""

from typing import Any

from django.db.models import Exists, OuterRef, Q

from annotate.accounts.models import User
from annotate.core.errors import NotFound
from annotate.labeling.answers import in_words
from annotate.labeling.models import Assignment, Judgement
from annotate.labeling.selectors import claim_payload
from annotate.projects.models import Project
from annotate.projects.schema import complete

EXCERPT = 160
MOST_WORDS = 10

_RELATED = (
    "assignment__project",
    "assignment__task__trace",
    "assignment__task__choice",
    "assignment__task__problem",
    "trace__problem",
    "choice__problem",
    "problem",
    "rewrite",
    "guideline",
    "label_schema",
)


def history_page(
    user: User, project: Project, *, q: str = "", after: int | None = None, limit: int
) -> tuple[list[dict[str, Any]], int | None]:
    """The newest judgement of each of this person's tasks, newest first, from behind the judgement `after`; and where
    to go on from, or None at the end. Each word of `q` must be in the problem, its or the trace's id, the comment or
    the rewrite; at most MOST_WORDS words count.
    """
    newer = Judgement.objects.filter(assignment=OuterRef("assignment"), pk__gt=OuterRef("pk"))
    found = Judgement.objects.filter(~Exists(newer), annotator=user, project=project).select_related(*_RELATED)
    for word in q.split()[:MOST_WORDS]:
        found = found.filter(
            Q(trace__problem__statement__icontains=word)
            | Q(choice__problem__statement__icontains=word)
            | Q(problem__statement__icontains=word)
            | Q(problem__external_id__icontains=word)
            | Q(trace__problem__external_id__icontains=word)
            | Q(choice__problem__external_id__icontains=word)
            | Q(trace__external_id__icontains=word)
            | Q(choice__external_id__icontains=word)
            | Q(comment__icontains=word)
            | Q(rewrite__text__icontains=word)
        )
    if after is not None:
        found = found.filter(pk__lt=after)
    rows = list(found.order_by("-pk")[: limit + 1])
    page = rows[:limit]
    return [_row(judgement) for judgement in page], page[-1].pk if len(rows) > limit else None


def judgement_of(user: User, judgement_id: int) -> dict[str, Any]:
    """One of this person's judgements with its task as it was shown, and every version of it, newest first. Raises
    NotFound for anybody else's, and for one in a project that the user has left.
    """
    judgement = (
        Judgement.objects.select_related(*_RELATED)
        .filter(pk=judgement_id, annotator=user, project__memberships__user=user)
        .first()
    )
    if judgement is None:
        raise NotFound("judgement")
    versions = judgement.assignment.judgements.select_related(*_RELATED).order_by("-pk")
    return {
        **_row(judgement),
        "definition": complete(judgement.label_schema.definition),
        "claim": claim_payload(judgement.assignment, judgement.assignment.project),
        "revisions": [_row(version) for version in versions],
    }


def _row(judgement: Judgement) -> dict[str, Any]:
    item = judgement.trace or judgement.choice
    problem = item.problem if item else judgement.problem
    assert problem is not None  # noqa: S101
    assignment: Assignment = judgement.assignment
    return {
        "id": judgement.pk,
        "assignment": assignment.pk,
        "kind": assignment.task.kind,
        "problem": problem.external_id or str(problem.pk),
        "trace": (item.external_id or str(item.pk)) if item else problem.external_id or str(problem.pk),
        "excerpt": problem.statement[:EXCERPT],
        "said": in_words(judgement, assignment),
        "steps": len(judgement.values or (judgement.walk or {}).get("steps") or []),
        "error_types": judgement.label_schema.error_types,
        "guideline_version": judgement.guideline.version,
        "schema_version": judgement.label_schema.version,
        "active_ms": judgement.active_ms,
        "created_at": judgement.created_at,
        "superseded_at": judgement.superseded_at,
        "state": assignment.state,
    }
