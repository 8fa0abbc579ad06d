"""Storing one batch: rows of the corpus, their tasks and scoring, what was refused, and how far the import is.

All in one transaction, so that after a crash the counts say exactly what is in.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.db.models import F

from annotate.corpus.copying import copy
from annotate.corpus.ingest import Batch, Rejected
from annotate.corpus.merge import Merged, merge
from annotate.imports.models import Import
from annotate.imports.retirement import retire
from annotate.labeling.actions import open_imported
from annotate.scoring.planning import plan, rescore_problems

MAX_KEPT = 100_000  # rejected lines of one import

State = Import.State


class Stopped(Exception):
    """The import is no longer this worker's: paused, withdrawn, or taken over by another one."""


@dataclass
class Stored:
    merged: Merged
    rejected: list[Rejected]


def store(import_: Import, batch: Batch, **lease: Any) -> Stored:
    """The batch and its counts. Raises Stopped, and then nothing of the batch is in. `lease`: `lease_until`, for those
    whom no worker keeps.

    What an annotator's rewrite makes of the tree while we are about to write the very node is met by a second look.
    """
    for last_try in (False, True):
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                # Not waited for until it is on disk, which the next batch's work covers. What tells anybody of it
                # commits later and waits, and the log is written in order.
                cursor.execute("SET LOCAL synchronous_commit = off")
                return _store(import_, batch, lease)
        except IntegrityError:
            if last_try:
                raise
    raise AssertionError


def _store(import_: Import, batch: Batch, lease: dict[str, Any]) -> Stored:
    merged, rejected = write(import_, batch)
    kept = keep_rejected(import_, rejected)
    count(
        import_,
        lines=F("lines") + batch.lines,
        accepted=F("accepted") + len(merged.traces) + len(merged.choices),
        duplicates=F("duplicates") + merged.duplicates,
        rejected=F("rejected") + len(rejected),
        rejected_kept=F("rejected_kept") + kept,
        bytes_read=import_.bytes_read,
        stalls=0,
        **lease,
    )
    open_imported(import_.project_id, uuids(merged.traces), uuids(merged.choices))
    return Stored(merged, rejected)


def write(import_: Import, batch: Batch) -> tuple[Merged, list[Rejected]]:
    """The rows of the batch, all but its tasks: what became of it, and all that was rejected."""
    new_versions = import_.on_conflict == Import.OnConflict.NEW_VERSION
    merged = merge(import_.project_id, batch.prepared, new_versions=new_versions)
    plan(import_.project_id, uuids(merged.traces), uuids(merged.choices))
    if merged.answered:
        rescore_problems(import_.project, uuids(merged.answered))
    retire(merged.superseded)
    _hold(import_, merged)
    for at, error in merged.errors:
        batch.reject(at, error)
    return merged, batch.rejected


def _hold(import_: Import, merged: Merged) -> None:
    traces, choices = merged.traces + merged.known_traces, merged.choices + merged.known_choices
    if traces or choices:
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO imports_holding (import_id, traces, choices) VALUES (%s, %s::uuid[], %s::uuid[])",
                (import_.pk, _array(traces), _array(choices)),
            )


def count(import_: Import, *, states: Sequence[str] = (State.RUNNING, State.OPEN), **changes: Any) -> None:
    """Changes the import's row if it is still this worker's to change. Raises Stopped."""
    if not Import.objects.filter(pk=import_.pk, turn=import_.turn, state__in=states).update(**changes):
        raise Stopped


def keep_rejected(import_: Import, rejected: Sequence[Rejected]) -> int:
    """Writes them down, as long as there are not too many of this import; how many were written."""
    room = max(0, MAX_KEPT - import_.rejected_kept)
    rows = [
        (
            import_.pk,
            storable(one.member),
            one.line,
            one.error.code,
            storable(one.error.field),
            storable(one.error.message),
            storable(one.content.decode("utf-8", "backslashreplace")),
        )
        for one in rejected[:room]
    ]
    with connection.cursor() as cursor:
        columns = "import_id, file, line, code, field, message, content"
        copy(cursor.cursor, "imports_rejectedline", columns, rows)
    import_.rejected_kept += len(rows)
    return len(rows)


def storable(text: str) -> str:
    """The text as the database keeps it: a NUL, or half of a surrogate pair, is written out."""
    return text.encode("utf-8", "backslashreplace").decode().replace("\0", "\\x00")


def uuids(keys: Iterable[bytes]) -> list[uuid.UUID]:
    return [uuid.UUID(bytes=key) for key in keys]


def _array(keys: Sequence[bytes]) -> str:
    return "{" + ",".join([key.hex() for key in keys]) + "}"
