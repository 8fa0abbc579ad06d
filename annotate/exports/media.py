"""Pictures, sounds and films: as items name them, and as rows do. Pure."""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

import msgspec
from msgspec import Raw, Struct

from annotate.exports.items import ChoiceItem, Item, Step, TraceItem

# All that a part may be, beside text, by how an address ends: written out, since machines differ in what they know.
PICTURES = {"jpg": "image/jpeg", "jpeg": "image/jpeg", "png": "image/png", "gif": "image/gif", "webp": "image/webp"}
_KEPT = re.compile(rb'"sha256":\s*"([0-9a-f]{64})"')


class Medium(Struct):
    """One that is kept here, or one at an address."""

    type: str = "image"
    sha256: str = ""
    mime: str = ""
    url: str = ""

    @property
    def path(self) -> str:
        """What rows call it: its address, or where a dataset folder has it."""
        return self.url or f"media/{self.sha256}"

    @property
    def mime_type(self) -> str:
        """As it is known, or as the address tells; "" where neither does."""
        end = urlsplit(self.url).path.rpartition(".")[2].lower()
        return self.mime or PICTURES.get(end, "")

    @property
    def is_picture(self) -> bool:
        """Whether a part of a content can be it."""
        return self.type == "image" and self.mime_type in PICTURES.values()


_media_list = msgspec.json.Decoder(list[Medium])


def media_of(raw: Raw | None) -> list[Medium]:
    return [] if raw is None else _media_list.decode(raw)


def media_in(item: Item) -> list[str]:
    """The paths of all that belong to it, in order, each once."""
    lists = (item.problem.media, *(step.media for step in _steps(item)))
    return list(dict.fromkeys(one.path for raw in lists if raw is not None for one in media_of(raw)))


def kept_in(item: Item) -> Iterator[str]:
    """The digests of all that are kept here, also of what belongs to the problem's material."""
    for raw in (item.problem.media, item.problem.material, *(step.media for step in _steps(item))):
        if raw is not None:
            yield from (found.decode() for found in _KEPT.findall(bytes(raw)))


def is_wordless(item: Item) -> bool:
    """Whether something of it is a picture, a sound or a film and not a word."""
    for step in item.steps if isinstance(item, TraceItem) else _steps(item):  # a loop, since it is for every trace
        if not step.text:
            return True
    return not item.problem.statement


def _steps(item: Item) -> list[Step]:
    return [*item.prefix, *item.candidates] if isinstance(item, ChoiceItem) else item.steps
