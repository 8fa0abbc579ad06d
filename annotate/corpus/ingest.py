"""From a stream of bytes to rows: cut into lines, parse, merge batch by batch, and say what became of every line."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass, field

from django.db import IntegrityError, transaction

from annotate.corpus.formats.base import Format, LineError
from annotate.corpus.lines import BrokenInput, Line, split_lines
from annotate.corpus.media.resolve import Resolver
from annotate.corpus.merge import Merged, Prepared, merge, prepare
from annotate.projects.models import Project

BATCH_LINES = 1000
BATCH_BYTES = 8 * 1024 * 1024
MAX_ERRORS = 100


@dataclass
class Report:
    """What became of an upload's lines. `errors` holds the first MAX_ERRORS rejected lines, `rejected` counts all."""

    accepted: int = 0
    duplicates: int = 0
    rejected: int = 0
    errors: list[tuple[int, LineError]] = field(default_factory=list)

    def reject(self, number: int, error: LineError) -> None:
        self.rejected += 1
        if len(self.errors) < MAX_ERRORS:
            self.errors.append((number, error))

    def as_dict(self) -> dict[str, object]:
        """As the API answers it; `line` is 1-based."""
        errors = []
        for number, error in sorted(self.errors, key=lambda e: e[0]):
            entry: dict[str, object] = {"line": number, "code": error.code, "message": error.message}
            if error.field:
                entry["field"] = error.field
            errors.append(entry)
        report: dict[str, object] = {
            "accepted": self.accepted,
            "duplicates": self.duplicates,
            "rejected": self.rejected,
            "errors": errors,
        }
        if self.rejected > len(errors):
            report["truncated_errors"] = self.rejected - len(errors)
        return report


class _RollBack(Exception):
    pass


def ingest(
    project: Project,
    format: Format,
    chunks: Iterable[bytes],
    *,
    on_merged: Callable[[Merged], None],
    atomic: bool = False,
    progress: Callable[[int], None] = lambda lines: None,
    media: Resolver | None = None,
) -> Report:
    """Read the whole stream into the project. `media` finds the files that lines name; by default those uploaded.

    Each batch is a transaction of its own: what was accepted before a crash stays, and sending the same again counts it
    as duplicates. With `atomic` all lines are one transaction, undone if a single one is rejected. `on_merged` runs
    inside each batch's transaction, with what is new; `progress` is told how many lines have been read.
    """
    report = Report()
    media = media or Resolver(project)
    try:
        with transaction.atomic() if atomic else nullcontext():
            for batch in _batches(project, format, _until_broken(format, chunks, report), report, media):
                merged = _merged(project, batch, on_merged)
                report.accepted += len(merged.traces) + len(merged.choices)
                report.duplicates += merged.duplicates
                for number, error in merged.errors:
                    report.reject(number, error)
                progress(batch[-1].number)
            if atomic and report.rejected:
                raise _RollBack
    except _RollBack:
        report.accepted = 0
    return report


def _merged(project: Project, batch: list[Prepared], on_merged: Callable[[Merged], None]) -> Merged:
    for last_try in (False, True):
        try:
            with transaction.atomic():
                merged = merge(project.pk, batch)
                on_merged(merged)
            return merged
        except IntegrityError:
            # An annotator's rewrite became the very node that we were about to write. The next look will find it.
            if last_try:
                raise
    raise AssertionError


def _until_broken(format: Format, chunks: Iterable[bytes], report: Report) -> Iterator[Line]:
    """The lines up to where the input can't be read any more, which is reported at the line after the last good one."""
    number = 0
    try:
        for number, line in split_lines(chunks, grouped=format.grouped):
            yield number, line
    except BrokenInput as error:
        report.reject(number + 1, LineError("broken-input", f"{error} Everything before this line was read."))


def _batches(
    project: Project, format: Format, lines: Iterable[Line], report: Report, media: Resolver
) -> Iterator[list[Prepared]]:
    batch: list[Prepared] = []
    size = 0
    for number, line in lines:
        try:
            if isinstance(line, LineError):
                raise line
            batch += [prepare(project.pk, number, media.resolve(item)) for item in format.parse(line)]
        except LineError as error:
            report.reject(number, error)
            continue
        size += len(line)
        if len(batch) >= BATCH_LINES or size >= BATCH_BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch
