"""A dataset folder, loaded as anybody would load it."""

import hashlib
import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from annotate.core.errors import Invalid
from annotate.corpus.formats import FORMATS as IMPORT_FORMATS
from annotate.corpus.media.store import keep
from annotate.exports.actions import request_export
from annotate.exports.build import build, place_of
from annotate.exports.formats import FORMATS
from annotate.exports.huggingface import media
from annotate.exports.options import HF
from annotate.exports.shelf import workspace
from annotate.exports.stream import Stream
from annotate.imports.intake import take_in
from tests.cast import Cast
from tests.corpus.test_media import PNG, WAV
from tests.exports.test_parquet import add_for, needed
from tests.exports.tree import Tree, export, rows, take_in_native, wish
from tests.factories import open_all

FILM = b"\0\0\0\x18ftypisom" + bytes(100)
OF_ROWS = [format.name for format in FORMATS.values() if HF in format.containers]


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> Path:
    settings.DATA_DIR = tmp_path
    return tmp_path


def unpacked(data: bytes, folder: Path) -> Path:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        archive.extractall(folder / "dataset")
    return folder / "dataset"


def zipped(tree: Tree, format: str, **options: Any) -> bytes:
    return b"".join(Stream(wish(tree.project, format, container="hf", **options)).chunks())


def load(folder: Path) -> Any:
    datasets = pytest.importorskip("datasets")
    return datasets.load_dataset(str(folder), cache_dir=str(folder.parent / "cache"))


def test_every_format_loads_with_the_features_that_its_card_names(every: Tree, cast: Cast, folder: Path) -> None:
    """As a folder, and as the one file that comes without being asked for otherwise."""
    datasets = pytest.importorskip("datasets")
    add_for(every, cast)
    for format in OF_ROWS:
        place = unpacked(zipped(every, format, **needed(format)), folder / format)
        files = [str(path.relative_to(place)) for path in place.rglob("*") if path.is_file()]
        assert sorted(files) == ["README.md", "data/train-00000-of-00001.parquet"], format
        loaded = load(place)["train"]
        told = datasets.load_dataset_builder(str(place)).info
        assert told.splits["train"].num_examples == len(loaded) > 0, format
        assert told.features == loaded.features, format
        if FORMATS[format].table is None:
            known = rows(every.project, format, **needed(format))
            assert list(loaded) == known, format
            text = folder / f"{format}.{FORMATS[format].extension(FORMATS[format].containers[0])}"
            text.write_text(export(every.project, format, **needed(format)))
            assert list(datasets.Dataset.from_json(str(text), cache_dir=str(folder / "text"))) == known, format


def test_splits_are_files_of_their_own_and_the_card_tells_all(judged: Tree, cast: Cast, folder: Path) -> None:
    judged.project.description = "Small sums | and so on."
    judged.project.save()
    judged.say(cast.bob, judged.right, first_error=1)
    judged.say(cast.bob, judged.wrong_end, first_error=2, error_types=["format"])
    line = b'{"problem": {"statement": "Another"}, "steps": ["a"]}'
    told = {"licence": "cc-by-4.0", "source": "https://example.org | Doe, 2024"}
    take_in(judged.project, IMPORT_FORMATS["native"], [line], name="sums.jsonl", **told)
    options = {"split": "train:0.5,test:0.5", "seed": "1", "labels": "all", "licence": "cc-by-4.0"}
    place = unpacked(zipped(judged, "trl-stepwise", **options), folder)
    loaded = load(place)
    assert set(loaded) == {"train", "test"}
    found = [row for split in loaded.values() for row in split]
    known = rows(judged.project, "trl-stepwise", labels="all")
    assert sorted(map(str, found)) == sorted(map(str, known))
    assert len({split.features["labels"].feature.dtype for split in loaded.values()}) == 1
    text = (place / "README.md").read_text()
    for said in (
        'license: "cc-by-4.0"',
        "Small sums | and so on.",
        "### Guidelines, version 1",
        "### Label schema, version 1",
        "`calculation` (Calculation)",
        "2 annotators gave the 7 judgements that it stands on.",
        "Of 2 traces and choices that several people judged, all said the same of 50.0%.",
        "| error type Format | 1 step | 1 | 0.000 | 0.000 | 0.000 (nominal) |",
        "| first_error |",
        "- Only the first error was asked for",
        "m (3)",
        "| `sums.jsonl` | native | 1 | cc-by-4.0 | https://example.org \\| Doe, 2024 |",
        "| people: annotator | first_error | 6 |",
    ):
        assert said in text


