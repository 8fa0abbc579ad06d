"""Keeping media: the bytes in the storage `media`, at a path made of their SHA-256, and a row that knows the type."""

import hashlib
import os
import re
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.core.files import File
from django.core.files.storage import Storage, storages
from django.db import transaction
from django.utils import timezone

from annotate.core.errors import Conflict, Invalid
from annotate.corpus.lines import CHUNK
from annotate.corpus.media.sniff import HEAD, NAMES, sniff
from annotate.corpus.models import Media, MediaName
from annotate.projects.models import Project

MIB = 1024 * 1024
MAX_BYTES = {"image": 32 * MIB, "audio": 256 * MIB, "video": 1024 * MIB}
MAX_NAME = 1000

_DRIVE = re.compile(r"[A-Za-z]:")


class MediaRefused(Invalid):
    """These bytes are not kept; says why."""


def storage() -> Storage:
    return storages["media"]


def keep(project: Project, chunks: Iterable[bytes], *, name: str = "", data_set: str = "") -> tuple[Media, bool]:
    """Stores what comes in pieces, in bounded memory; the row, and whether it is new.

    `name` is the path by which lines may call it, `data_set` what that path belongs to (see `MediaName`). Raises
    MediaRefused for what is no media that we know, too large, or badly named; Conflict `name-taken` when the name
    stands for other content already.
    """
    name = clean_name(name) if name else ""
    with _spool() as spool:
        media = examine(project, chunks, spool.write)
        with transaction.atomic():
            # The row first and locked: a sweep that is just deleting it has deleted the file when we go on.
            found, new = Media.objects.select_for_update().get_or_create(
                project=project,
                sha256=media.sha256,
                defaults={"type": media.type, "mime": media.mime, "bytes": media.bytes},
            )
            if not new:
                found.created_at = timezone.now()
                found.save(update_fields=["created_at"])
            _put(media.path, spool, media.bytes)
    if name:
        _call(found, name, data_set)
    return found, new


def examine(project: Project, chunks: Iterable[bytes], write: Callable[[bytes], object] = len) -> Media:
    """What they would be kept as: a row that is not stored. Raises MediaRefused."""
    sha256, head, size = hashlib.sha256(), b"", 0
    limit = max(MAX_BYTES.values())
    kind = None
    for chunk in chunks:
        size += len(chunk)
        if kind is None:
            head += chunk[: HEAD - len(head)]
            if len(head) >= HEAD:
                kind = _known(head)
                limit = MAX_BYTES[kind.type]
        if size > limit:
            raise _too_large(limit)
        sha256.update(chunk)
        write(chunk)
    kind = kind or _known(head)
    if size > MAX_BYTES[kind.type]:
        raise _too_large(MAX_BYTES[kind.type])
    return Media(project=project, sha256=sha256.hexdigest(), type=kind.type, mime=kind.mime, bytes=size)


def keep_bytes(project: Project, content: bytes) -> Media:
    return keep(project, [content])[0]


def read_part(media: Media, start: int, length: int) -> Iterator[bytes]:
    """Its bytes from `start` (0-based) on, in pieces. Raises FileNotFoundError before it returns."""
    file = storage().open(media.path)
    file.seek(start)

    def pieces() -> Iterator[bytes]:
        with file:
            left = length
            while left > 0 and (piece := file.read(min(CHUNK, left))):
                left -= len(piece)
                yield piece

    return pieces()


def clean_name(name: str) -> str:
    """The path without "./" at its head. Raises MediaRefused for one that leads out of its folder."""
    name = name.removeprefix("./")
    bad = name.startswith("/") or _DRIVE.match(name) or any(part in ("", ".", "..") for part in name.split("/"))
    if bad or "\\" in name or any(ord(c) < 32 for c in name) or len(name) > MAX_NAME:
        raise MediaRefused(
            "bad-name",
            f'A name is a path inside the data set, like "images/1.png": parts joined by "/", none of them empty or '
            f'"..", in all up to {MAX_NAME} characters.',
        )
    return name


def _known(head: bytes) -> Any:
    kind = sniff(head)
    if kind is None:
        raise MediaRefused("not-media", f"This is no file of a kind that is kept here: {NAMES}. Convert it to one.")
    return kind


def _too_large(limit: int) -> MediaRefused:
    return MediaRefused("too-large", f"The file is larger than {limit // MIB} MiB. Make it smaller, or cut it.")


def _call(media: Media, name: str, data_set: str) -> None:
    named, _ = MediaName.objects.get_or_create(
        project=media.project, data_set=data_set, name=name, defaults={"media": media}
    )
    if named.media_id != media.pk:
        message = f"{name} is another file here already. Give this one another name."
        raise Conflict("name-taken", message)


@contextmanager
def _spool() -> Iterator[IO[bytes]]:
    """A file beside the store for what is uploaded: from there it is moved to its place, whole or not at all."""
    folder = Path(settings.DATA_DIR) / "media" / ".incoming"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=folder, delete=False) as file:
        try:
            yield file
        finally:
            Path(file.name).unlink(missing_ok=True)


class _Movable(File):
    """Tells Django's storage of files that it may be moved instead of copied."""

    def temporary_file_path(self) -> str:
        return str(self.name)


def _put(path: str, file: IO[bytes], size: int) -> None:
    """The bytes under their path, unless they are there. Two who put the same at once write the same."""
    there = storage()
    if there.exists(path) and there.size(path) == size:
        return
    file.flush()
    os.fsync(file.fileno())
    file.seek(0)
    there.save(path, _Movable(file, name=file.name))
