"""A folder as the Hugging Face Hub has them, in a zip: `README.md`, and `data/SPLIT-00000-of-00001.parquet`.

Unpacked, `datasets.load_dataset(folder)` loads it, and `huggingface-cli upload` sends it as it is. The same rows
give the same bytes.
"""

import shutil
import tempfile
import zipfile
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from annotate.exports.encoding import Encoder
from annotate.exports.huggingface.card import Split, card
from annotate.exports.outputs import Outputs
from annotate.exports.shelf import workspace
from annotate.exports.stream import Stream
from annotate.exports.writing import Counting

PIECE = 1024 * 1024
EPOCH = (1980, 1, 1, 0, 0, 0)  # the first time that a zip can say


def packed(stream: Stream, folder: Path, files: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Turns the Parquet files that `Outputs` wrote into one zip beside them, and removes them. What it is, as a list
    like that of `Outputs.finish`.
    """
    readme = _card(stream, folder, files)
    name = f"data.{stream.wish.extension}"
    with (folder / name).open("wb") as file:
        counting = Counting(file)
        # Parquet is compressed already.
        with zipfile.ZipFile(counting, "w", zipfile.ZIP_STORED) as archive:
            archive.writestr(_entry("README.md"), readme.encode())
            for one in files:
                entry = _entry(f"data/{one['name']}")
                with (folder / one["name"]).open("rb") as source, archive.open(entry, "w", force_zip64=True) as target:
                    shutil.copyfileobj(source, target, PIECE)
    for one in files:
        (folder / one["name"]).unlink()
    assert counting.sha256 is not None  # noqa: S101
    rows = sum(one["rows"] for one in files)
    return [{"name": name, "rows": rows, "bytes": counting.bytes, "sha256": counting.sha256.hexdigest()}]


def chunks(stream: Stream) -> Generator[bytes, None, None]:
    """The zip piece by piece: after all rows were read, since the card comes first and tells of them."""
    workspace().mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="stream-", dir=workspace()) as name:
        folder = Path(name)
        with Outputs(stream, folder) as outputs:
            for page in stream.pages():
                outputs.add(page)
            files = outputs.finish()
        with (folder / packed(stream, folder, files)[0]["name"]).open("rb") as file:
            while piece := file.read(PIECE):
                yield piece


def _card(stream: Stream, folder: Path, files: list[dict[str, Any]]) -> str:
    wish = stream.wish
    splits: dict[str, Split] = {}
    for one in files:
        name = one["name"].rsplit("-", 3)[0]
        split = splits.setdefault(name, Split(name, 0, 0, 0))
        metadata = pq.ParquetFile(folder / one["name"]).metadata
        split.rows += one["rows"]
        split.bytes += sum(metadata.row_group(i).total_byte_size for i in range(metadata.num_row_groups))
        split.packed += one["bytes"]
    assert stream.about is not None  # noqa: S101
    schema = Encoder.schema(wish.format, wish.options)
    return card(wish.format.title, stream.about, wish.options, stream.manifest(), schema, list(splits.values()))


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, EPOCH)
    entry.external_attr = 0o644 << 16
    return entry
