"""Parquet: the rows of the text, in columns whose types depend on nothing but the format and its options."""

import io
import json
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from annotate.exports import writing
from annotate.exports.formats import FORMATS
from annotate.exports.options import PARQUET
from annotate.exports.stream import Stream
from annotate.projects.models import Mode
from tests.cast import Cast
from tests.exports.tree import CJK, LATEX, Tree, rows, take_in_native, wish

FORMATS_OF_ROWS = [format.name for format in FORMATS.values() if PARQUET in format.containers]
LIKE_THE_TEXT = [name for name in FORMATS_OF_ROWS if FORMATS[name].table is None]


def parquet(tree: Tree, format: str, **options: Any) -> bytes:
    return b"".join(Stream(wish(tree.project, format, container="parquet", **options)).chunks())


def read(tree: Tree, format: str, **options: Any) -> pa.Table:
    return pq.read_table(io.BytesIO(parquet(tree, format, **options)))


def needed(format: str) -> dict[str, str]:
    return {"scorer": "q"} if FORMATS[format].scored else {}


def add_for(tree: Tree, cast: Cast) -> None:
    """What some formats need: a reflection, and two next steps with values."""
    every_step = tree.project.mode == Mode.EVERY_STEP
    wrong: dict[str, Any] = {"labels": [{"step": 0, "value": "bad"}]} if every_step else {"first_error": 0}
    tree.say(cast.alice, tree.unlabelled, **wrong, rewrite="7", comment="A guess is no step.")
    for step, value in (("One", 1), ("Two", 2)):
        line = {"problem": {"statement": "Which?"}, "steps": [step], "values": {"q": [value]}}
        take_in_native(tree.project, json.dumps(line))


@pytest.mark.parametrize("extra", [{}, {"provenance": "1", "split": "train:0.5,test:0.5"}])
def test_its_rows_are_those_of_the_text(judged: Tree, cast: Cast, extra: dict[str, Any]) -> None:
    add_for(judged, cast)
    for format in LIKE_THE_TEXT:
        options = extra | needed(format)
        written = parquet(judged, format, **options)
        assert pq.read_table(io.BytesIO(written)).to_pylist() == rows(judged.project, format, **options), format
        assert {column.compression for column in columns(written)} == {"ZSTD"}, format


@pytest.mark.parametrize("format", FORMATS_OF_ROWS)
def test_without_rows_the_columns_have_the_same_types(tree: Tree, cast: Cast, format: str) -> None:
    everything = format in ("native", "gsm8k")
    empty = tree if not everything else Tree.__new__(Tree)
    if everything:
        from tests.factories import make_project

        empty.project = make_project("empty", admin=cast.max)
    if needed(format):
        pytest.skip("without values there is nothing to ask for")
    before = read(empty, format, provenance="1")
    tree.say_everything(cast.alice)
    add_for(tree, cast)
    after = read(tree, format, provenance="1")
    assert before.num_rows == 0 < after.num_rows
    assert before.schema == after.schema
    assert pa.null() not in {leaf for field in before.schema for leaf in leaves(field.type)}


def test_native_has_one_shape_for_all(judged: Tree) -> None:
    found = read(judged, "native").to_pylist()
    assert [row["row"] for row in found] == ["trace"] * 6 + ["choice"] * 2
    by_id = {row["id"]: row for row in found}
    assert by_id["t-3"]["labels"] == [
        {
            "source": "resolved",
            "first_error": 1,
            "values": [1, -1, None],
            "error_types": [],
            "comment": "",
            "rewrite": "x = 7",
            "confidence": None,
            "details": None,
        }
    ]
    assert [step["text"] for step in by_id["t-1"]["steps"]] == [CJK, LATEX, "7"]
    assert json.loads(by_id["t-5"]["steps"][0]["metadata"]) == {"tool": "search"}
    assert json.loads(by_id["t-3"]["scores"]) == {"prm": [0.9, None, 0.25]}
    assert by_id["c-2"]["preferences"][0]["ranking"] == [[0, 1]]
    assert by_id["c-2"]["candidates"][0]["generator"] == "m"
    assert by_id["c-1"]["steps"] == by_id["t-1"]["candidates"] == []


def test_it_loads_with_datasets(judged: Tree, tmp_path: Any) -> None:
    datasets = pytest.importorskip("datasets")
    path = tmp_path / "train.parquet"
    path.write_bytes(parquet(judged, "trl-stepwise"))
    loaded = datasets.load_dataset(
        "parquet", data_files={"train": str(path)}, cache_dir=str(tmp_path / "cache"), split="train"
    )
    assert list(loaded) == rows(judged.project, "trl-stepwise")
    assert loaded.features["labels"].feature.dtype == "bool"


def test_the_same_rows_give_the_same_bytes_in_groups_of_a_sensible_size(
    tree: Tree, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "ROW_GROUP_ROWS", 100)
    lines = [
        json.dumps({"id": f"i-{i:04}", "problem": {"statement": f"Line {i}"}, "steps": ["\ud83d\ude00 a", "b"]}
                   | {"labels": [{"source": "z", "first_error": i % 2}]})
        for i in range(1000)
    ]  # fmt: skip
    take_in_native(tree.project, *lines)
    first = parquet(tree, "prm800k", labels="imported", source="z")
    assert first == parquet(tree, "prm800k", labels="imported", source="z")
    metadata = pq.ParquetFile(io.BytesIO(first)).metadata
    sizes = [metadata.row_group(i).num_rows for i in range(metadata.num_row_groups)]
    assert (sum(sizes), len(sizes) > 1, min(sizes[:-1]) >= 100) == (1000, True, True)


def columns(data: bytes) -> list[Any]:
    metadata = pq.ParquetFile(io.BytesIO(data)).metadata
    groups = [metadata.row_group(i) for i in range(metadata.num_row_groups)]
    return [group.column(i) for group in groups for i in range(group.num_columns)]


def leaves(type: pa.DataType) -> list[pa.DataType]:
    if pa.types.is_list(type):
        return leaves(type.value_type)
    if pa.types.is_struct(type):
        return [leaf for field in type for leaf in leaves(field.type)]
    return [type]
