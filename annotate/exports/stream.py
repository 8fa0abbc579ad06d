"""An export as a stream of bytes: what is asked for is checked first, then read page by page in flat
memory.
"""

from collections.abc import Generator
from dataclasses import dataclass, field
from typing import Any

from annotate.core.errors import Invalid
from annotate.corpus.selectors import label_sources
from annotate.exports.formats import FORMATS
from annotate.exports.formats.base import Format, Takes
from annotate.exports.models import Export
from annotate.exports.reading import MAX_PAGE, Reader
from annotate.exports.snapshot import snapshot
from annotate.exports.tally import Tally
from annotate.projects.models import Project

PAGE_BYTES = 2 * 1024 * 1024


@dataclass(frozen=True)
class Wish:
    """What is to be exported; made by `checked`."""

    project: Project
    format: Format
    labels: str
    source: str

    @property
    def file_name(self) -> str:
        """Safe in a header and on any disk."""
        named = "".join(c if c.isascii() and (c.isalnum() or c in "-_.") else "_" for c in self.source)
        parts = [self.project.slug, self.format.name, self.labels, named]
        return "-".join(part for part in parts if part) + f".{self.format.extension}"


def checked(project: Project, format: str, labels: str = Export.Labels.RESOLVED, source: str = "") -> Wish:
    """Raises Invalid for a format, a kind of labels or a source that there is not, naming those that there
    are.
    """
    if format not in FORMATS:
        known = ", ".join(FORMATS)
        raise Invalid.field("format", f"There is no export format {format!r}. Known are: {known}.")
    if labels not in Export.Labels.values:
        known = ", ".join(Export.Labels.values)
        raise Invalid.field("labels", f"labels must be one of: {known}.")
    wish = Wish(project, FORMATS[format], labels, source)
    if labels != Export.Labels.IMPORTED:
        if source:
            raise Invalid.field("source", "source names whose imported labels are meant: it goes with labels=imported.")
        return wish
    needs_source = wish.format.takes is not Takes.EVERYTHING
    if source or needs_source:
        sources = label_sources(project)
        if not sources:
            raise Invalid.field("source", "No labels came with this project's data, so there is nothing to export.")
        if source not in sources:
            problem = f"There are no labels of a source {source!r}" if source else "Say whose labels, with source"
            raise Invalid.field("source", f"{problem}. Known are: {', '.join(sources)}.")
    return wish


@dataclass
class Stream:
    """The bytes of one export. `tally` grows while they are read; `facts` is there once they are."""

    wish: Wish
    tally: Tally = field(default_factory=Tally)
    facts: dict[str, Any] = field(default_factory=dict)

    def chunks(self) -> Generator[bytes, None, None]:
        """About PAGE_BYTES each. An error in the middle is raised: what came before is then no whole
        dataset.
        """
        wish, tally = self.wish, self.tally
        layout = wish.format.layout
        rows_of = wish.format.start(wish.project.slug)
        with snapshot() as connection:
            reader = Reader(connection, wish.project.pk, wish.format, wish.labels, wish.source, tally)
            for page in reader.pages():
                encoded = [layout.encode(row) for item in page for row in rows_of(item, tally)]
                tally.items += len(page)
                if not encoded:
                    continue
                chunk = (layout.between if tally.rows else layout.start) + layout.between.join(encoded)
                tally.rows += len(encoded)
                reader.page_size = min(MAX_PAGE, 4 * len(page), max(1, len(page) * PAGE_BYTES // len(chunk)))
                yield chunk
            self.facts = reader.versions()
        if last := layout.end if tally.rows else layout.empty:
            yield last

    def manifest(self) -> dict[str, Any]:
        """What the dataset is of and what it holds; complete once all chunks are read."""
        wish = self.wish
        asked = {
            "project": wish.project.slug,
            "format": wish.format.name,
            "labels": wish.labels,
            "source": wish.source,
        }
        return {**asked, **self.facts, **self.tally.as_dict()}
