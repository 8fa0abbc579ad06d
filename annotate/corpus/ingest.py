"""From the files of an upload to batches: cut into lines, recognise the format, parse, and say what is wrong.

Nothing is written here. `Reader` gives batches in the order of the upload; `annotate.corpus.merge` stores them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import msgspec

from annotate.core.errors import DomainError, Invalid
from annotate.corpus.containers import Member, Refused, without_nulls
from annotate.corpus.formats.base import Format, Item, LineError
from annotate.corpus.formats.detect import detect
from annotate.corpus.keys import check_keys
from annotate.corpus.lines import BrokenInput, Line, split_lines
from annotate.corpus.media.resolve import Resolver
from annotate.corpus.merge import Prepared, prepare
from annotate.projects.models import Project

BATCH_LINES = 1000
BATCH_BYTES = 8 * 1024 * 1024
MAX_ERRORS = 100
MAX_CONTENT = 4 * 1024  # bytes of a rejected line that are kept


@dataclass(slots=True)
class Rejected:
    """A line that was not taken. `line` is 1-based in its file (0: the file as a whole), which `member` names if the
    upload has several; `content` is how it begins.
    """

    line: int
    error: LineError
    member: str = ""
    content: bytes = b""


@dataclass(slots=True)
class Recognised:
    """Which format a file of the upload is in, and by what it was known (a sentence)."""

    member: str
    format: str
    reason: str


@dataclass(slots=True)
class Batch:
    """Consecutive lines of the upload, `lines` of them in all."""

    prepared: list[Prepared] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)
    lines: int = 0
    size: int = 0
    # Where each of the lines in `prepared` stands: (member, line, content). `Prepared.number` is an index into it.
    places: list[tuple[str, int, bytes]] = field(default_factory=list)

    @property
    def full(self) -> bool:
        return len(self.prepared) + len(self.rejected) >= BATCH_LINES or self.size >= BATCH_BYTES

    def reject(self, at: int, error: LineError) -> None:
        """Reject what was prepared from the place with this index."""
        member, line, content = self.places[at]
        self.rejected.append(Rejected(line, error, member, content[:MAX_CONTENT]))


@dataclass
class Report:
    """What became of an upload's lines. `errors` holds the first MAX_ERRORS rejected lines, `rejected` counts all."""

    accepted: int = 0
    duplicates: int = 0
    rejected: int = 0
    errors: list[tuple[int, LineError]] = field(default_factory=list)
    recognised: list[Recognised] = field(default_factory=list)
    import_id: str = ""

    def reject(self, rejected: Rejected) -> None:
        self.rejected += 1
        if len(self.errors) < MAX_ERRORS:
            rejected.error.member = rejected.member
            self.errors.append((rejected.line, rejected.error))

    def as_dict(self) -> dict[str, object]:
        """As the API answers it; `line` is 1-based."""
        errors = []
        for number, error in sorted(self.errors, key=lambda e: (e[1].member, e[0])):
            entry: dict[str, object] = {"line": number, "code": error.code, "message": error.message}
            if error.field:
                entry["field"] = error.field
            if error.member:
                entry["file"] = error.member
            errors.append(entry)
        report: dict[str, object] = {
            "accepted": self.accepted,
            "duplicates": self.duplicates,
            "rejected": self.rejected,
            "errors": errors,
        }
        if self.import_id:
            report["import"] = self.import_id
        if self.rejected > len(errors):
            report["truncated_errors"] = self.rejected - len(errors)
        return report


