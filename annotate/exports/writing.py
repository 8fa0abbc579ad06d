"""Encoded rows into a file, as text or as Parquet: in flat memory, and the same rows give the same bytes."""

import hashlib
import io
from collections.abc import Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Lock
from typing import BinaryIO, Protocol

import pyarrow as pa
import pyarrow.json
import pyarrow.parquet as pq

from annotate.exports.formats.base import Layout

ROW_GROUP_BYTES = 16 * 1024 * 1024  # of JSON: what a reader unpacks at once, and what is kept in memory here
ROW_GROUP_ROWS = 50_000
LEAST_GROUP_BYTES = 512 * 1024
PARSED_BYTES = 1024 * 1024  # of JSON: what Arrow reads at once
LEAST_PARSED_BYTES = 64 * 1024


class Counting:
    """A file that is written once from start to end, and knows its size, and its SHA-256 if that is wanted."""

    closed = False

    def __init__(self, file: BinaryIO, *, digest: bool = True) -> None:
        self.file = file
        self.bytes = 0
        self.sha256 = hashlib.sha256() if digest else None

    def write(self, data: bytes) -> int:
        # Arrow lends its own memory, which it takes back afterwards.
        kept = data if isinstance(data, bytes) else bytes(data)
        self.file.write(kept)
        if self.sha256 is not None:
            self.sha256.update(kept)
        self.bytes += len(kept)
        return len(kept)

    def tell(self) -> int:
        return self.bytes

    def flush(self) -> None:
        self.file.flush()

    def close(self) -> None:
        """Whoever opened the file closes it."""

    def readable(self) -> bool:
        return False

    def writable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return False


class Writer(Protocol):
    rows: int

    def add(self, rows: list[bytes]) -> None:
        """Rows as the format encodes them: JSON objects, or lines of CSV."""

    def finish(self) -> None: ...


class TextWriter:
    def __init__(self, file: Counting, layout: Layout) -> None:
        self.file = file
        self.layout = layout
        self.rows = 0

    def add(self, rows: list[bytes]) -> None:
        if not rows:
            return
        layout = self.layout
        self.file.write((layout.between if self.rows else layout.start) + layout.between.join(rows))
        self.rows += len(rows)

    def finish(self) -> None:
        if last := self.layout.end if self.rows else self.layout.empty:
            self.file.write(last)


class ParquetWriter:
    """Rows in JSON become columns by Arrow's own reader, which is faster than anything that makes Python objects
    of them in between.
    """

    def __init__(self, file: Counting, schema: pa.Schema, files: int = 1) -> None:
        self.schema = schema
        self.rows = 0
        self._writer = pq.ParquetWriter(pa.PythonFile(file, mode="w"), schema, compression="zstd")
        self._options = pa.json.ParseOptions(explicit_schema=schema, unexpected_field_behavior="error")
        self._most = max(LEAST_GROUP_BYTES, ROW_GROUP_BYTES // files)
        self._at_once = max(LEAST_PARSED_BYTES, PARSED_BYTES // files)
        self._waiting: list[bytes] = []
        self._waiting_bytes = 0
        self._tables: list[pa.Table] = []
        self._bytes = self._rows = 0
        # Arrow works outside of Python's lock: while it does, the next rows are read and encoded.
        self._pool = ThreadPoolExecutor(1, "parquet")
        self._working: Future[None] | None = None

    def add(self, rows: list[bytes]) -> None:
        self.rows += len(rows)
        self._waiting += rows
        self._waiting_bytes += sum(map(len, rows))
        if self._waiting_bytes >= self._at_once or len(self._waiting) >= ROW_GROUP_ROWS:
            self._send()

    def finish(self) -> None:
        self._send()
        self._wait()
        self._pool.shutdown()
        self._write()
        self._writer.close()

    def _send(self) -> None:
        self._wait()
        if self._waiting:
            self._working = self._pool.submit(self._take, b"\n".join(self._waiting), len(self._waiting))
        self._waiting, self._waiting_bytes = [], 0

    def _wait(self) -> None:
        if self._working is not None:
            self._working.result()

    def _take(self, text: bytes, rows: int) -> None:
        # A row must fit into a block, so all of it is one.
        reading = pa.json.ReadOptions(block_size=len(text) + 1, use_threads=False)
        table = pa.json.read_json(pa.BufferReader(text), reading, self._options)
        self._tables.append(table if table.schema == self.schema else table.cast(self.schema))
        self._rows += rows
        self._bytes += len(text)
        if self._bytes >= self._most or self._rows >= ROW_GROUP_ROWS:
            self._write()

    def _write(self) -> None:
        if self._tables:
            table = pa.concat_tables(self._tables)
            self._writer.write_table(table, row_group_size=table.num_rows)
        self._tables, self._bytes, self._rows = [], 0, 0


class Drain(io.RawIOBase):
    """A file that is read while it is written."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self._lock = Lock()  # Parquet is written by a thread of its own

    def write(self, data: bytes) -> int:  # type: ignore[override]
        with self._lock:
            self._parts.append(data)
        return len(data)

    def take(self) -> bytes:
        """What was written since the last time."""
        with self._lock:
            parts, self._parts = self._parts, []
        return b"".join(parts)


def flat(rows: Iterable[list[bytes]]) -> list[bytes]:
    return [row for some in rows for row in some]
