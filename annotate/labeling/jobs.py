"""What beat asks for. Each job looks in the database for what is due: a lost or doubled wake-up does no harm."""

import logging

from celery import shared_task
from kombu.exceptions import OperationalError

from annotate.labeling import actions, learning, selection_work, selectors
from annotate.labeling.finding.blocks import fill_in
from annotate.labeling.suggesting import actions as suggesting

log = logging.getLogger(__name__)


@shared_task(name="labeling.expire_leases")
def expire_leases() -> None:
    actions.expire_leases()


@shared_task(name="labeling.reprioritise_scored", time_limit=3600)
def reprioritise_scored() -> None:
    for project in selectors.due_for_priorities():
        actions.reprioritise(project=project)


@shared_task(name="labeling.suggest", time_limit=2400)
def suggest(suggestion_id: int) -> None:
    suggesting.run(suggestion_id)


@shared_task(name="labeling.wake_suggestions")
def wake_suggestions() -> None:
    for suggestion_id in suggesting.due():
        wake_suggestion(suggestion_id)


def wake_suggestion(suggestion_id: int) -> None:
    """Somebody waits for it, and it waits for a server: the queue of those."""
    suggest.apply_async((suggestion_id,), queue="remote")


@shared_task(name="labeling.change_selection")
def change_selection(work_id: int) -> None:
    selection_work.run(work_id)


@shared_task(name="labeling.wake_selections")
def wake_selections() -> None:
    selection_work.give_up_on_exhausted()
    for work_id in selection_work.due():
        wake_selection(work_id)


def wake_selection(work_id: int) -> None:
    """Without Redis nothing is sent and nothing fails: beat will find it."""
    try:
        change_selection.apply_async((work_id,))
    except OperationalError:
        log.warning("selection %s: no message could be sent", work_id)


@shared_task(name="labeling.fill_in_texts", time_limit=3600)
def fill_in_texts() -> None:
    while fill_in():
        pass


@shared_task(name="labeling.train_learned", time_limit=600)
def train_learned() -> None:
    for scorer in learning.due():
        learning.learn(scorer)
