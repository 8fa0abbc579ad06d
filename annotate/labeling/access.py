"""Who may touch which assignment (its owner, while they are a member of its project), judgement and selection."""

from django.db.models import QuerySet

from annotate.accounts.models import User
from annotate.core.errors import NotFound
from annotate.labeling.models import Assignment, Judgement, SelectionWork
from annotate.projects.access import access_row
from annotate.projects.models import Role


def access_assignment(user: User, assignment_id: int, *, lock: bool = False) -> Assignment:
    """One's own assignment with its project, its task and what that is about. Raises NotFound for anybody else's, and
    for one in a project that the user has left. `lock` keeps others from changing the row until the transaction ends.
    One query.
    """
    assignments: QuerySet[Assignment] = Assignment.objects.select_related(
        "project", "task__trace", "task__choice", "task__problem"
    ).filter(pk=assignment_id, annotator=user, project__memberships__user=user)
    if lock:
        assignments = assignments.select_for_update(of=("self",), no_key=True)
    assignment = assignments.first()
    if assignment is None:
        raise NotFound("assignment")
    return assignment


def access_selection_work(user: User, work_id: int) -> SelectionWork:
    """The change to a selection, for an admin of its project. Raises NotFound to outsiders, Denied to other members."""
    return access_row(user, SelectionWork.objects.all(), work_id, Role.ADMIN, what="selection")


def access_judgement(user: User, judgement_id: int) -> Judgement:
    """Anybody's judgement, for an admin of its project. Raises NotFound to outsiders and Denied to other members."""
    judgements = Judgement.objects.select_related("project", "annotator")
    return access_row(user, judgements, judgement_id, Role.ADMIN, what="judgement")
