"""The pictures, sounds and films of a dataset folder, each once: in configs of their own, as `datasets` reads them.

A row of `images` (or `sounds`, `films`) is `{"path", "mime", "image"}`, and `path` is what rows of the dataset call it.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from annotate.core.errors import Conflict
from annotate.corpus.media.store import read_part
from annotate.corpus.models import Media
from annotate.exports.huggingface.card import Config
from annotate.exports.media import Medium
from annotate.exports.writing import ROW_GROUP_BYTES

CONFIGS = {"image": "images", "audio": "sounds", "video": "films"}
# A cell of Parquet is in memory while it is written, and read: what is larger is a file of the folder by itself.
MOST_EMBEDDED = 64 * 1024 * 1024
FILE_BYTES = 512 * 1024 * 1024


def kept(project: int, digests: Iterable[str]) -> list[Media]:
    """By digest."""
    return list(Media.objects.filter(project=project, sha256__in=digests).order_by("sha256"))


def is_embedded(media: Media) -> bool:
    return media.bytes <= MOST_EMBEDDED


def pieces(media: Media) -> Iterator[bytes]:
    """Raises Conflict for a file that is not where it should be."""
    try:
        return read_part(media, 0, media.bytes)
    except FileNotFoundError:
        message = f"The file {media.sha256} is not in the storage of media any more. Upload it again."
        raise Conflict("no-media", message) from None


def written(media: list[Media], folder: Path) -> list[Config]:
    """Writes the Parquet files of all these."""
    found = []
    for type, name in CONFIGS.items():
        if some := [one for one in media if one.type == type]:
            files = list(_parted(some))
            config = Config(name, type, len(some), sum(one.bytes for one in some), 0, {})
            for i, part in enumerate(files):
                place = folder / f"{name}-{i}.parquet"
                _write(part, type, place)
                config.files[f"{name}/train-{i:05}-of-{len(files):05}.parquet"] = place
                config.packed += place.stat().st_size
            found.append(config)
    return found


def path_of(media: Media) -> str:
    return Medium(sha256=media.sha256).path


def _parted(media: list[Media]) -> Iterator[list[Media]]:
    part, size = [], 0
    for one in media:
        part.append(one)
        size += one.bytes if is_embedded(one) else 0
        if size >= FILE_BYTES:
            yield part
            part, size = [], 0
    if part:
        yield part


def _write(media: list[Media], type: str, place: Path) -> None:
    file = pa.struct([("bytes", pa.binary()), ("path", pa.string())])
    schema = pa.schema([("path", pa.string()), ("mime", pa.string()), (type, file)])
    with pq.ParquetWriter(place, schema, compression="zstd") as writer:
        rows, size = [], 0
        for one in media:
            content = b"".join(pieces(one)) if is_embedded(one) else None
            rows.append({"path": path_of(one), "mime": one.mime, type: {"bytes": content, "path": path_of(one)}})
            size += len(content or b"")
            if size >= ROW_GROUP_BYTES:
                writer.write_table(pa.Table.from_pylist(rows, schema))
                rows, size = [], 0
        if rows:
            writer.write_table(pa.Table.from_pylist(rows, schema))
