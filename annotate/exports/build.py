"""Writing a requested export to a file: claimed in the database, so that it happens once whoever is woken
how often.

A claim is a lease, renewed while rows come. A worker that dies leaves an expired lease behind and another
takes over; `attempts` tells their claims apart, so that one which was only slow finds out and stops. Each
attempt writes to a place of its own, and the row that says "done" is what leads to it: files are whole or
not there.
"""

import contextlib
import logging
import shutil
import time
import uuid
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from annotate.core.errors import DomainError
from annotate.exports.huggingface.folder import packed
from annotate.exports.itemlist import ItemList
from annotate.exports.models import Export
from annotate.exports.options import HF
from annotate.exports.outputs import Outputs, whole_digest
from annotate.exports.shelf import shelf, workspace
from annotate.exports.stream import Stream, checked
from annotate.exports.tally import Tally

LEASE = timedelta(minutes=5)
KEEPING_LEASE = timedelta(hours=1)  # to bring finished files to where they are kept
MAX_ATTEMPTS = 3
TELL_SECONDS = 1.0

log = logging.getLogger(__name__)


class ClaimLost(Exception):
    """Somebody else has taken over, or the export is gone."""


def place_of(export: Export, name: str) -> str:
    """Where on the shelf one of its files is."""
    return f"{_place(export)}/{name}"


def remove_files(export: Export) -> None:
    """Its own, and what was left behind by its attempts."""
    shelf().remove(str(export.pk))


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
    try:
        sweep()
        _clear_leftovers(export)
        _write(export)
    except ClaimLost:
        log.warning("export %s: cancelled, deleted, or with another worker", export.pk)
    except DomainError as error:
        _failed(export, error.message, final=True)
    except OSError as error:
        log.exception("export %s", export.pk)
        _failed(export, f"The file could not be written: {error.strerror}.")
    except Exception:  # whatever it is, the row must say that it failed
        log.exception("export %s", export.pk)
        _failed(export, "It went wrong on the server. The worker's log says how.")
    return True


def sweep() -> None:
    """Remove what workers left behind that died, of exports that will not be tried again or are gone."""
    found = {}
    for folder in workspace().iterdir():
        with contextlib.suppress(ValueError, OSError):
            found[uuid.UUID(folder.name)] = folder.stat().st_mtime
    ended = Q(state__in=(Export.State.FAILED, Export.State.CANCELLED))
    rows = Export.objects.filter(pk__in=found)
    left = set(rows.filter(ended, finished_at__lt=timezone.now() - LEASE).values_list("pk", flat=True))
    # Of an export that was just deleted, its worker may still be writing.
    long_ago = (timezone.now() - KEEPING_LEASE).timestamp()
    gone = found.keys() - set(rows.values_list("pk", flat=True))
    for key in left | {key for key in gone if found[key] < long_ago}:
        shutil.rmtree(workspace() / str(key), ignore_errors=True)
        shelf().remove(str(key))


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
            items=0,
            error="",
        )
    )
    return Export.objects.select_related("project").get(pk=export_id) if claimed else None


def _mine(export: Export) -> QuerySet[Export]:
    return Export.objects.filter(pk=export.pk, state=Export.State.RUNNING, attempts=export.attempts)


def _write(export: Export) -> None:
    folder = workspace() / _place(export)
    kept = False
    try:
        folder.mkdir(parents=True)
        stream = Stream(checked(export.project, {**export.options, "format": export.format}))
        files = _fill(export, stream, folder)
        _tell(export, stream.tally, KEEPING_LEASE)
        # Outside of a transaction, since a bucket may take minutes. The place is this attempt's own: whoever is
        # overtaken meanwhile leaves nothing under a name that a row leads to.
        shelf().keep(folder, _place(export))
        kept = bool(
            _mine(export).update(
                state=Export.State.DONE,
                finished_at=timezone.now(),
                lease_until=None,
                rows=stream.tally.rows,
                items=stream.tally.items,
                total=stream.tally.total,
                bytes=sum(file["bytes"] for file in files),
                sha256=whole_digest(files),
                files=files,
                manifest=stream.manifest(),
            )
        )
        if not kept:
            shelf().remove(_place(export))
            raise ClaimLost
    finally:
        if not kept or settings.EXPORT_STORAGE:
            shutil.rmtree(folder, ignore_errors=True)
            with contextlib.suppress(OSError):
                folder.parent.rmdir()


def _fill(export: Export, stream: Stream, folder: Path) -> list[dict[str, Any]]:
    told = time.monotonic()
    with Outputs(stream, folder) as outputs, ItemList(folder) as items, closing(stream.pages()) as pages:
        for page in pages:
            outputs.add(page)
            for item, rows in page:
                items.add(item, rows)
            if time.monotonic() - told > TELL_SECONDS:
                told = time.monotonic()
                _tell(export, stream.tally)
        items.finish()
        files = outputs.finish()
    return packed(stream, outputs, folder, files) if stream.wish.options.container == HF else files


def _place(export: Export) -> str:
    """Relative, and another one for each attempt."""
    return f"{export.pk}/{export.attempts}"


def _clear_leftovers(export: Export) -> None:
    """Of earlier attempts, whose workers died."""
    for attempt in range(1, export.attempts):
        shutil.rmtree(workspace() / f"{export.pk}/{attempt}", ignore_errors=True)
        shelf().remove(f"{export.pk}/{attempt}")


def _tell(export: Export, tally: Tally, lease: timedelta = LEASE) -> None:
    """How far it is, and that somebody is on it. Raises ClaimLost when it was cancelled, too."""
    until = timezone.now() + lease
    if not _mine(export).update(rows=tally.rows, items=tally.items, total=tally.total, lease_until=until):
        raise ClaimLost


def _failed(export: Export, error: str, *, final: bool = False) -> None:
    if final or export.attempts >= MAX_ATTEMPTS:
        changes = {"state": Export.State.FAILED, "finished_at": timezone.now()}
    else:
        changes = {"state": Export.State.QUEUED}
    _mine(export).update(**changes, error=error, lease_until=None)
