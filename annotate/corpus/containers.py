"""What an upload is packed in, known by its first bytes: plain text, gzip, Zstandard, Parquet, or a zip of these.

Everything becomes `Member`s, each a stream of bytes that `annotate.corpus.lines` cuts into lines. Memory stays bounded
whatever comes; a file is needed only for what can't be read from its beginning (Parquet and zip).
"""

from __future__ import annotations

import io
import os
import re
import shutil
import stat
import struct
import subprocess
import sys
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from annotate.corpus.lines import CHUNK, BrokenInput, chain_head, gunzip

GZIP, ZSTD, PARQUET, ZIP = b"\x1f\x8b", b"\x28\xb5\x2f\xfd", b"PAR1", b"PK\x03\x04"
EMPTY_ZIP = b"PK\x05\x06"
HEAD = 4

MAX_MEMBERS = 10_000
MAX_DIRECTORY = 16 * 1024**2  # bytes of a zip's table of contents, which is read whole
# Text packs ten to one, tables of nothing a hundred to one; what goes further over a gigabyte is not data.
MAX_RATIO = 250
FREE_RATIO = 1024**3
PARQUET_MEGABYTES = 2048  # of memory, for whatever is in it
IN_MEMORY = 8 * 1024**2  # what is spooled goes to disk only when it is larger
SPARE_DISK = 512 * 1024**2  # bytes left free for the database

Folder = str | os.PathLike[str]

_TWICE = "It is packed twice. Unpack it once before sending it."


@dataclass
class Member:
    """One file of an upload; `name` is "" unless it came in a zip. `chunks` can be read once and raises BrokenInput.

    `nulls`: where a field was not given it is null, since that is how tables say it. `media`: it holds no lines, but is
    named by those of the members after it.
    """

    name: str
    chunks: Iterable[bytes]
    nulls: bool = False
    media: bool = False


@dataclass
class Refused:
    """A member that can't be read, and why."""

    name: str
    message: str


Files = Generator[Member | Refused, None, None]


def members(chunks: Iterable[bytes], folder: Folder | None = None) -> Files:
    """The files of an upload that comes as a stream. `folder`: where to keep what has to be a file meanwhile."""
    pieces = iter(chunks)
    head = b""
    while len(head) < HEAD and (piece := next(pieces, None)) is not None:
        head += piece
    whole = chain_head(head, pieces)
    if head[:HEAD] in (PARQUET, ZIP, EMPTY_ZIP):
        with spooled(whole, folder) as file:
            yield from _of_file(file, head[:HEAD], folder)
    else:
        yield Member("", unpacked(whole, head))


def members_of_file(file: IO[bytes], folder: Folder | None = None) -> Files:
    """The same for a file that can be read at any place."""
    head = file.read(HEAD)
    file.seek(0)
    if head in (PARQUET, ZIP, EMPTY_ZIP):
        yield from _of_file(file, head, folder)
    else:
        yield Member("", unpacked(read(file), head))


def spooled(chunks: Iterable[bytes], folder: Folder | None = None) -> IO[bytes]:
    """The chunks as a file that nobody else sees and that is gone when it is closed."""
    if folder:
        os.makedirs(folder, mode=0o700, exist_ok=True)
    file = tempfile.SpooledTemporaryFile(IN_MEMORY, dir=os.fspath(folder) if folder else None)  # noqa: SIM115
    try:
        write_all(file, chunks, folder or tempfile.gettempdir())
    except BaseException:
        file.close()
        raise
    file.seek(0)
    return file


def write_all(file: IO[bytes], chunks: Iterable[bytes], folder: Folder) -> int:
    """Writes them while the disk has room to spare; how many bytes. Raises BrokenInput."""
    written, look_at = 0, IN_MEMORY
    for chunk in chunks:
        file.write(chunk)
        written += len(chunk)
        if written >= look_at:
            look_at = written + 16 * IN_MEMORY
            check_room(folder)
    return written


def check_room(folder: Folder) -> None:
    """Raises BrokenInput when the disk has none to spare."""
    if shutil.disk_usage(folder).free < SPARE_DISK:
        raise BrokenInput("The server's disk is nearly full. Its operator must make room first.")


def read(file: IO[bytes]) -> Iterator[bytes]:
    while chunk := file.read(CHUNK):
        yield chunk