def test_pictures_that_belong_to_its_rows_come_along_and_nobodys_name_does(
    judged: Tree, cast: Cast, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    datasets = pytest.importorskip("datasets")
    monkeypatch.setattr(media, "MOST_EMBEDDED", len(PNG))
    for content in (PNG, WAV, FILM, PNG + b"of what has no label"):
        keep(judged.project, [content])
    of_png, of_wav, of_film, of_other = (
        {"sha256": hashlib.sha256(content).hexdigest()} for content in (PNG, WAV, FILM, PNG + b"of what has no label")
    )
    elsewhere = {"type": "image", "url": "https://example.org/a.png"}
    for i, some in enumerate(([of_png, of_wav], [of_png, of_film, elsewhere], [of_other])):
        steps = [{"text": "See:", "media": some}]
        take_in_native(judged.project, json.dumps({"id": f"m-{i}", "problem": {"statement": "?"}, "steps": steps}))
    open_all(judged.project)
    for name in ("m-0", "m-1"):
        judged.say(cast.alice, judged.project.trace_set.get(external_id=name), first_error=None)
    options = {"labels": "all", "provenance": "1", "split": "train:0.999,test:0.001"}
    place = unpacked(zipped(judged, "processbench", **options), folder)
    asked = [row for row in load(place)["train"] if row["problem"] == "?"]
    paths = {name: f"media/{of['sha256']}" for name, of in (("png", of_png), ("wav", of_wav), ("film", of_film))}
    assert [row["provenance"]["media"] for row in asked] == [
        [paths["png"], paths["wav"]],
        [paths["png"], paths["film"], elsewhere["url"]],
    ]
    found = {}
    for config, feature in (("images", datasets.Image), ("sounds", datasets.Audio), ("films", datasets.Video)):
        (name,) = {"path", "mime"} ^ set(
            (loaded := datasets.load_dataset(str(place), config, cache_dir=str(folder / "c"), split="train")).features
        )
        assert isinstance(loaded.features[name], feature)
        found[config] = [(row["path"], row[name]["bytes"]) for row in loaded.with_format("arrow")[:].to_pylist()]
    assert found == {"images": [(paths["png"], PNG)], "sounds": [(paths["wav"], WAV)], "films": [(paths["film"], None)]}
    assert (place / paths["film"]).read_bytes() == FILM
    card = (place / "README.md").read_text()
    assert "1 in the config `films`" in card
    assert "| test | none yet, so it has no files |" in card  # which nothing would load with
    assert "- Others are at addresses" in card
    # Whoever looks at a public dataset must not learn who worked on it.
    text = card + str(unpacked(zipped(judged, "native", labels="annotator", by="alice"), folder / "named"))
    text += str(list(load(folder / "named" / "dataset")["train"])) + (folder / "named/dataset/README.md").read_text()
    assert ("alice" in text, "person:annotator-" in text) == (False, True)


def test_a_snapshot_of_it_is_one_file_and_the_same_each_time(judged: Tree, cast: Cast) -> None:
    digests = set()
    for _ in range(2):
        options = {"format": "step-dpo", "container": "hf", "split": "train:0.5,test:0.5", "shards": 2}
        made = request_export(actor=cast.max, project=judged.project, options=options)
        assert build(made.pk)
        made.refresh_from_db()
        assert (made.state, made.error, [file["name"] for file in made.files]) == ("done", "", ["data.zip"])
        data = (workspace() / place_of(made, "data.zip")).read_bytes()
        assert hashlib.sha256(data).hexdigest() == made.sha256
        digests.add(made.sha256)
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            assert [name for name in archive.namelist() if "-of-00002" in name] == archive.namelist()[1:]
            assert len(archive.namelist()) == 5
    assert len(digests) == 1


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"container": "hf", "split": "a-b:1"}, "split"),
        ({"container": "parquet", "licence": "mit"}, "licence"),
        ({"format": "csv", "container": "hf"}, "container"),
    ],
)
def test_what_does_not_go_together_is_told(tree: Tree, given: dict[str, str], field: str) -> None:
    with pytest.raises(Invalid) as error:
        wish(tree.project, **{"format": "native", **given})
    assert [e.field for e in error.value.errors] == [field]