class Reader:
    """The batches of an upload. `format` None: each file is recognised by itself, and told in `recognised`.

    `skip`: so many lines were read before; `keys`: whether to compute what merging needs, or only to check the lines;
    `data_set`: under which the media of a zip are named; `segmenter`: by which solutions in one text are cut, see
    `annotate.corpus.segment`, or "" for the format's own.
    Raises Invalid when the upload is one file that is not recognised.
    """

    def __init__(
        self,
        project: Project,
        files: Iterable[Member | Refused],
        format: Format | None,
        *,
        skip: int = 0,
        keys: bool = True,
        data_set: str = "",
        segmenter: str = "",
    ) -> None:
        self.project, self.files, self.format = project, files, format
        self.skip, self.keys = skip, keys
        self.segmenter = segmenter
        self.media = Resolver(project, data_set)
        self.recognised: list[Recognised] = []
        self.lines = 0

    def __iter__(self) -> Iterator[Batch]:
        batch = Batch()
        for file in self._files():
            if isinstance(file, Rejected):
                self.lines += 1
                if self.lines > self.skip:
                    batch.lines += 1
                    batch.rejected.append(file)
                continue
            member, format, chunks = file
            self.media.folder = member.name.rpartition("/")[0]
            parse = _parser(format, member.nulls)
            for number, line in _until_broken(format, chunks):
                self.lines += 1
                if self.lines <= self.skip:
                    continue
                batch.lines += 1
                self._take(batch, member.name, number, line, parse)
                if batch.full:
                    yield batch
                    batch = Batch()
        if batch.lines:
            yield batch

    def _files(self) -> Iterator[tuple[Member, Format, Iterable[bytes]] | Rejected]:
        """Each file with its format and its content."""
        try:
            for file in self.files:
                if isinstance(file, Refused):
                    yield Rejected(0, LineError("refused-file", file.message), file.name)
                elif file.media:
                    try:
                        self.media.take(file.name, file.chunks)
                    except (DomainError, BrokenInput) as error:
                        yield Rejected(0, LineError("refused-file", str(error)), file.name)
                elif self.format is not None:
                    yield file, self.format.cut_by(self.segmenter), file.chunks
                else:
                    try:
                        found = detect(file.chunks)
                    except Invalid as error:
                        if not file.name:
                            raise
                        said = error.errors[0].message if error.errors else error.message
                        yield Rejected(0, LineError("unknown-format", said), file.name)
                        continue
                    self.recognised.append(Recognised(file.name, found.format.name, found.reason))
                    yield file, found.format.cut_by(self.segmenter), found.chunks
        except BrokenInput as error:  # the upload as a whole
            yield Rejected(0, LineError("broken-input", str(error)))

    def _take(self, batch: Batch, member: str, number: int, line: bytes | LineError, parse: Any) -> None:
        try:
            if isinstance(line, LineError):
                raise line
            items = [self.media.resolve(item) for item in parse(line)]
            at = len(batch.places)
            if self.keys:
                batch.prepared += [prepare(self.project.pk, at, item) for item in items]
            batch.places.append((member, number, line))
            batch.size += len(line)
        except LineError as error:
            content = b"" if isinstance(line, LineError) else line[:MAX_CONTENT]
            batch.rejected.append(Rejected(number, error, member, content))


def _parser(format: Format, nulls: bool) -> Callable[[bytes], list[Item]]:
    def parse(line: bytes) -> list[Item]:
        try:
            items = format.parse(line)
        except LineError:
            check_keys(line)  # the better reason, if there is one
            raise
        check_keys(line)
        return items

    def parse_row(line: bytes) -> list[Item]:
        """Tables say null both where something is null and where it is not given: as it is, or else without them."""
        try:
            return format.parse(line)
        except LineError as error:
            if error.code != "invalid":
                raise
            try:
                return format.parse(msgspec.json.encode(without_nulls(msgspec.json.decode(line))))
            except LineError:
                raise error from None

    return parse_row if nulls else parse


def _until_broken(format: Format, chunks: Iterable[bytes]) -> Iterator[Line]:
    """The lines up to where the input can't be read any more, which is told in the place of the next line."""
    number = 0
    try:
        for number, line in split_lines(chunks, grouped=format.grouped):
            yield number, line
    except BrokenInput as error:
        yield number + 1, LineError("broken-input", f"{error} Everything before this line was read.")
