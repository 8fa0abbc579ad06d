"""An export as bytes: what is asked for is checked first, then read page by page in flat memory."""

from collections.abc import Generator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import msgspec
import psycopg

from annotate.accounts.models import User
from annotate.core.errors import Invalid
from annotate.corpus.selectors import label_sources
from annotate.exports.ahead import patiently
from annotate.exports.asking import read
from annotate.exports.encoding import Encoded, Encoder
from annotate.exports.formats import FORMATS
from annotate.exports.formats.base import Format, Takes
from annotate.exports.huggingface.about import About, about, sources_of
from annotate.exports.options import COLUMNS, EACH, HF, IMPORTED, Options
from annotate.exports.reading import Reader
from annotate.exports.scores import check_scorer, versions_of
from annotate.exports.selecting import Selection
from annotate.exports.snapshot import snapshot
from annotate.exports.tally import Tally
from annotate.exports.writing import Counting, Drain, ParquetWriter, TextWriter, Writer, flat
from annotate.labeling.finding.known import parse_for
from annotate.labeling.finding.sql import KINDS, Kind
from annotate.projects.models import Project

_ROLES = """
SELECT u.username, m.role FROM projects_membership m JOIN accounts_user u ON u.id = m.user_id
WHERE m.project_id = %(project)s
"""


@dataclass(frozen=True)
class Wish:
    """What is to be exported; made by `checked`."""

    project: Project
    options: Options
    selection: Selection

    @property
    def format(self) -> Format:
        return FORMATS[self.options.format]

    @property
    def extension(self) -> str:
        return self.format.extension(self.options.container)

    @property
    def media_type(self) -> str:
        return self.format.media_type(self.options.container)

    @property
    def stem(self) -> str:
        """Safe in a header and on any disk."""
        asked = self.options
        part = asked.part if asked.part != EACH else ""
        parts = [self.project.slug, asked.format, asked.labels, asked.source, asked.by, part]
        return "-".join(_safe(part) for part in parts if part)

    @property
    def file_name(self) -> str:
        return f"{self.stem}.{self.extension}"


def _safe(text: str) -> str:
    return "".join(c if c.isascii() and (c.isalnum() or c in "-_.") else "_" for c in text)


def checked(project: Project, given: Mapping[str, Any] | Options) -> Wish:
    """Raises Invalid for whatever is not there or does not go together, naming what there is."""
    options = given if isinstance(given, Options) else read(given)
    format = FORMATS[options.format]
    if options.labels == IMPORTED:
        _check_source(project, options.source, needed=format.takes is not Takes.EVERYTHING)
    for name in ("scorer", "hard"):
        if value := getattr(options, name):
            check_scorer(project, value, name)
    by = _annotator(project, options.by) if options.by else None
    query = parse_for(project, options.filter, field="filter")
    kinds: tuple[Kind, ...] = () if query.is_everything else KINDS
    matching: dict[str, tuple[str, dict[str, Any]]] = {kind: query.where(kind, project_id=project.pk) for kind in kinds}
    return Wish(project, options, Selection(project.pk, format, options, by, matching))


def _check_source(project: Project, source: str, *, needed: bool) -> None:
    if not source and not needed:
        return
    sources = label_sources(project)
    if not sources:
        raise Invalid.field("source", "No labels came with this project's data, so there is nothing to export.")
    if source not in sources:
        problem = f"There are no labels of a source {source!r}" if source else "Say whose labels, with source"
        raise Invalid.field("source", f"{problem}. Known are: {', '.join(sources)}.")


def _annotator(project: Project, username: str) -> int:
    """Somebody who is a member, or was one when they said something."""
    here = User.objects.filter(memberships__project=project) | User.objects.filter(judgements__project=project)
    found: int | None = here.filter(username=username).values_list("pk", flat=True).first()
    if found is None:
        raise Invalid.field("by", f"Nobody named {username!r} is a member of this project or ever said anything in it.")
    return found


@dataclass
class Stream:
    """The rows of one export. `tally` grows while they are read; `facts` is there once they are."""

    wish: Wish
    tally: Tally = field(default_factory=Tally)
    facts: dict[str, Any] = field(default_factory=dict)
    about: About | None = None

    def pages(self) -> Generator[Encoded, None, None]:
        """Each item with its encoded rows, in order. Items without rows are among
        them.
        """
        wish, tally = self.wish, self.tally
        encoder = Encoder(wish.project.slug, wish.format, wish.options, tally)
        with patiently(), snapshot() as connection:
            read_at = datetime.now(UTC).isoformat().replace("+00:00", "Z")
            tally.roles = dict(psycopg.Cursor(connection).execute(_ROLES, {"project": wish.project.pk}).fetchall())
            reader = Reader(connection, wish.selection, tally)
            for page in reader.pages():
                encoded = encoder.page(page)
                tally.items += len(page)
                yield encoded
            if rest := encoder.rest():
                yield rest
            imports = msgspec.to_builtins(sources_of(connection, wish.project.pk))
            scorers = versions_of(connection, wish.project.pk, wish.options.scorers)
            self.facts = {"read_at": read_at, **reader.versions(), **scorers, "imports": imports}
            if wish.options.container == HF:
                self.about = about(connection, wish.project.pk)

    def chunks(self) -> Generator[bytes, None, None]:
        """One file, piece by piece. An error in the middle is raised: what came before is then no whole dataset."""
        if self.wish.options.container == HF:
            from annotate.exports.huggingface import folder  # which is made of what streams are made of

            yield from folder.chunks(self)
            return
        drain = Drain()
        writer = self.writer(Counting(drain, digest=False))  # type: ignore[arg-type]
        for page in self.pages():
            writer.add(flat(rows for _, rows in page))
            if data := drain.take():
                yield data
        writer.finish()
        if data := drain.take():
            yield data

    def writer(self, file: Counting, files: int = 1) -> Writer:
        """For one of `files` that are written side by side, whose memory together is what one has alone."""
        options = self.wish.options
        if options.container in COLUMNS:
            return ParquetWriter(file, Encoder.schema(self.wish.format, options), files)
        return TextWriter(file, self.wish.format.layout(options.container))

    def manifest(self) -> dict[str, Any]:
        """What the dataset is of and what it holds; complete once all pages are read."""
        asked = {"project": self.wish.project.slug, "options": self.wish.options.as_dict()}
        return {**asked, **self.facts, **self.tally.as_dict()}
