"""What Celery runs. The queue is the table of exports: a message only says that it is worth a look."""

import uuid

from celery import shared_task

from annotate.exports.build import build, due, give_up_on_exhausted


@shared_task(name="exports.build")
def build_export(export_id: str) -> None:
    build(uuid.UUID(export_id))


@shared_task(name="exports.wake_queued")
def wake_queued() -> None:
    """Those whose message was lost, and those whose worker died."""
    give_up_on_exhausted()
    for export_id in due():
        wake(export_id)


def wake(export_id: uuid.UUID) -> None:
    build_export.apply_async((str(export_id),))
