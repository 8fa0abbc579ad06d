"""What others may ask of scoring. Wake-ups are sent when the transaction is through, and may get lost without
harm.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from django.db import transaction

from annotate.accounts.models import User
from annotate.audit.actions import record
from annotate.core.errors import Conflict, FieldError, Invalid
from annotate.projects.models import Project
from annotate.scoring.jobs import run_scorer, score_project
from annotate.scoring.models import Scorer
from annotate.scoring.planning import new_version, start_again
from annotate.scoring.scorers.base import BaseScorer
from annotate.scoring.scorers.registry import EMBEDDED, kinds, scorer_class
from annotate.scoring.scorers.settings import WrongSettings
from annotate.scoring.surroundings import surroundings
from annotate.scoring.work import working

KEY = re.compile(r"[a-z0-9][a-z0-9._-]{0,59}")


def wake(project: Project) -> None:
    """Tells workers that there is something to score, after the current transaction's commit.

    Without Redis nothing is sent and nothing fails: the work is in the database, and is looked for every few
    seconds.
    """

    def send() -> None:  # not a partial: Django names it in its log when it fails
        score_project.delay(project.pk)
        for pk, queue in working().filter(project=project).exclude(queue="celery").values_list("pk", "queue"):
            run_scorer.apply_async((pk,), queue=queue, expires=60)

    transaction.on_commit(send, robust=True)


def add_scorer(
    *, actor: User | None, project: Project, kind: str, key: str = "", settings: Any = None, queue: str = ""
) -> Scorer:
    """A scorer for the project, with every trace and choice planned for it. `key`: its name here; default: the kind.

    Raises Invalid for a kind, name, queue or setting that is wrong, and Conflict when there is such a scorer already.
    """
    key = key.strip() or kind
    found = _class(kind, key)
    if kind != Scorer.Kind.EMBEDDED and (not KEY.fullmatch(key) or key in EMBEDDED):
        raise Invalid.field(
            "key", "A name has up to 60 small letters, digits, dots and dashes, and is not that of a built-in scorer."
        )
    checked = _checked(found, settings or {})
    with transaction.atomic():
        Project.objects.select_for_update(no_key=True).get(pk=project.pk)
        if Scorer.objects.filter(project=project, key=key, enabled=True).exists():
            raise Conflict(
                "scorer-exists", f"This project has a scorer {key} already. Choose another name, or change it."
            )
        _check_others(project, key, found.depends_on(checked))
        row = Scorer(project=project, key=key, kind=kind, settings=checked, queue=_queue(found, queue))
        _fits(found, row)
        version = found.version_for(checked, surroundings(row))
        made = new_version(row, version, model=None, report=None, paused=False)
        record(actor, "scorer.add", project_id=project.pk, data={"key": key, "kind": kind, "version": version})
    wake(project)
    return made


def change_scorer(*, actor: User | None, scorer: Scorer, settings: Any = None, queue: str | None = None) -> Scorer:
    """Other settings, whole. If they decide the scores it is another version, which is returned, and everything is
    scored anew; otherwise they hold from the next batch on.
    """
    found = _class(scorer.kind, scorer.key)
    with transaction.atomic():
        row = Scorer.objects.select_for_update(no_key=True).get(pk=scorer.pk)
        if not row.enabled:
            raise Conflict("scorer-replaced", "Somebody changed this scorer in the meantime. Load the page again.")
        checked = row.settings if settings is None else _checked(found, settings)
        _check_others(row.project, row.key, found.depends_on(checked))
        before = found.version_for(row.settings, surroundings(row))
        changes = {
            "settings": checked,
            "queue": row.queue if queue is None else _queue(found, queue),
            # Whatever made it leave off may be mended now.
            "resume_at": None,
            "notice": "",
            "troubles": 0,
        }
        row.settings = checked
        _fits(found, row)
        version = found.version_for(checked, surroundings(row))
        if version == before:
            Scorer.objects.filter(pk=row.pk).update(**changes)
            row.refresh_from_db()
        else:
            row = new_version(row, version, **changes)
        record(actor, "scorer.change", project_id=row.project_id, data={"key": row.key, "version": row.version})
    wake(row.project)
    return row


@transaction.atomic
def remove_scorer(*, actor: User, scorer: Scorer) -> None:
    """Turns it off: nothing more is scored by it, and its scores count no longer. They stay in the database, and the
    same scorer added again takes them up.

    Raises Conflict while another scorer reads its scores.
    """
    for other in Scorer.objects.filter(project=scorer.project_id, enabled=True, kind=Scorer.Kind.CONSENSUS):
        if scorer.key in _class(other.kind, other.key).depends_on(other.settings):
            raise Conflict("scorer-in-use", f"{other.key} reads its scores. Remove {other.key} first.")
    Scorer.objects.filter(pk=scorer.pk).update(enabled=False)
    record(actor, "scorer.remove", project_id=scorer.project_id, data={"key": scorer.key, "version": scorer.version})


@transaction.atomic
def pause_scorer(*, actor: User, scorer: Scorer) -> Scorer:
    """Stops it after the batch it is on, until it is resumed."""
    Scorer.objects.filter(pk=scorer.pk).update(paused=True)
    record(actor, "scorer.pause", project_id=scorer.project_id, data={"key": scorer.key})
    scorer.refresh_from_db()
    return scorer


@transaction.atomic
def resume_scorer(*, actor: User, scorer: Scorer) -> Scorer:
    """Lets it go on at once, also when it had left off by itself."""
    Scorer.objects.filter(pk=scorer.pk).update(paused=False, resume_at=None, notice="", troubles=0)
    record(actor, "scorer.resume", project_id=scorer.project_id, data={"key": scorer.key})
    scorer.refresh_from_db()
    wake(scorer.project)
    return scorer


def check_rescorable(scorer: Scorer) -> None:
    """Raises Conflict for scores that nothing here could find again."""
    if scorer.kind == Scorer.Kind.IMPORTED:
        raise Conflict("scores-imported", "These scores came with the data: there is nothing that could score again.")


def score_again(*, actor: User, scorer: Scorer, only: str, chunks: Iterable[Sequence[Sequence[UUID]]]) -> int:
    """Scores again, of these traces and choices, what was scored (`only="all"`) or what failed (`"failed"`), and
    whatever reads these scores; how many traces and choices. Each chunk is a transaction of its own.
    """
    check_rescorable(scorer)
    again = sum(start_again(scorer, traces, choices, only=only) for traces, choices in chunks)
    record(
        actor, "scorer.rescore", project_id=scorer.project_id, data={"key": scorer.key, "only": only, "count": again}
    )
    wake(scorer.project)
    return again


def _class(kind: str, key: str) -> type[BaseScorer]:
    try:
        return scorer_class(kind, key)
    except KeyError:
        if kind == Scorer.Kind.EMBEDDED:
            raise Invalid.field("key", f"Built-in scorers are: {', '.join(EMBEDDED)}.") from None
        raise Invalid.field("kind", f"Kinds of scorers here: embedded, {', '.join(kinds())}.") from None


def _checked(found: type[BaseScorer], settings: Any) -> dict[str, Any]:
    try:
        return found.check(settings)
    except WrongSettings as wrong:
        raise invalid(wrong) from None


def _fits(found: type[BaseScorer], row: Scorer) -> None:
    try:
        found.fits(row.settings, surroundings(row))
    except WrongSettings as wrong:
        raise invalid(wrong) from None


def invalid(wrong: WrongSettings) -> Invalid:
    errors = [FieldError(f"settings.{name}".rstrip("."), message) for name, message in wrong.errors]
    return Invalid("invalid", errors[0].message if len(errors) == 1 else "Some settings are wrong.", errors)


def _check_others(project: Project, key: str, others: Sequence[str]) -> None:
    there = dict(Scorer.objects.filter(project=project, enabled=True).values_list("key", "kind"))
    for other in others:
        if other == key or other not in there or there[other] == Scorer.Kind.CONSENSUS:
            can = ", ".join(k for k, kind in there.items() if k != key and kind != Scorer.Kind.CONSENSUS)
            raise Invalid.field("settings", f"{other} is not a scorer that this one can read. There are: {can}.")


def _queue(found: type[BaseScorer], queue: str) -> str:
    """Only a scorer with a model of its own may choose: its workers are told which queue to read."""
    queue = queue.strip()
    if not queue or queue == found.queue:
        return found.queue
    if found.queue in ("celery", "remote"):
        raise Invalid.field("queue", f"Scorers of this kind are in the queue {found.queue}.")
    if not KEY.fullmatch(queue) or queue in ("celery", "remote"):
        raise Invalid.field("queue", "A queue's name has up to 60 small letters, digits, dots and dashes.")
    return queue
