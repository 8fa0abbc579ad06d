"""What Celery runs. The queue is the table of imports: a message only says that it is worth a look."""

import logging
import time
import uuid

from celery import shared_task
from kombu.exceptions import OperationalError

from annotate.imports.background import due, give_up_on_exhausted, run
from annotate.imports.files import folder
from annotate.imports.models import Import

KEEP_DAYS = 7

log = logging.getLogger(__name__)


@shared_task(name="imports.run")
def run_import(import_id: str) -> None:
    if run(uuid.UUID(import_id)):
        for waiting in due()[:1]:  # of the same project, perhaps: it could not begin meanwhile
            wake(waiting)


@shared_task(name="imports.wake_queued")
def wake_queued() -> None:
    """Those whose message was lost, and those whose worker died."""
    give_up_on_exhausted()
    for import_id in due():
        wake(import_id)


@shared_task(name="imports.clear_files")
def clear_files() -> None:
    """Files that nobody will read any more: of uploads that were cut off, and of imports that failed long ago."""
    old = time.time() - KEEP_DAYS * 24 * 3600
    wanted = Import.objects.filter(state__in=[Import.State.QUEUED, Import.State.RUNNING, Import.State.PAUSED])
    keep = {str(key) for key in wanted.values_list("pk", flat=True)}
    for file in folder().iterdir():
        if file.name not in keep and file.stat().st_mtime < old:
            file.unlink(missing_ok=True)


def wake(import_id: uuid.UUID) -> None:
    """Without Redis nothing is sent and nothing fails: the beat will find it."""
    try:
        run_import.apply_async((str(import_id),))
    except OperationalError:
        log.warning("import %s: no message could be sent", import_id)
