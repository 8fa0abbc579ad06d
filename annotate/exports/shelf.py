"""Where finished files are kept: in the data folder, or in a bucket that speaks S3 (`STEPMARK_EXPORT_STORAGE`)."""

import io
import os
import shutil
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

PIECE = 256 * 1024


class Shelf(Protocol):
    """Names are relative paths. A missing file is a FileNotFoundError, any other trouble an OSError."""

    def keep(self, folder: Path, name: str) -> None:
        """All files of a local folder as NAME/…; the folder is left as it is, or is what is kept."""

    def read(self, name: str, start: int, length: int) -> Iterator[bytes]:
        """Bytes from `start` (0-based) on, in pieces. The file is opened before this returns."""

    def remove(self, name: str) -> None:
        """Everything below NAME, if there is anything."""


def workspace() -> Path:
    """Where files are written until they are whole. Datasets are no business of other accounts."""
    folder = Path(settings.DATA_DIR) / "exports"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def shelf() -> Shelf:
    url = settings.EXPORT_STORAGE
    return S3(url, settings.EXPORT_ENDPOINT) if url else Disk()


class Disk:
    """What is kept lies where it was written: under the name that only the database's row leads to."""

    def keep(self, folder: Path, name: str) -> None:
        assert folder == workspace() / name  # noqa: S101
        for path in (*folder.iterdir(), folder, folder.parent, folder.parent.parent):
            fd = os.open(path, os.O_RDONLY)
            try:
                os.fsync(fd)
            finally:
                os.close(fd)

    def read(self, name: str, start: int, length: int) -> Iterator[bytes]:
        file = (workspace() / name).open("rb")
        file.seek(start)

        def pieces() -> Iterator[bytes]:
            with file:
                left = length
                while left > 0 and (piece := file.read(min(PIECE, left))):
                    left -= len(piece)
                    yield piece

        return pieces()

    def remove(self, name: str) -> None:
        shutil.rmtree(workspace() / name, ignore_errors=True)


class S3:
    def __init__(self, url: str, endpoint: str) -> None:
        self.storage = _storage(url, endpoint)

    def keep(self, folder: Path, name: str) -> None:
        with _as_os_errors():
            for path in sorted(folder.iterdir()):
                # In parts of some MB, several at a time; an object appears when it is whole.
                self.storage.bucket.upload_file(str(path), self._key(f"{name}/{path.name}"))

    def read(self, name: str, start: int, length: int) -> Iterator[bytes]:
        if not length:
            return iter(())
        with _as_os_errors():
            found = self.storage.bucket.Object(self._key(name)).get(Range=f"bytes={start}-{start + length - 1}")
        body: Iterator[bytes] = found["Body"].iter_chunks(PIECE)
        return body

    def remove(self, name: str) -> None:
        with _as_os_errors():
            self.storage.bucket.objects.filter(Prefix=self._key(name) + "/").delete()

    def _key(self, name: str) -> str:
        location = self.storage.location.strip("/")
        return f"{location}/{name}" if location else name


@lru_cache(maxsize=4)
def _storage(url: str, endpoint: str) -> Any:
    """Keys and region come from the environment, the usual AWS way."""
    from storages.backends.s3 import S3Storage  # boto3 takes a while to load, and only few need it

    parts = urlsplit(url)
    if parts.scheme != "s3" or not parts.netloc:
        raise ImproperlyConfigured("STEPMARK_EXPORT_STORAGE must be like s3://bucket/folder, or empty for the disk.")
    return S3Storage(
        bucket_name=parts.netloc,
        location=parts.path.strip("/"),
        endpoint_url=endpoint or None,
        addressing_style="path" if endpoint else None,
    )


class _as_os_errors:
    """Trouble with the bucket, as trouble with a file."""

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: Any, error: BaseException | None, trace: Any) -> None:
        from boto3.exceptions import Boto3Error
        from botocore.exceptions import BotoCoreError, ClientError

        if isinstance(error, ClientError) and error.response["Error"]["Code"] in ("NoSuchKey", "404"):
            raise FileNotFoundError("no such object") from error
        if isinstance(error, ClientError | BotoCoreError | Boto3Error):
            raise OSError(5, f"the bucket says: {error}") from error


class Reading(io.RawIOBase):
    """A kept file as something to read from, from its start."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self._rest = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._rest:
            piece = next(self._pieces, None)
            if piece is None:
                return 0
            self._rest = piece
        n = min(len(buffer), len(self._rest))
        buffer[:n], self._rest = self._rest[:n], self._rest[n:]
        return n
