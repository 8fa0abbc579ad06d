"""From what a line names to what is stored: by digest, by the path of an uploaded file, or from the line itself."""

from collections.abc import Iterable, Iterator
from typing import Any

from annotate.core.errors import DomainError
from annotate.corpus.formats.base import Item, LineError, TraceIn
from annotate.corpus.media.store import clean_name, examine, keep, keep_bytes
from annotate.corpus.models import Media, MediaName
from annotate.projects.models import Project

MAX_REMEMBERED = 10_000
KEPT = ("alt", "start", "end")

Ref = dict[str, Any]


class Resolver:
    """For one import. `data_set`: whose file names are meant, before those that were uploaded by themselves; `folder`:
    where the lines' own file lies in it, which names may be relative to. `dry`: stores nothing that lines bring.
    """

    def __init__(self, project: Project, data_set: str = "", folder: str = "", *, dry: bool = False) -> None:
        self.project, self.data_set, self.folder, self.dry = project, data_set, folder, dry
        self._known: dict[tuple[str, str], Media | None] = {}

    def resolve(self, item: Item) -> Item:
        """The item, all its media in the form that is stored (see `models.Step`). Raises LineError for what is missing
        or refused.
        """
        for field, refs in _lists(item):
            for i, ref in enumerate(refs):
                refs[i] = self._stored(ref, f"{field}[{i}]")
        return item

    def take(self, name: str, chunks: Iterable[bytes]) -> None:
        """A file that came with the lines. Raises DomainError, and BrokenInput."""
        if self.dry:
            self._known["name", clean_name(name)] = examine(self.project, chunks)
        else:
            keep(self.project, chunks, name=name, data_set=self.data_set)

    def _stored(self, ref: Ref, field: str) -> Ref:
        more = {name: ref[name] for name in KEPT if name in ref}
        if "url" in ref:
            return {"type": ref["type"], "url": ref["url"], **more}
        if "content" in ref:
            media = self._from_line(ref["content"], field)
        elif "sha256" in ref:
            media = self._by_digest(ref["sha256"], field)
        else:
            media = self._by_name(ref["file"], field)
        for name in ("type", "mime", "bytes"):
            if name in ref and ref[name] != getattr(media, name):
                message = f"The file's {name} is {getattr(media, name)}, not {ref[name]}."
                raise LineError("other-media", message, f"{field}.{name}")
        return {"type": media.type, "sha256": media.sha256, "mime": media.mime, "bytes": media.bytes, **more}

    def _from_line(self, content: bytes, field: str) -> Media:
        try:
            return examine(self.project, [content]) if self.dry else keep_bytes(self.project, content)
        except DomainError as error:
            raise LineError(error.code, error.message, field) from None

    def _by_digest(self, sha256: str, field: str) -> Media:
        if media := self._find("sha256", sha256):
            return media
        raise LineError("no-media", "No file with this digest was uploaded. Upload it first.", field)

    def _by_name(self, name: str, field: str) -> Media:
        try:
            name = clean_name(name)
        except DomainError as error:
            raise LineError(error.code, error.message, field) from None
        tries = [f"{self.folder}/{name}", name] if self.folder else [name]
        for tried in tries:
            if media := self._find("name", tried):
                return media
        message = f"{name} was not uploaded. Upload it under this name, or put it into the zip with the lines."
        raise LineError("no-media", message, field)

    def _find(self, by: str, value: str) -> Media | None:
        key = (by, value)
        if key not in self._known:
            if len(self._known) >= MAX_REMEMBERED:
                self._known.clear()
            self._known[key] = self._look_up(by, value)
        return self._known[key]

    def _look_up(self, by: str, value: str) -> Media | None:
        if by == "sha256":
            return Media.objects.filter(project=self.project, sha256=value).first()
        names = MediaName.objects.filter(project=self.project, data_set__in=["", self.data_set], name=value)
        named = names.select_related("media").order_by("-data_set").first()
        return named.media if named else None


def _lists(item: Item) -> Iterator[tuple[str, list[Ref]]]:
    """Every list of media in an item, with the field that it came from."""
    problem = item.problem
    if problem.media:
        yield "problem.media", problem.media
    for i, piece in enumerate(problem.material or []):
        if piece.get("media"):
            yield f"problem.material[{i}].media", piece["media"]
    parts = (
        [("steps", item.steps)]
        if isinstance(item, TraceIn)
        else [("prefix", item.prefix), ("candidates", item.candidates)]
    )
    for name, steps in parts:
        for i, step in enumerate(steps):
            if step.media:
                yield f"{name}[{i}].media", step.media
