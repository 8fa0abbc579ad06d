"""Imports whose file is here: claimed in the database, so that each is read once whoever is woken how often.

A claim is a lease, renewed by a thread of its own while the work goes on. A worker that dies leaves an expired lease
behind, and another one goes on behind the last batch that was stored; `turn` tells their claims apart.
"""

from __future__ import annotations

import logging
import threading
import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict
from datetime import timedelta
from typing import IO

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from annotate.core.errors import DomainError
from annotate.core.meanwhile import meanwhile
from annotate.corpus.containers import members_of_file
from annotate.corpus.formats import FORMATS
from annotate.corpus.ingest import Reader, Report
from annotate.imports.atomic import all_or_nothing
from annotate.imports.batches import Stopped, count, store
from annotate.imports.files import file_of, folder
from annotate.imports.intake import INTERRUPTED, ended, told
from annotate.imports.models import Import, RejectedLine
from annotate.imports.withdrawal import withdraw

MAX_STALLS = 3
KEEP_SECONDS = 2.0  # between two looks whether the import is still this worker's

State = Import.State
log = logging.getLogger(__name__)


def lease() -> timedelta:
    return timedelta(seconds=settings.IMPORT_LEASE_SECONDS)


def due() -> list[uuid.UUID]:
    """Those waiting for a worker, the oldest first."""
    return list(_claimable().order_by("created_at").values_list("pk", flat=True))


def give_up_on_exhausted() -> None:
    """Mark as failed what took its last workers down with it, and requests that were cut off."""
    left = Import.objects.filter(lease_until__lt=timezone.now())
    left.filter(state=State.RUNNING, background=False).update(
        state=State.FAILED, error=INTERRUPTED, finished_at=timezone.now(), lease_until=None
    )
    left.filter(state__in=[State.RUNNING, State.WITHDRAWING], stalls__gte=MAX_STALLS).update(
        state=State.FAILED,
        finished_at=timezone.now(),
        error=f"The worker stopped {MAX_STALLS} times at the same place. Its log may say why. Resume tries again.",
    )


def run(import_id: uuid.UUID) -> bool:
    """Go on with this import, or take it back, if it waits for somebody to; False if it does not. Never raises for
    what goes wrong with it.
    """
    import_ = _claim(import_id)
    if import_ is None:
        return False
    try:
        with _kept(import_) as keeper:
            if import_.state == State.WITHDRAWING:
                withdraw(import_)
            else:
                _read(import_, keeper)
    except Stopped:
        log.info("import %s: stopped here", import_.pk)
    except DomainError as error:
        _failed(import_, error.errors[0].message if error.errors else error.message, final=True)
    except FileNotFoundError:
        _failed(import_, "Its file is gone from the server. Send it again.", final=True)
    except Exception:  # whatever it is, the row must say that it failed
        log.exception("import %s", import_.pk)
        _failed(import_, "It went wrong on the server. The worker's log says how. Resume tries again.")
    return True


def _claimable() -> QuerySet[Import]:
    now = timezone.now()
    waits = Q(state__in=[State.QUEUED, State.WITHDRAWING], lease_until=None)
    left_behind = Q(state__in=[State.RUNNING, State.WITHDRAWING], background=True, lease_until__lt=now)
    left_behind |= Q(state=State.WITHDRAWING, lease_until__lt=now)
    return Import.objects.filter(waits | left_behind, stalls__lt=MAX_STALLS)


def _claim(import_id: uuid.UUID) -> Import | None:
    """One at a time of a project: they would only wait for each other, and keep workers from other work."""
    with transaction.atomic():
        import_ = _claimable().select_for_update(skip_locked=True).filter(pk=import_id).first()
        if import_ is None:
            return None
        busy = Import.objects.filter(
            project=import_.project_id, background=True, state=State.RUNNING, lease_until__gte=timezone.now()
        )
        if import_.state != State.WITHDRAWING and busy.exclude(pk=import_id).exists():
            return None
        import_.state = State.WITHDRAWING if import_.state == State.WITHDRAWING else State.RUNNING
        import_.turn += 1
        import_.stalls += 1
        import_.lease_until = timezone.now() + lease()
        import_.error = ""
        import_.save(update_fields=["state", "turn", "stalls", "lease_until", "error"])
    return Import.objects.select_related("project").get(pk=import_id)


