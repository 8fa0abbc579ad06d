"""What Celery runs. The queue is the table of imports: a message only says that it is worth a look."""

import logging
import time
import uuid
from datetime import timedelta

from celery import shared_task
from django.db import connection
from django.db.models import Q
from django.utils import timezone
from kombu.exceptions import OperationalError

from annotate.corpus.media.sweep import sweep
from annotate.imports.background import due, give_up_on_exhausted, run
from annotate.imports.files import folder
from annotate.imports.models import Import

KEEP_DAYS = 7
MEDIA_DAYS = 30

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


@shared_task(name="imports.sweep_media")
def sweep_media() -> int:
    """Media that nothing has pointed to for long; how many went.

    No import begins while they are deleted, and projects with one that goes on, or did while they were looked for, are
    left for the next time: it may have found a file that no stored step named yet.
    """
    begun = timezone.now() - timedelta(hours=1)  # of clocks that differ

    def busy() -> list[int]:
        with connection.cursor() as cursor:
            cursor.execute("LOCK TABLE imports_import IN SHARE MODE")
        over = Q(state__in=[Import.State.DONE, Import.State.FAILED, Import.State.WITHDRAWN], finished_at__lt=begun)
        return list(Import.objects.exclude(over).values_list("project", flat=True).distinct())

    return sweep(timezone.now() - timedelta(days=MEDIA_DAYS), busy=busy)


def wake(import_id: uuid.UUID) -> None:
    """Without Redis nothing is sent and nothing fails: the beat will find it."""
    try:
        run_import.apply_async((str(import_id),))
    except OperationalError:
        log.warning("import %s: no message could be sent", import_id)
