"""Cutting uploads into lines: any split into chunks gives the same lines, and memory stays bounded."""

import gzip
import json
import tracemalloc
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotate.corpus import lines
from annotate.corpus.formats.base import LineError
from annotate.corpus.lines import BrokenInput, decompressed, split_lines

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=8,
)
OBJECTS = st.lists(st.dictionaries(st.text(), JSON, max_size=4), min_size=1, max_size=6)


def cut(data: bytes, at: list[int]) -> list[bytes]:
    places = sorted({min(i, len(data)) for i in at} | {0, len(data)})
    return [data[i:j] for i, j in pairwise(places)]


def read(chunks: list[bytes]) -> list[object]:
    return [line if isinstance(line, LineError) else json.loads(line) for _, line in split_lines(chunks)]


@given(OBJECTS, st.lists(st.integers(0, 400)), st.sampled_from([None, 1]), st.booleans())
def test_an_array_gives_its_elements_however_it_is_cut(objects, at, indent, ascii_only):
    data = json.dumps(objects, indent=indent, ensure_ascii=ascii_only).encode("utf-8", "surrogatepass")
    assert read(cut(data, at)) == objects


@given(OBJECTS, st.lists(st.integers(0, 400)), st.sampled_from(["\n", "\r\n", "\n\n"]))
def test_ndjson_gives_its_lines_however_it_is_cut(objects, at, newline):
    data = newline.join(json.dumps(o) for o in objects).encode()
    assert read(cut(data, at)) == objects


@given(OBJECTS, st.lists(st.integers(0, 400)))
def test_gzip_is_read_through_whether_in_one_member_or_in_two(objects, at):
    data = "\n".join(json.dumps(o) for o in objects).encode()
    packed = gzip.compress(data[:10]) + gzip.compress(data[10:])
    assert b"".join(decompressed(cut(packed, at))) == data


def test_line_numbers_count_blank_lines_and_start_at_one():
    assert [number for number, _ in split_lines([b"\n{}\n\n{}"])] == [2, 4]
    assert [number for number, _ in split_lines([b"[{}, {}]"])] == [1, 2]


def test_nothing_at_all_is_no_line():
    assert list(split_lines([])) == list(split_lines([b" \n "])) == list(split_lines([b"[ ]"])) == []


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b'[{"a": 1}, {"b"', "not closed"),
        (b'[{"a": 1},, {}]', "empty"),
        (b'[{"a": 1}] x', "after the end"),
        (b"[{},]", "empty"),
    ],
)
def test_a_broken_array_says_what_is_wrong(data, words):
    with pytest.raises(BrokenInput, match=words):
        list(split_lines([data]))


@pytest.mark.parametrize("data", [gzip.compress(b"x" * 1000)[:-4], b"\x1f\x8bnot gzip at all"])
def test_broken_gzip_says_so(data):
    with pytest.raises(BrokenInput, match="gzip"):
        list(decompressed([data]))


def test_an_over_long_line_is_told_and_the_next_one_is_read():
    long = (b"x" * lines.CHUNK for _ in range(lines.MAX_LINE // lines.CHUNK + 2))
    tracemalloc.start()
    (one, error), (two, line) = split_lines([b'{"a": "', *long, b'"}\n{}'])
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (one, two) == (1, 2)
    assert isinstance(error, LineError)
    assert error.code == "line-too-long"
    assert line == b"{}"
    assert peak < 3 * lines.MAX_LINE


def test_a_zip_bomb_stays_small():
    bomb = gzip.compress(b"\n" * 200_000_000)
    tracemalloc.start()
    assert list(split_lines(decompressed([bomb]))) == []
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 50_000_000