def unpacked(chunks: Iterable[bytes], head: bytes) -> Iterator[bytes]:
    """The content of what begins with `head`: through gunzip or unzstd if that is how it begins."""
    if head.startswith(GZIP):
        return _plain(bounded(chunks, gunzip))
    if head.startswith(ZSTD):
        return _plain(bounded(chunks, unzstd))
    return iter(chunks)


def _plain(chunks: Iterator[bytes]) -> Iterator[bytes]:
    first = next(chunks, b"")
    if first[:HEAD] in (ZSTD, PARQUET, ZIP) or first[:2] == GZIP:
        raise BrokenInput(_TWICE)
    yield from chain_head(first, chunks)


def bounded(chunks: Iterable[bytes], unpack: Callable[[Iterable[bytes]], Iterator[bytes]]) -> Iterator[bytes]:
    """Unpacks, until it is plain that nobody meant what is coming."""
    packed = 0

    def counted() -> Iterator[bytes]:
        nonlocal packed
        for chunk in chunks:
            packed += len(chunk)
            yield chunk

    size = 0
    for piece in unpack(counted()):
        size += len(piece)
        _check_ratio(size, packed)
        yield piece


def _check_ratio(size: int, packed: int) -> None:
    if size > FREE_RATIO and size > MAX_RATIO * packed:
        raise BrokenInput(f"It unpacks to more than {MAX_RATIO} times its size. Send it unpacked if that is meant.")


def unzstd(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The decompressed content, joined frames too, in pieces of at most CHUNK bytes."""
    import pyarrow

    try:
        with pyarrow.CompressedInputStream(pyarrow.PythonFile(_Readable(chunks), mode="r"), "zstd") as stream:
            while piece := stream.read(CHUNK):
                yield piece
    except (OSError, pyarrow.ArrowException) as error:
        raise BrokenInput(f"This is not valid Zstandard, or was cut off: {_said(error)}") from None


class _Readable(io.RawIOBase):
    """An iterator of chunks as a file. What goes wrong in it comes out as it is."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self.pieces = iter(chunks)
        self.rest = b""

    def readable(self) -> bool:
        return True

    def read(self, size: int | None = -1) -> bytes:
        if not self.rest:
            self.rest = next(self.pieces, b"")
        if size is None or size < 0:
            size = len(self.rest)
        given, self.rest = self.rest[:size], self.rest[size:]
        return given


def _of_file(file: IO[bytes], head: bytes, folder: Any) -> Iterator[Member | Refused]:
    if head == PARQUET:
        yield Member("", rows_of_parquet(file), nulls=True)
    else:
        yield from _of_zip(file, folder)


# Parquet ---------------------------------------------------------------------------------------------------------


def rows_of_parquet(file: IO[bytes]) -> Iterator[bytes]:
    """Each row as a line of JSON, nested columns as objects, in pieces of any length. By a program of its own whose
    memory is bounded: a few kB can unpack to any size while they are read. Raises BrokenInput.
    """
    program = [sys.executable, "-P", str(Path(__file__).with_name("parquet_child.py")), str(PARQUET_MEGABYTES)]
    packed, size = os.fstat(file.fileno()).st_size, 0
    with subprocess.Popen(
        program, stdin=file, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True
    ) as child:
        assert child.stdout  # noqa: S101
        assert child.stderr  # noqa: S101
        try:
            for piece in read(child.stdout):
                size += len(piece)
                _check_ratio(size, packed)
                yield piece
            said = child.stderr.read().decode(errors="replace")
            child.wait()
        finally:
            child.kill()  # of no use any more, if it still runs
    if child.returncode:
        reason = _said(ValueError(said)) if child.returncode == 1 else "it is damaged, or takes too much memory."
        raise BrokenInput(f"This Parquet file can't be read: {reason}")


def without_nulls(value: Any) -> Any:
    """The same without the fields of objects that are null; what is null in a list stays."""
    if isinstance(value, dict):
        return {name: without_nulls(inner) for name, inner in value.items() if inner is not None}
    if isinstance(value, list):
        return [without_nulls(inner) for inner in value]
    return value


# Zip -------------------------------------------------------------------------------------------------------------

_DRIVE = re.compile(r"^[A-Za-z]:")
_MEDIA = (".png", ".jpg", ".jpeg", ".gif", ".webp", ".mp3", ".wav", ".ogg", ".oga", ".flac", ".m4a", ".mp4", ".webm")


def _names_media(name: str) -> bool:
    return name.lower().endswith(_MEDIA)


def _of_zip(file: IO[bytes], folder: Any) -> Iterator[Member | Refused]:
    try:
        _check_directory(file)
        archive = zipfile.ZipFile(file)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, struct.error) as error:
        raise BrokenInput(f"This zip file can't be read: {_said(error)}") from None
    infos = [i for i in archive.infolist() if not i.is_dir() and not i.filename.startswith("__MACOSX/")]
    if len(infos) > MAX_MEMBERS:
        raise BrokenInput(f"The zip file holds {len(infos):,} files; {MAX_MEMBERS:,} is the most.")
    if not infos:
        raise BrokenInput("The zip file is empty.")
    seen: set[str] = set()
    for info in sorted(infos, key=lambda i: (not _names_media(i.filename), i.header_offset)):
        if why := _refused(info, seen):
            yield Refused(info.filename[:200], why)
            continue
        seen.add(info.filename)
        with ExitStack() as stack:
            try:
                content = stack.enter_context(archive.open(info))
                head = content.peek(HEAD)[:HEAD]  # type: ignore[attr-defined]
            except Exception as error:  # noqa: BLE001 - whatever zipfile finds wrong with this one
                yield Refused(info.filename, f"It can't be read: {_said(error)}")
                continue
            chunks = _of_member(content, info.compress_size)
            if _names_media(info.filename):
                yield Member(info.filename, chunks, media=True)
            elif head in (ZIP, EMPTY_ZIP):
                yield Refused(info.filename, "It is a zip file in a zip file. Unpack it, or send it by itself.")
            elif head == PARQUET:
                try:
                    yield Member(info.filename, rows_of_parquet(stack.enter_context(spooled(chunks, folder))), True)
                except BrokenInput as error:
                    yield Refused(info.filename, str(error))
            else:
                yield Member(info.filename, unpacked(chunks, head))


