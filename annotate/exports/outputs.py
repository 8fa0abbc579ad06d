"""The files of one export, written side by side: one, or one for each part and shard."""

import hashlib
import os
from contextlib import ExitStack
from pathlib import Path
from typing import Any, BinaryIO

from annotate.exports.encoding import Encoded, part_of
from annotate.exports.huggingface.named import Named
from annotate.exports.options import EACH, HF
from annotate.exports.stream import Stream
from annotate.exports.writing import Counting, Writer, flat

DATA, TRAIN = "data", "train"


class Outputs:
    """A problem's rows are all in the same file, whichever others are imported later."""

    def __init__(self, stream: Stream, folder: Path) -> None:
        options = stream.wish.options
        self.shards = options.shards
        self.bounds = options.bounds() if options.part == EACH else {}
        self._open = ExitStack()
        self._files: dict[tuple[str, int], tuple[str, BinaryIO, Counting, Writer]] = {}
        to_be_packed = options.container == HF
        only = DATA if not to_be_packed else TRAIN
        parts = list(self.bounds) or [options.part if options.part != EACH and options.part else only]
        for part in parts:
            for shard in range(self.shards):
                extension = "parquet" if to_be_packed else stream.wish.extension
                name = file_name(part, shard, self.shards, extension, numbered=to_be_packed)
                file = self._open.enter_context((folder / name).open("wb"))
                counting = Counting(file)
                share = len(parts) * self.shards
                self._files[part, shard] = name, file, counting, stream.writer(counting, share)
        self._only = next(iter(self._files.values()))[3] if len(self._files) == 1 else None
        self._part = parts[0]
        self.media: Named | None = Named(stream.wish.format.whole_problems) if to_be_packed else None

    def __enter__(self) -> "Outputs":
        return self

    def __exit__(self, *error: object) -> None:
        self._open.close()

    def add(self, page: Encoded) -> None:
        if self.media is not None:
            self.media.see(page)
        if self._only:
            self._only.add(flat(rows for _, rows in page))
            return
        sorted_out: dict[tuple[str, int], list[bytes]] = {}
        for item, rows in page:
            if rows:
                part = part_of(item.lot, self.bounds) if self.bounds else self._part
                sorted_out.setdefault((part, item.lot % self.shards), []).extend(rows)
        for place, rows in sorted_out.items():
            self._files[place][3].add(rows)

    def finish(self) -> list[dict[str, Any]]:
        """`{"name", "rows", "bytes", "sha256"}` of each file, which are then safe on disk."""
        found = []
        for name, file, counting, writer in self._files.values():
            writer.finish()
            file.flush()
            os.fsync(file.fileno())
            assert counting.sha256 is not None  # noqa: S101
            sha256 = counting.sha256.hexdigest()
            found.append({"name": name, "rows": writer.rows, "bytes": counting.bytes, "sha256": sha256})
        return found


def file_name(part: str, shard: int, shards: int, extension: str, *, numbered: bool = False) -> str:
    """`train.jsonl`; of several shards `train-00000-of-00004.jsonl`, as loaders know them."""
    several = shards > 1 or numbered
    return f"{part}-{shard:05}-of-{shards:05}.{extension}" if several else f"{part}.{extension}"


def whole_digest(files: list[dict[str, Any]]) -> str:
    """Of one file its SHA-256; of several, that of what `sha256sum` says of them."""
    if len(files) == 1:
        return str(files[0]["sha256"])
    lines = "".join(f"{file['sha256']}  {file['name']}\n" for file in files)
    return hashlib.sha256(lines.encode()).hexdigest()
