"""Cutting uploads into lines: any split into chunks gives the same lines, and memory stays bounded."""

import gzip
import json
import tracemalloc
from collections.abc import Iterator
from itertools import chain, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotate.corpus import lines
from annotate.corpus.containers import members
from annotate.corpus.formats.base import LineError
from annotate.corpus.lines import CHUNK, BrokenInput, split_lines

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=8,
)
OBJECTS = st.lists(st.dictionaries(st.text(), JSON, max_size=4), min_size=1, max_size=6)


def cut(data: bytes, at: list[int]) -> list[bytes]:
    places = sorted({min(i, len(data)) for i in at} | {0, len(data)})
    return [data[i:j] for i, j in pairwise(places)]


def decompressed(chunks: list[bytes]) -> Iterator[bytes]:
    (member,) = members(chunks)
    return iter(member.chunks)


def read(chunks: list[bytes]) -> list[object]:
    return [line if isinstance(line, LineError) else json.loads(line) for _, line in split_lines(chunks)]


# To make objects up costs more than to read them: all ways of writing are tried with each.
@given(
    OBJECTS,
    st.lists(st.integers(0, 400)),
    st.sampled_from([None, 1]),
    st.booleans(),
    st.sampled_from(["\n", "\r\n", "\n\n"]),
)
def test_objects_are_read_however_they_are_written_and_cut(objects, at, indent, ascii_only, newline):
    array = json.dumps(objects, indent=indent, ensure_ascii=ascii_only).encode("utf-8", "surrogatepass")
    assert read(cut(array, at)) == objects, "an array"
    lines = newline.join(json.dumps(o) for o in objects).encode()
    assert read(cut(lines, at)) == objects, "ndjson"
    packed = gzip.compress(lines[:10]) + gzip.compress(lines[10:])
    assert b"".join(decompressed(cut(packed, at))) == lines, "gzip in two members"

    rows = [{"id": 1, **o} for o in objects]  # an object without a key is no object over several lines
    over_lines = newline.removesuffix("\n\n").join(json.dumps(o, indent=2) for o in rows).encode()
    assert read(cut(over_lines, at)) == rows, "objects over several lines"
    for written in (json.dumps(rows), "\n".join(map(json.dumps, rows))):
        found = [json.loads(line) for _, line in split_lines(cut(written.encode(), at), grouped=True)]
        assert found == rows, "an array or lines, though groups were asked for"


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


@pytest.mark.parametrize(
    "form", [b'%s\n{"b": 1}', b'[%s, {"b": 1}]', b'{\n"a": %s}\n{"b": 1}', b'{"k": [%s, {"b": 1}]}']
)
def test_an_over_long_line_is_told_and_the_next_one_is_read(form):
    before, after = form.split(b"%s")
    unit = b'\\"}],{'  # cut at another place by each chunk
    text = unit * lines.CHUNK
    long = (text[i * lines.CHUNK % 6 :][: lines.CHUNK] for i in range(3 * (lines.MAX_LINE // lines.CHUNK // 3 + 2)))
    tracemalloc.start()
    whole = chain([before + b'{"a": [{"b": "'], long, [b'"}]}' + after])
    (one, error), (two, line) = split_lines(whole, grouped=before.startswith(b'{"k"'))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (one, two) == (1, 2)
    assert isinstance(error, LineError)
    assert error.code == "line-too-long"
    assert line == b'{"b": 1}'
    assert peak < 3 * lines.MAX_LINE


def test_a_zip_bomb_stays_small():
    bomb = gzip.compress(b"\n" * 100_000_000)
    tracemalloc.start()
    assert list(split_lines(decompressed([bomb]))) == []
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 50_000_000


GROUPS = st.dictionaries(st.text(), OBJECTS | st.just([]), min_size=1, max_size=4)


@given(GROUPS, st.lists(st.integers(0, 400)), st.sampled_from([None, 1]), st.booleans())
def test_an_object_of_arrays_gives_their_elements_however_it_is_cut(groups, at, indent, ascii_only):
    data = json.dumps(groups, indent=indent, ensure_ascii=ascii_only).encode("utf-8", "surrogatepass")
    found = [json.loads(line) for _, line in split_lines(cut(data, at), grouped=True)]
    assert found == [element for group in groups.values() for element in group]


def test_an_object_with_one_array_is_a_line_unless_groups_are_asked_for():
    data = b'{"conversations": [{"a": 1}, {"b": 2}]}'
    assert list(split_lines([data])) == [(1, data)]
    assert list(split_lines([data], grouped=True)) == [(1, b'{"a": 1}'), (2, b'{"b": 2}')]


def test_a_line_that_is_only_a_bracket_is_one_broken_line():
    assert [line for _, line in split_lines([b'{\n{"a": 1}\n{'])] == [b"{", b'{"a": 1}', b"{"]


@pytest.mark.parametrize(
    "data",
    [
        b'{"a": [{}, {}',
        b'{"a": [{}], "b"',
        b'{"a": [{}]',
        b'{"a": [{}] "b": [{}]}',
        b'{"a": [{},, {}]}',
        b'{"a": [{}, 7, {}]}',
        b'{"a": [{}], "b": 7, "c": [{}]}',
        b'{"a": [{}]} {"b": [{}]}',
        b'{"a": [',
    ],
)
def test_a_broken_object_of_arrays_says_where(data):
    with pytest.raises(BrokenInput, match="element"):
        list(split_lines([data], grouped=True))


def test_what_stands_between_objects_over_several_lines_is_not_passed_over():
    with pytest.raises(BrokenInput, match="element 2"):
        list(split_lines([b'{\n"a": 1}\nx\n{\n"b": 1}']))


def test_an_endless_object_of_arrays_stays_small():
    rows = (b'%b{"k": "%b"}' % (b"," * (i > 0), b"x" * 1000) for i in range(10_000))
    tracemalloc.start()
    assert sum(1 for _ in split_lines(chain([b'{"a": [' + b" " * 5000], rows, [b"]}"]), grouped=True)) == 10_000
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 3_000_000


LONG = b'"' + b'\\"a{' * 3_000_000 + b'"'


@pytest.mark.parametrize("form", [b"[%b]", b'{\n"a": %b}'], ids=["array", "over lines"])
def test_a_long_string_costs_no_more_than_its_length(form):
    whole = form % LONG
    found = list(split_lines(whole[i : i + CHUNK] for i in range(0, len(whole), CHUNK)))
    assert found == [(1, LONG if form.startswith(b"[") else whole)]
