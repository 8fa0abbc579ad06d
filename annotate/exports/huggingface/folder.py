"""A folder as the Hugging Face Hub has them, in a zip: `README.md`, `data/SPLIT-00000-of-00001.parquet`, and the
pictures, sounds and films that belong to what is in it (`annotate.exports.huggingface.media`).

Unpacked, `datasets.load_dataset(folder)` loads it, and `huggingface-cli upload` sends it as it is. The same rows
give the same bytes.
"""

import shutil
import tempfile
import zipfile
from collections.abc import Generator
from dataclasses import replace
from pathlib import Path
from typing import IO, Any

import pyarrow.parquet as pq

from annotate.exports.encoding import Encoder
from annotate.exports.huggingface import media
from annotate.exports.huggingface.card import Split, card
from annotate.exports.options import Options
from annotate.exports.outputs import Outputs
from annotate.exports.provenance import pseudonym
from annotate.exports.shelf import workspace
from annotate.exports.stream import Stream, Wish
from annotate.exports.writing import Counting

PIECE = 1024 * 1024
EPOCH = (1980, 1, 1, 0, 0, 0)  # the first time that a zip can say


def packed(stream: Stream, outputs: Outputs, folder: Path, files: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Turns the Parquet files that `Outputs` wrote into one zip beside them, with the media that they name, and removes
    them. What it is, as a list like that of `Outputs.finish`.
    """
    assert outputs.media is not None  # noqa: S101
    kept = media.kept(stream.wish.project.pk, outputs.media.digests)
    configs = media.written(kept, folder)
    # `datasets` loads nothing at all of a folder with a split that has no row.
    full = {_split_of(one) for one in files if one["rows"]}
    written = [one for one in files if not full or _split_of(one) in full]
    readme = _card(stream, folder, written, configs, elsewhere=outputs.media.elsewhere)
    name = f"data.{stream.wish.extension}"
    made = {f"data/{one['name']}": folder / one["name"] for one in written}
    for config in configs:
        made.update(config.files)
    with (folder / name).open("wb") as file:
        counting = Counting(file)
        # Parquet is compressed already, and so are pictures.
        with zipfile.ZipFile(counting, "w", zipfile.ZIP_STORED) as archive:
            archive.writestr(_entry("README.md"), readme.encode())
            for entry, place in made.items():
                with place.open("rb") as source, _opened(archive, entry) as target:
                    shutil.copyfileobj(source, target, PIECE)
            for one in kept:
                if not media.is_embedded(one):
                    with _opened(archive, media.path_of(one)) as target:
                        target.writelines(media.pieces(one))
    for place in (*made.values(), *(folder / one["name"] for one in files if one not in written)):
        place.unlink()
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
        with (folder / packed(stream, outputs, folder, files)[0]["name"]).open("rb") as file:
            while piece := file.read(PIECE):
                yield piece


def _card(
    stream: Stream, folder: Path, files: list[dict[str, Any]], configs: list[media.Config], *, elsewhere: bool
) -> str:
    wish = stream.wish
    splits: dict[str, Split] = {}
    for one in files:
        name = _split_of(one)
        split = splits.setdefault(name, Split(name, 0, 0, 0))
        metadata = pq.ParquetFile(folder / one["name"]).metadata
        split.rows += one["rows"]
        split.bytes += sum(metadata.row_group(i).total_byte_size for i in range(metadata.num_row_groups))
        split.packed += one["bytes"]
    assert stream.about is not None  # noqa: S101
    schema = Encoder.schema(wish.format, wish.options)
    return card(
        wish.format,
        stream.about,
        _shown(wish),
        stream.manifest(),
        schema,
        list(splits.values()),
        configs,
        elsewhere=elsewhere,
    )


def _split_of(file: dict[str, Any]) -> str:
    name: str = file["name"]
    return name.rsplit("-", 3)[0]


def _shown(wish: Wish) -> Options:
    """What was asked for, without anybody's name."""
    by = wish.options.by
    return replace(wish.options, by=pseudonym(wish.project.slug, by)) if by else wish.options


def _opened(archive: zipfile.ZipFile, name: str) -> IO[bytes]:
    return archive.open(_entry(name), "w", force_zip64=True)


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, EPOCH)
    entry.external_attr = 0o644 << 16
    return entry
