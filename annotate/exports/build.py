"""Writing a requested export to a file: claimed in the database, so that it happens once whoever is woken
how often.

A claim is a lease, renewed while rows come. A worker that dies leaves an expired lease behind and another
takes over; `attempts` tells their claims apart, so that one which was only slow finds out and stops. The
file appears under its name in the same moment as the row says that it is done.
"""

import hashlib
import logging
import os
import time
import uuid
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from annotate.core.errors import DomainError
from annotate.exports.models import Export
from annotate.exports.stream import FORMATS, Stream, checked

LEASE = timedelta(minutes=5)
MAX_ATTEMPTS = 3
TELL_SECONDS = 1.0

log = logging.getLogger(__name__)


class ClaimLost(Exception):
    """Somebody else has taken over, or the export is gone."""


def file_of(export: Export) -> Path:
    return Path(settings.DATA_DIR) / "exports" / f"{export.pk}.{FORMATS[export.format].extension}"


def due() -> list[uuid.UUID]:
    """Those waiting for a worker, the oldest first."""
    return list(_claimable().order_by("created_at").values_list("pk", flat=True))


def give_up_on_exhausted() -> None:
    """Mark as failed what took its last worker down with it."""
    Export.objects.filter(
        state=Export.State.RUNNING, lease_until__lt=timezone.now(), attempts__gte=MAX_ATTEMPTS
    ).update(
        state=Export.State.FAILED,
        finished_at=timezone.now(),
        error=f"The worker writing it stopped {MAX_ATTEMPTS} times before it was done. Its log may say why.",
    )


def build(export_id: uuid.UUID) -> bool:
    """Write this export if it waits for somebody to; False if it does not. Never raises for what goes wrong
    with it.
    """
    export = _claim(export_id)
    if export is None:
        return False
    part = file_of(export).with_suffix(f".{export.attempts}.part")
    try:
        _write(export, part)
    except ClaimLost:
        log.warning("export %s: another worker has it", export.pk)
    except DomainError as error:
        _failed(export, error.message, final=True)
    except OSError as error:
        log.exception("export %s", export.pk)
        _failed(export, f"The file could not be written: {error.strerror}.")
    except Exception:  # whatever it is, the row must say that it failed
        log.exception("export %s", export.pk)
        _failed(export, "It went wrong on the server. The worker's log says how.")
    finally:
        part.unlink(missing_ok=True)
    return True


def _claimable() -> QuerySet[Export]:
    left_behind = Q(state=Export.State.RUNNING, lease_until__lt=timezone.now())
    return Export.objects.filter(Q(state=Export.State.QUEUED) | left_behind, attempts__lt=MAX_ATTEMPTS)


def _claim(export_id: uuid.UUID) -> Export | None:
    claimed = (
        _claimable()
        .filter(pk=export_id)
        .update(
            state=Export.State.RUNNING,
            attempts=F("attempts") + 1,
            lease_until=timezone.now() + LEASE,
            rows=0,
            error="",
        )
    )
    return Export.objects.select_related("project").get(pk=export_id) if claimed else None


def _mine(export: Export) -> QuerySet[Export]:
    return Export.objects.filter(pk=export.pk, state=Export.State.RUNNING, attempts=export.attempts)


def _write(export: Export, part: Path) -> None:
    stream = Stream(checked(export.project, export.format, export.labels, export.source))
    digest, size, told = hashlib.sha256(), 0, time.monotonic()
    part.parent.mkdir(mode=0o700, parents=True, exist_ok=True)  # datasets are no business of other accounts
    for left_behind in part.parent.glob(f"{export.pk}.*.part"):  # by workers that died, at whatever attempt
        left_behind.unlink(missing_ok=True)
    with part.open("wb") as file:
        for chunk in stream.chunks():
            file.write(chunk)
            digest.update(chunk)
            size += len(chunk)
            if time.monotonic() - told > TELL_SECONDS:
                told = time.monotonic()
                _tell(export, stream.tally.rows)
        file.flush()
        os.fsync(file.fileno())
    with transaction.atomic():
        if not _mine(export).select_for_update().exists():
            raise ClaimLost
        # Inside the transaction, since nobody else may get between the row and the file.
        os.replace(part, file_of(export))
        _sync_folder(part.parent)
        _mine(export).update(
            state=Export.State.DONE,
            finished_at=timezone.now(),
            lease_until=None,
            rows=stream.tally.rows,
            bytes=size,
            sha256=digest.hexdigest(),
            manifest=stream.manifest(),
        )


def _tell(export: Export, rows: int) -> None:
    if not _mine(export).update(rows=rows, lease_until=timezone.now() + LEASE):
        raise ClaimLost


def _failed(export: Export, error: str, *, final: bool = False) -> None:
    if final or export.attempts >= MAX_ATTEMPTS:
        changes = {"state": Export.State.FAILED, "finished_at": timezone.now()}
    else:
        changes = {"state": Export.State.QUEUED}
    _mine(export).update(**changes, error=error, lease_until=None)


def _sync_folder(folder: Path) -> None:
    fd = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)
