"""All or nothing: every line is checked before anything is written, then all is written in one transaction.

So a slow upload keeps nobody waiting, and what can be seen from the lines alone never costs a transaction. The
project's row, which claims that come back want to change, is locked only at the end, for the tasks.
"""

from __future__ import annotations

from collections.abc import Callable

from django.db import IntegrityError, transaction
from django.db.models import F

from annotate.corpus.ingest import Reader, Rejected, Report
from annotate.imports.batches import MAX_KEPT, count, keep_rejected, uuids, write
from annotate.imports.models import Import
from annotate.labeling.actions import open_imported


class _RollBack(Exception):
    pass


def all_or_nothing(
    import_: Import, reader: Callable[[bool], Reader], report: Report, progress: Callable[[int], None]
) -> None:
    """`reader` begins anew each time; its argument says whether keys are wanted. `progress` is told lines; what it
    raises undoes everything.
    """
    rejected: list[Rejected] = []
    checking = reader(False)
    for batch in checking:
        _reject(report, rejected, batch.rejected)
        progress(checking.lines)
    report.recognised = checking.recognised
    if not rejected:
        for last_try in (False, True):
            try:
                _write(import_, reader(True), report, rejected, progress)
                return
            except _RollBack:
                break
            except IntegrityError:  # as `annotate.imports.batches.store`
                if last_try:
                    raise
    report.accepted = report.duplicates = 0
    with transaction.atomic():
        kept = keep_rejected(import_, rejected)
        count(
            import_,
            lines=F("lines") + checking.lines,
            rejected=F("rejected") + report.rejected,
            rejected_kept=F("rejected_kept") + kept,
        )


def _write(
    import_: Import, reader: Reader, report: Report, rejected: list[Rejected], progress: Callable[[int], None]
) -> None:
    report.accepted = report.duplicates = 0
    opened: list[tuple[list[bytes], list[bytes]]] = []
    with transaction.atomic():
        for batch in reader:
            merged, refused = write(import_, batch)
            report.accepted += len(merged.traces) + len(merged.choices)
            report.duplicates += merged.duplicates
            opened.append((merged.traces, merged.choices))
            _reject(report, rejected, refused)
            progress(reader.lines)
        if rejected:
            raise _RollBack
        count(
            import_,
            lines=F("lines") + reader.lines,
            accepted=F("accepted") + report.accepted,
            duplicates=F("duplicates") + report.duplicates,
        )
        for traces, choices in opened:
            open_imported(import_.project_id, uuids(traces), uuids(choices))


def _reject(report: Report, kept: list[Rejected], rejected: list[Rejected]) -> None:
    for one in rejected:
        report.reject(one)
    kept += rejected[: max(0, MAX_KEPT // 10 - len(kept))]  # they stay in memory until all is known