def _mine(import_: Import) -> QuerySet[Import]:
    """Its row, unless another worker has taken it since, or somebody wants something else of it: to stop, to go."""
    return Import.objects.filter(pk=import_.pk, turn=import_.turn, state=import_.state)


class _Keeper:
    """Renews the lease while asked to, and says when the import is not this worker's any more."""

    def __init__(self, import_: Import) -> None:
        self.import_ = import_
        self.told: dict[str, int] = {}
        self.lost = threading.Event()

    def keep(self) -> None:
        if not _mine(self.import_).update(lease_until=timezone.now() + lease(), **self.told):
            self.lost.set()

    def check(self) -> None:
        if self.lost.is_set():
            raise Stopped


@contextmanager
def _kept(import_: Import) -> Iterator[_Keeper]:
    keeper = _Keeper(import_)
    every = min(KEEP_SECONDS, settings.IMPORT_LEASE_SECONDS / 4)
    with meanwhile(keeper.keep, every=every, name=f"import {import_.pk}"):
        yield keeper


def _read(import_: Import, keeper: _Keeper) -> None:
    report = Report(import_id=str(import_.pk))
    with file_of(import_).open("rb") as file:
        if import_.atomic:
            _read_whole(import_, file, report, keeper)
        else:
            _go_on(import_, file, report, keeper)
    report.accepted, report.duplicates, report.rejected = Import.objects.values_list(
        "accepted", "duplicates", "rejected"
    ).get(pk=import_.pk)
    with transaction.atomic():
        count(import_, bytes_read=import_.size or 0, stalls=0, **ended(import_, report))
        told(import_, report, import_.created_by)
    if not (import_.atomic and report.rejected):
        file_of(import_).unlink(missing_ok=True)


def _go_on(import_: Import, file: IO[bytes], report: Report, keeper: _Keeper) -> None:
    """Behind the last batch that was stored."""
    with closing(members_of_file(file, folder())) as files:
        reader = Reader(import_.project, files, FORMATS.get(import_.format), skip=import_.lines, **import_.reading)
        report.recognised = reader.recognised
        known = 0
        for batch in reader:
            keeper.check()
            import_.bytes_read = file.tell()
            store(import_, batch)
            if len(reader.recognised) > known:  # told early: it may be the wrong one
                known = len(reader.recognised)
                count(import_, recognised=[asdict(one) for one in reader.recognised[:100]])


def _read_whole(import_: Import, file: IO[bytes], report: Report, keeper: _Keeper) -> None:
    """From the beginning, whatever an earlier try came to: nothing of it is in."""
    RejectedLine.objects.filter(import_of=import_).delete()
    count(import_, lines=0, rejected=0, rejected_kept=0)
    import_.rejected_kept = 0

    def reader(keys: bool) -> Reader:
        file.seek(0)
        files = members_of_file(file, folder())
        return Reader(import_.project, files, FORMATS.get(import_.format), keys=keys, **import_.reading)

    def progress(lines: int) -> None:
        keeper.told = {"bytes_read": file.tell()}
        keeper.check()

    try:
        all_or_nothing(import_, reader, report, progress)
    finally:
        keeper.told = {}


def _failed(import_: Import, error: str, *, final: bool = False) -> None:
    mine = _mine(import_)
    if final or import_.stalls >= MAX_STALLS:
        mine.update(state=State.FAILED, finished_at=timezone.now(), error=error, lease_until=None)
    elif import_.state == State.WITHDRAWING:
        mine.update(error=error, lease_until=None)
    else:
        mine.update(state=State.QUEUED, error=error, lease_until=None)
