"""Taking back what somebody said: one judgement, or all of a person's. Their tasks go to others."""

from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from annotate.accounts.models import User
from annotate.audit.actions import record
from annotate.audit.models import Event
from annotate.core.errors import Conflict, NotFound
from annotate.labeling.models import Assignment, Judgement
from annotate.labeling.places import free_places, one_at_a_time
from annotate.projects.models import Project

VERB = "labels.withdraw"

# Skipped, since such a task is not handed out to the same person again.
_WITHDRAW = """
WITH gone AS (
    UPDATE labeling_judgement SET superseded_at = %(now)s
    WHERE project_id = %(project)s AND annotator_id = %(annotator)s AND superseded_at IS NULL
        AND (%(judgement)s::bigint IS NULL OR id = %(judgement)s OR derived_from_id = %(judgement)s)
    RETURNING assignment_id
)
UPDATE labeling_assignment a
SET state = 'skipped', skip_reason = %(reason)s, skip_comment = %(comment)s, finished_at = %(now)s, draft = NULL,
    revising = false
FROM gone WHERE a.id = gone.assignment_id AND a.state = 'submitted' RETURNING a.task_id
"""


def withdraw_person(*, actor: User, project: Project, username: str, reason: str = "") -> int:
    """Take back everything that this person said in the project, whether still a member or not; how many judgements.

    Raises NotFound for a name under which nobody ever said anything here.
    """
    annotator = User.objects.filter(username=username, judgements__project=project).first()
    if annotator is None:
        raise NotFound("person")
    return _withdraw(actor, project, annotator, None, reason)


def withdraw_judgement(*, actor: User, judgement: Judgement, reason: str = "") -> int:
    """Take back one judgement, and what was concluded from it about other traces; how many judgements that were.

    Raises Conflict `not-standing` for one that was revised or withdrawn before.
    """
    if not (count := _withdraw(actor, judgement.project, judgement.annotator, judgement.pk, reason)):
        raise Conflict("not-standing", "This judgement does not stand: it was revised or withdrawn before.")
    return count


@transaction.atomic
def _withdraw(actor: User, project: Project, annotator: User, judgement: int | None, reason: str) -> int:
    one_at_a_time(annotator)
    with connection.cursor() as cursor:
        cursor.execute(
            _WITHDRAW,
            {
                "now": timezone.now(),
                "project": project.pk,
                "annotator": annotator.pk,
                "judgement": judgement,
                "reason": Assignment.SkipReason.OTHER.value,
                "comment": f"Withdrawn by {actor.username}. {reason}".strip(),
            },
        )
        tasks = [task for (task,) in cursor.fetchall()]
    if tasks:
        free_places(tasks)
        data = {"annotator": annotator.username, "judgement": judgement, "judgements": len(tasks), "reason": reason}
        record(actor, VERB, project_id=project.pk, data=data)
    return len(tasks)


def withdrawals(project_id: int, since: datetime, until: datetime) -> list[dict[str, Any]]:
    """What was taken back in this time, in order: `{"at", "by", "annotator", "judgements", "reason"}`."""
    events = Event.objects.select_related("actor").filter(project_id=project_id, verb=VERB, at__gt=since, at__lte=until)
    return [
        {
            "at": event.at,
            "by": event.actor.username if event.actor else None,
            **{name: event.data[name] for name in ("annotator", "judgements", "reason")},
        }
        for event in events.order_by("at", "pk")
    ]
