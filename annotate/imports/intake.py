"""Taking data in at once: from a request, the shell, or what a program has at hand. Each is an import."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from django.db import DatabaseError, connection
from django.utils import timezone

from annotate.accounts.models import User
from annotate.audit.actions import record
from annotate.core.errors import DomainError
from annotate.core.meanwhile import meanwhile
from annotate.corpus.containers import members, members_of_file, spooled
from annotate.corpus.formats.base import Format
from annotate.corpus.formats.detect import AUTO
from annotate.corpus.ingest import Reader, Report
from annotate.imports.atomic import all_or_nothing
from annotate.imports.batches import count, store
from annotate.imports.files import folder
from annotate.imports.models import Import
from annotate.projects.models import Project
from annotate.scoring.actions import wake

State = Import.State
Progress = Callable[[int], None]

# A request that has read nothing for so long is not going on.
SILENCE = timedelta(hours=1)
RENEWED_AFTER = 60.0  # seconds
INTERRUPTED = "It was cut off. What had been accepted is in; sending the same again completes it."


def take_in(
    project: Project,
    format: Format | None,
    chunks: Iterable[bytes],
    *,
    actor: User | None = None,
    atomic: bool = False,
    on_conflict: str = Import.OnConflict.REJECT,
    name: str = "",
    segmenter: str = "",
    licence: str = "",
    source: str = "",
    into: Import | None = None,
    progress: Progress = lambda lines: None,
) -> Report:
    """Read the whole stream into the project: plain or packed, see `annotate.corpus.containers`.

    Each batch is a transaction of its own: what was accepted before a crash stays, and sending the same again counts it
    as duplicates. With `atomic` all lines are one transaction, undone if a single one is rejected. `format` None:
    recognised, see `Reader`. `licence` and `source` are of the data. `into`: add to this import, which is open and says
    how, instead of making one. `actor` is None for an import from the shell. `progress` is told how many lines have
    been read.
    """
    import_ = into or Import.objects.create(
        project=project,
        created_by=actor,
        name=name,
        format=format.name if format else AUTO,
        atomic=atomic,
        on_conflict=on_conflict,
        options={"segmenter": segmenter} if segmenter else {},
        licence=licence,
        source=source,
        state=State.RUNNING,
        lease_until=timezone.now() + SILENCE,
    )
    report = Report(import_id=str(import_.pk))
    chunks = _renewed_by(import_, chunks)
    try:
        if import_.atomic:
            _all_or_nothing(import_, format, chunks, report, progress)
        else:
            _batch_by_batch(import_, format, chunks, report, progress)
    except BaseException as error:
        if into is None:
            _broken_off(import_, error)
        raise
    if into is None:
        count(import_, **ended(import_, report))
    told(import_, report, actor)
    return report


def ended(import_: Import, report: Report) -> dict[str, Any]:
    """What its row says once it has come to its end."""
    nothing = import_.atomic and report.rejected
    return {
        "state": State.FAILED if nothing else State.DONE,
        "error": f"All or nothing: {report.rejected:,} of its lines were rejected, so nothing is in."
        if nothing
        else "",
        "finished_at": timezone.now(),
        "lease_until": None,
        "recognised": [asdict(one) for one in report.recognised[:100]],
    }


def told(import_: Import, report: Report, actor: User | None) -> None:
    """Into the audit log, and to the scorers."""
    counts = {"accepted": report.accepted, "duplicates": report.duplicates, "rejected": report.rejected}
    data = {"import": str(import_.pk), "format": import_.format, **counts}
    record(actor, "traces.ingest", project_id=import_.project_id, data=data)
    if report.accepted:
        wake(import_.project)


def _batch_by_batch(
    import_: Import, format: Format | None, chunks: Iterable[bytes], report: Report, progress: Progress
) -> None:
    with closing(members(chunks, folder())) as files:
        reader = Reader(import_.project, files, format, **import_.reading)
        report.recognised = reader.recognised
        for batch in reader:
            stored = store(import_, batch, **_lease(import_))
            report.accepted += len(stored.merged.traces) + len(stored.merged.choices)
            report.duplicates += stored.merged.duplicates
            for rejected in stored.rejected:
                report.reject(rejected)
            progress(reader.lines)


def _all_or_nothing(
    import_: Import, format: Format | None, chunks: Iterable[bytes], report: Report, progress: Progress
) -> None:
    with (
        spooled(chunks, folder()) as file,
        meanwhile(lambda: _renew(import_), every=RENEWED_AFTER, name=f"import {import_.pk}"),
    ):
        _renew(import_)

        def reader(keys: bool) -> Reader:
            file.seek(0)
            return Reader(import_.project, members_of_file(file, folder()), format, keys=keys, **import_.reading)

        all_or_nothing(import_, reader, report, progress)


def _lease(import_: Import) -> dict[str, datetime]:
    """Until when it counts as alive if nothing more is heard of it. One that is open waits for as long as it takes."""
    return {} if import_.state == State.OPEN else {"lease_until": timezone.now() + SILENCE}


def _renew(import_: Import) -> None:
    if lease := _lease(import_):
        Import.objects.filter(pk=import_.pk, state=State.RUNNING).update(**lease)


def _renewed_by(import_: Import, chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The chunks: what still comes in is alive, also while nothing of it can be read yet."""
    last = time.monotonic()
    for chunk in chunks:
        if time.monotonic() - last > RENEWED_AFTER:
            last = time.monotonic()
            _renew(import_)
        yield chunk


def _broken_off(import_: Import, error: BaseException) -> None:
    """Says so on its row, as far as the database can be reached: the error that brought us here is the one to tell."""
    if connection.needs_rollback:
        return
    try:
        mine = Import.objects.filter(pk=import_.pk, state=State.RUNNING)
        if isinstance(error, DomainError):  # it did not begin
            mine.filter(lines=0).delete()
        mine.update(state=State.FAILED, error=INTERRUPTED, finished_at=timezone.now(), lease_until=None)
    except DatabaseError:
        return
