"""What an upload is packed in is known by its content, whatever it is called."""

import io
import json
import resource
import struct
import zipfile
from pathlib import Path
from typing import Any

import pyarrow
import pytest
from pyarrow import parquet

from annotate.corpus import containers
from annotate.corpus.containers import rows_of_parquet
from annotate.corpus.formats import FORMATS
from annotate.corpus.ingest import Report
from annotate.corpus.lines import BrokenInput
from annotate.corpus.models import Trace
from annotate.imports.intake import take_in
from tests.cast import Cast
from tests.factories import make_project
from tests.imports.material import gz, line, ndjson, table, tree, zipped, zst

LINES = [line(i) for i in range(20)]
PROCESSBENCH = [
    {
        "id": f"g-{i}",
        "generator": "m",
        "problem": f"{i}?",
        "steps": ["a", "b"],
        "final_answer_correct": False,
        "label": 1,
    }
    for i in range(3)
]


def send(cast: Cast, data: bytes, format: str | None = None, at: int = 1000, **how: Any) -> Report:
    chunks = [data[i : i + at] for i in range(0, len(data), at)]
    return take_in(cast.project, FORMATS[format] if format else None, chunks, **how)


@pytest.mark.parametrize(
    "packed",
    [
        ndjson(LINES),
        json.dumps(LINES).encode(),
        gz(ndjson(LINES)),
        gz(ndjson(LINES[:9])) + gz(ndjson(LINES[9:])),
        zst(ndjson(LINES)),
        zst(ndjson(LINES[:9])) + zst(ndjson(LINES[9:])),
        table(LINES),
        zipped(
            {"a/1.jsonl": ndjson(LINES[:5]), "2.json": json.dumps(LINES[5:9]).encode(), "3.gz": gz(ndjson(LINES[9:]))}
        ),
        zipped({"t.parquet": table(LINES[:11]), "z": zst(ndjson(LINES[11:])), "__MACOSX/._z": b"\0\5"}),
    ],
    ids=["ndjson", "array", "gz", "gz joined", "zst", "zst joined", "parquet", "zip", "zip of tables"],
)
@pytest.mark.parametrize("atomic", [False, True])
@pytest.mark.parametrize("at", [7, 100_000])
def test_every_packing_comes_to_the_same_tree(cast: Cast, packed: bytes, at: int, atomic: bool) -> None:
    plain = make_project("plain", admin=cast.max)
    take_in(plain, None, [ndjson(LINES)])
    report = send(cast, packed, at=at, atomic=atomic)
    assert (report.accepted, report.rejected) == (20, 0), report.errors
    assert tree(cast.project) == tree(plain)
    assert {one.format for one in report.recognised} == {"native"}


def test_files_of_a_zip_are_recognised_each_by_itself_and_named_with_what_is_wrong(cast: Cast) -> None:
    data = zipped(
        {
            "one.jsonl": ndjson([LINES[0]]) + b"{\n" + ndjson([LINES[1]]),
            "two.json": json.dumps(PROCESSBENCH).encode(),
            "README.md": b"# Two files",
            "in.zip": zipped({"x": b"{}"}),
        }
    )
    report = send(cast, data)
    assert report.accepted == 5
    assert [(one.member, one.format) for one in report.recognised] == [
        ("one.jsonl", "native"),
        ("two.json", "processbench"),
    ]
    found = {(e["file"], e["line"], e["code"]) for e in report.as_dict()["errors"]}  # type: ignore[attr-defined]
    assert found == {("one.jsonl", 2, "not-json"), ("README.md", 0, "unknown-format"), ("in.zip", 0, "refused-file")}


def test_a_table_says_null_where_a_field_is_not_given(cast: Cast) -> None:
    labelled = [
        {**LINES[0], "labels": [{"source": "s", "first_error": 1, "values": None}], "candidates": None, "answer": None},
        {
            **LINES[1],
            "labels": [{"source": "s", "first_error": None, "values": [1, 1, 1]}],
            "candidates": None,
            "answer": "2",
        },
    ]
    report = send(cast, table(labelled), "native")
    assert (report.accepted, report.errors) == (2, [])
    assert [t.answer for t in Trace.objects.order_by("external_id")] == [None, "2"]


