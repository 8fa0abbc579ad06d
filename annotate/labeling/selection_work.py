"""Changes to selections that are too much for one request: rows that a worker claims, as imports and exports are.

What is done is what `selection` does, chunk by chunk, with the same counts in the end. Every change can be done twice
without harm, so that after a worker's death another one simply begins anew.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import asdict
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from annotate.accounts.models import User
from annotate.core.errors import DomainError
from annotate.labeling.finding import Query, parse
from annotate.labeling.finding.models import SelectionWork
from annotate.labeling.finding.pages import count_found
from annotate.labeling.finding.sql import KINDS
from annotate.labeling.selection import SECONDS, make_tasks, make_walks, rescore, retire_tasks, tag
from annotate.projects.models import Project
from annotate.scoring.models import Scorer

LARGE = 20_000
"""Of so many traces and choices a change still fits a request: some seconds."""
LOOKING_UP = timedelta(seconds=SECONDS + 60)
LEASE = timedelta(seconds=60)
MAX_TURNS = 3
RECENT = 20
"""So many are listed: who looks at the list wants to know what became of what was asked for lately."""

Verb, State = SelectionWork.Verb, SelectionWork.State
log = logging.getLogger(__name__)


class _Lost(Exception):
    """Another worker has taken it over."""


def is_large(project: Project, query: Query) -> bool:
    """Whether it finds more than a request should change; also when even that takes long to find out."""
    room = LARGE
    for kind in KINDS:
        count = count_found(project, query, kind, most=room)
        if count is None or count.at_least:
            return True
        room -= count.value
    return False


def ask(*, actor: User, project: Project, verb: str, query: Query, **options: Any) -> SelectionWork:
    """Leave it to a worker. `options`: the arguments of the change by that name, as JSON."""
    return SelectionWork.objects.create(project=project, created_by=actor, verb=verb, query=str(query), options=options)


def recent(project: Project) -> list[SelectionWork]:
    """The newest first, at most RECENT of them."""
    return list(SelectionWork.objects.filter(project=project).order_by("-id")[:RECENT])


def due() -> list[int]:
    """Those waiting for a worker, the oldest first."""
    return list(_claimable().order_by("id").values_list("pk", flat=True))


def run(work_id: int) -> bool:
    """Do it, if it waits for somebody to; False if it does not. Never raises for what goes wrong with it."""
    with transaction.atomic():
        work = _claimable().select_for_update(skip_locked=True).filter(pk=work_id).first()
        if work is None:
            return False
        work.turn += 1
        work.state, work.lease_until = State.RUNNING, timezone.now() + LOOKING_UP
        work.save(update_fields=["turn", "state", "lease_until"])
    mine = SelectionWork.objects.filter(pk=work.pk, turn=work.turn, state=State.RUNNING)

    def progress(looked_at: int, found: int) -> None:
        if not mine.update(looked_at=looked_at, found=found, lease_until=timezone.now() + LEASE):
            raise _Lost

    try:
        ended: dict[str, Any] = {"state": State.DONE, "result": asdict(_do(work, progress))}
    except _Lost:
        return True
    except DomainError as error:
        ended = {"state": State.FAILED, "error": error.errors[0].message if error.errors else error.message}
    except Exception:  # whatever it is, the row must say that it failed
        log.exception("selection %s", work.pk)
        ended = {"state": State.FAILED, "error": "It went wrong on the server. The worker's log says how."}
    mine.update(finished_at=timezone.now(), lease_until=None, **ended)
    return True


def _do(work: SelectionWork, progress: Callable[[int, int], None]) -> Any:
    given: dict[str, Any] = {
        "actor": work.created_by,
        "project": work.project,
        "query": parse(work.query),
        "progress": progress,
        **work.options,
    }
    if work.verb == Verb.RESCORE:
        return rescore(**given | {"scorer": Scorer.objects.get(pk=given["scorer"])})
    changes: dict[str, Callable[..., Any]] = {
        Verb.MAKE_TASKS: make_tasks,
        Verb.MAKE_WALKS: make_walks,
        Verb.RETIRE_TASKS: retire_tasks,
        Verb.TAG: tag,
    }
    return changes[work.verb](**given)


def _claimable() -> QuerySet[SelectionWork]:
    left_behind = Q(state=State.RUNNING, lease_until__lt=timezone.now())
    return SelectionWork.objects.filter(Q(state=State.QUEUED) | left_behind, turn__lt=MAX_TURNS)


def give_up_on_exhausted() -> None:
    """Mark as failed what took its last workers down with it."""
    left = SelectionWork.objects.filter(state=State.RUNNING, lease_until__lt=timezone.now(), turn__gte=MAX_TURNS)
    left.update(
        state=State.FAILED,
        finished_at=timezone.now(),
        error=f"The worker stopped {MAX_TURNS} times in the middle of it. Its log may say why.",
    )