def _of_member(content: IO[bytes], packed: int) -> Iterator[bytes]:
    size = 0
    try:
        for piece in read(content):
            size += len(piece)
            _check_ratio(size, packed)
            yield piece
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, NotImplementedError) as error:
        raise BrokenInput(f"This file of the zip is damaged: {_said(error)}") from None


def _refused(info: zipfile.ZipInfo, seen: set[str]) -> str:
    """Why a member is not read, or "". Nothing is ever written under its name; but who names it so means no good."""
    name = info.filename
    if info.flag_bits & 0x1:
        return "It is encrypted. Send it without a password."
    if name.startswith(("/", "\\")) or _DRIVE.match(name) or ".." in re.split(r"[/\\]", name):
        return "Its name leads out of the archive. Pack it with a plain name."
    if "\\" in name or any(ord(c) < 32 for c in name):
        return "Its name has characters that no file's name needs. Rename it."
    if stat.S_ISLNK(info.external_attr >> 16):
        return "It is a link, not a file."
    if name in seen:
        return "There is another file of this name in the archive."
    return ""


def _check_directory(file: IO[bytes]) -> None:
    """Refuses a table of contents that would fill the memory before the first member is read. Raises ValueError."""
    size = file.seek(0, os.SEEK_END)
    tail_at = max(0, size - 66_000)
    file.seek(tail_at)
    tail = file.read()
    file.seek(0)
    at = tail.rfind(b"PK\x05\x06")
    if at < 0:
        raise ValueError("its end is missing: it was cut off, or is no zip file.")
    (entries, length) = struct.unpack_from("<HL", tail, at + 10)
    wide = tail.rfind(b"PK\x06\x06", 0, at)
    if wide >= 0:
        (entries, length) = struct.unpack_from("<QQ", tail, wide + 32)
    if length > MAX_DIRECTORY or entries > 4 * MAX_MEMBERS:
        raise ValueError(f"it holds too many files; {MAX_MEMBERS:,} is the most.")


def _said(error: BaseException) -> str:
    text = " ".join(str(error).split())[:300] or type(error).__name__
    return text if text.endswith(".") else text + "."