def test_rows_of_a_table_are_numbered_and_nested_columns_are_objects(cast: Cast) -> None:
    rows = [{**LINES[0], "metadata": {"deep": [{"x": 1.5}]}}, {**LINES[1], "steps": [], "metadata": {"deep": []}}]
    report = send(cast, table(rows, 1), "native")
    assert [(number, e.code, e.field) for number, e in report.errors] == [(2, "step-count", "steps")]
    assert Trace.objects.get().metadata == {"deep": [{"x": 1.5}]}


def encrypted() -> bytes:
    data = bytearray(zipped({"a.jsonl": ndjson(LINES)}))
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = data.index(mark) + at
        data[place] |= 1
    return bytes(data)


def linked() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        info = zipfile.ZipInfo("a.jsonl")
        info.external_attr = 0o120777 << 16
        archive.writestr(info, "/etc/passwd")
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (zipped({"../../a.jsonl": ndjson(LINES)}), "leads out"),
        (zipped({"/etc/a.jsonl": ndjson(LINES)}), "leads out"),
        (zipped({"C:/a.jsonl": ndjson(LINES)}), "leads out"),
        (encrypted(), "encrypted"),
        (linked(), "a link"),
    ],
    ids=["up", "absolute", "drive", "encrypted", "link"],
)
def test_a_zip_that_means_no_good_is_refused_by_name(cast: Cast, data: bytes, says: str) -> None:
    report = send(cast, data)
    assert (report.accepted, report.rejected) == (0, 1)
    _, error = report.errors[0]
    assert error.code == "refused-file"
    assert says in error.message
    assert error.member


def many() -> bytes:
    """A zip whose table of contents says that it is larger than any memory."""
    data = bytearray(zipped({"a": b"{}"}))
    at = data.rindex(b"PK\x05\x06")
    struct.pack_into("<L", data, at + 12, 2**31)
    return bytes(data)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (gz(ndjson(LINES))[:-20], "broken-input"),
        (b"\x1f\x8b" + b"junk" * 10, "broken-input"),
        (zst(ndjson(LINES))[:-9], "broken-input"),
        (table(LINES)[:-30], "broken-input"),
        (b"PAR1" + bytes(2000) + b"PAR1", "broken-input"),
        (zipped({"a": ndjson(LINES)})[:-30], "broken-input"),
        (gz(gz(ndjson(LINES))), "broken-input"),
        (gz(zipped({"a": ndjson(LINES)})), "broken-input"),
        (many(), "broken-input"),
        (zipped({}), "broken-input"),
    ],
    ids=[
        "gz cut",
        "gz junk",
        "zst cut",
        "parquet cut",
        "parquet junk",
        "zip cut",
        "gz twice",
        "zip in gz",
        "zip huge",
        "zip empty",
    ],
)
@pytest.mark.parametrize("atomic", [False, True])
def test_what_is_damaged_is_told_and_never_half_written_where_all_or_nothing_was_asked(
    cast: Cast, data: bytes, code: str, atomic: bool
) -> None:
    report = send(cast, data, "native", atomic=atomic)
    assert code in {error.code for _, error in report.errors}
    assert all(error.message for _, error in report.errors)
    if atomic:
        assert (report.accepted, Trace.objects.count()) == (0, 0)


def test_a_bomb_is_refused_before_it_fills_anything(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    from annotate.corpus import containers

    monkeypatch.setattr(containers, "FREE_RATIO", 4 * 1024**2)
    zeros = bytes(64 * 1024**2)
    for data in (gz(zeros), zst(zeros), zipped({"a": zeros})):
        report = send(cast, data, "native")
        assert [error.code for _, error in report.errors] == ["broken-input"]
        assert "250 times" in report.errors[0][1].message


def test_a_small_table_of_huge_rows_takes_little_memory_and_comes_to_an_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    column = pyarrow.DictionaryArray.from_arrays(pyarrow.array([0] * 600, pyarrow.int32()), ["x" * 4 * 1024**2])
    path = tmp_path / "t.parquet"
    parquet.write_table(
        pyarrow.table({"a": column, "b": column}), path, compression="zstd", dictionary_pagesize_limit=2**30
    )
    assert path.stat().st_size < 10_000
    monkeypatch.setattr(containers, "FREE_RATIO", 64 * 1024**2)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with path.open("rb") as file, pytest.raises(BrokenInput, match="250 times"):
        for _ in rows_of_parquet(file):
            pass
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 500_000  # kB
