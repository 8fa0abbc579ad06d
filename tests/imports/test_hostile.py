"""What nobody should send: a clear error for each line, bounded memory, and nothing half-written."""

import json
import random
import tracemalloc
import types
import typing
from collections.abc import Iterator
from typing import Any, get_args, get_origin

import msgspec
import pytest

from annotate.corpus.formats import FORMATS, native
from annotate.corpus.ingest import Report
from annotate.corpus.models import Step, Trace
from annotate.imports.intake import take_in
from annotate.imports.models import RejectedLine
from tests.cast import Browser, Cast
from tests.imports.material import line, ndjson


def send(cast: Cast, *parts: bytes, format: str | None = "native", **how: Any) -> Report:
    return take_in(cast.project, FORMATS[format] if format else None, parts, **how)


GOOD = ndjson([line(0)])
S = b'{"problem": {"statement": "x"}, '


@pytest.mark.parametrize(
    ("bad", "code", "field"),
    [
        (S + b'"steps": ["a"], "steps": ["b"]}', "duplicate-key", "steps"),
        (b'{"problem": {"statement": "x", "statement": "y"}, "steps": ["a"]}', "duplicate-key", "statement"),
        (S + b'"steps": ["a"], "metadata": {"k": {"a\\u0062": 1, "ab": 2}}}', "duplicate-key", "ab"),
        (S + b'"steps": ["a"], "metadata": {"k" : 1, "k" :2}}', "duplicate-key", "k"),
        (S + b'"steps": ["\\"a\\": \\"b\\":"], "id": "1", "id": "2"}', "duplicate-key", "id"),
        (S + b'"steps": ["a"], "scores": {"s": [NaN]}}', "not-json", ""),
        (S + b'"steps": ["a"], "scores": {"s": [Infinity]}}', "not-json", ""),
        (S + b'"steps": ["a"], "scores": {"s": [1e999]}}', "invalid", "scores[...][0]"),
        (S + b'"steps": ["a"], "scores": {"s": [' + b"9" * 400 + b"]}}", "invalid", "scores[...][0]"),
        (S + b'"steps": ["\\ud800"]}', "not-json", ""),
        (S + b'"steps": ["\xff"]}', "not-json", ""),
        (S + b'"steps": ["a\\u0000b"]}', "nul-character", "steps[0]"),
        (S + b'"steps": ["a"], "metadata": {"a\\u0000": 1}}', "nul-character", "metadata"),
        (S + b'"steps": ["a"], "metadata": {"k": ' + b"[" * 5000 + b"]" * 5000 + b"}}", "too-deep", ""),
        (S + b'"steps": ["a"], "metadata": {"k": ' + b"[" * 200 + b"]" * 200 + b"}}", "too-deep", "metadata"),
        (b"[" * 100_000, "invalid", ""),
        (S + b'"steps": [' + b'"a",' * 199_999 + b'"a"]}', "step-count", "steps"),
        (S + b'"steps": []}', "step-count", "steps"),
        (S + b'"steps": ["a"], "colour": 1}', "invalid", "colour"),
        (b"null", "invalid", ""),
        (b'"just text"', "invalid", ""),
        (b"\x00\x01\x02", "not-json", ""),
        (b"%PDF-1.4", "not-json", ""),
    ],
)
@pytest.mark.parametrize("atomic", [False, True])
def test_it_is_refused_by_code_and_field_and_the_rest_is_taken(
    cast: Cast, bad: bytes, code: str, field: str, atomic: bool
) -> None:
    report = send(cast, GOOD, bad + b"\n", ndjson([line(1)]), atomic=atomic)
    number, error = report.errors[0]
    assert (number, error.code, error.field) == (2, code, field)
    assert error.message
    assert (report.accepted, report.rejected) == (0 if atomic else 2, 1)
    assert Trace.objects.count() == report.accepted
    kept = RejectedLine.objects.get()
    assert (kept.line, kept.code) == (2, error.code)
    assert len(kept.content) <= 4 * 4096
    if len(bad) < 1000:
        assert kept.content == bad.decode("utf-8", "backslashreplace").replace("\0", "\\x00")


def test_texts_that_look_like_keys_are_no_keys(cast: Cast) -> None:
    tricky = ['{"a": 1, "a": 2}', '":', '" :', '\\":\\":', '"k"\n: "k" :']
    report = send(cast, ndjson([line(0, steps=tricky, metadata={'k":': 1, '"k': 2, "k": {"k": [{"k": 1}, {"k": 2}]}})]))
    assert (report.accepted, report.errors) == (1, [])
    assert [s.text for s in Step.objects.order_by("depth")] == tricky


def test_long_numbers_in_metadata_are_kept_to_the_digit(cast: Cast, max_: Browser) -> None:
    long = int("7" * 400)
    assert send(cast, json.dumps(line(0, metadata={"n": long})).encode()).accepted == 1
    assert Trace.objects.get().metadata == {"n": long}
    assert send(cast, S + b'"steps": ["a"], "metadata": {"n": ' + b"7" * 200_000 + b"}}").rejected in (0, 1)


def gigabyte(opening: bytes) -> Iterator[bytes]:
    yield GOOD
    yield opening
    piece = b"a" * 2**20
    for _ in range(1024):
        yield piece
    yield b'"]}\n'
    yield ndjson([line(1)])


@pytest.mark.parametrize("atomic", [False])
def test_a_line_of_a_gigabyte_is_passed_over_in_little_memory(cast: Cast, atomic: bool) -> None:
    tracemalloc.start()
    report = (
        send(cast, *[], atomic=atomic)
        if False
        else take_in(cast.project, FORMATS["native"], gigabyte(S + b'"steps": ["'))
    )
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (report.accepted, [(n, e.code) for n, e in report.errors]) == (2, [(2, "line-too-long")])
    assert peak < 100 * 2**20


# Wrong types at every field, made from the shape of a line itself.

WRONG: list[Any] = [None, True, 7, 1.5, "text", [], {}, [None], [[1]], {"x": 1}, -1, 2**70, ""]


def places(shape: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The path of every field, with an index or a key where there are several."""
    if isinstance(shape, type) and issubclass(shape, msgspec.Struct):
        hints = typing.get_type_hints(shape)
        for field in msgspec.structs.fields(shape):
            yield (*path, field.encode_name)
            yield from places(hints[field.name], (*path, field.encode_name))
    elif get_origin(shape) in (typing.Union, types.UnionType):
        for one in get_args(shape):
            yield from places(one, path)
    elif get_origin(shape) is list:
        yield (*path, 0)
        yield from places(get_args(shape)[0], (*path, 0))
    elif get_origin(shape) is dict:
        yield (*path, "x")
        if get_args(shape)[1] is not Any:
            yield from places(get_args(shape)[1], (*path, "x"))


def put(path: tuple[Any, ...], value: Any) -> Any:
    if not path:
        return value
    inner = put(path[1:], value)
    return [inner] if path[0] == 0 else {path[0]: inner}


def merged(base: Any, over: Any) -> Any:
    if isinstance(base, dict) and isinstance(over, dict):
        return {**base, **{k: merged(base.get(k), v) for k, v in over.items()}}
    return over


def test_a_wrong_type_at_any_field_is_refused_at_that_field_or_taken_as_it_is(cast: Cast) -> None:
    traces = {"problem": {"statement": "x"}, "steps": ["a"]}
    choices = {"problem": {"statement": "x"}, "candidates": ["a", "b"]}
    found = sorted(set(places(native._Line)), key=str)
    assert len(found) > 60
    lines = []
    for path in found:
        for value in WRONG:
            for base in (traces, choices):
                changed = merged(base, put(path, value))
                lines.append(changed)
    random.Random(4).shuffle(lines)
    report = send(cast, ndjson(lines))
    assert report.accepted + report.duplicates + report.rejected == len(lines)
    assert report.rejected > len(lines) / 2
    for row in RejectedLine.objects.all():
        assert row.message, row.content
        assert row.code in {"invalid", "conflict"} or row.field, (row.code, row.message, row.content)
        if row.code == "invalid":
            assert row.field or "object" in row.message, (row.message, row.content)
    assert send(cast, GOOD).accepted == 1


@pytest.mark.parametrize("format", sorted(FORMATS))
def test_junk_in_any_format_is_refused_line_by_line(cast: Cast, format: str) -> None:
    rng = random.Random(format)
    junk = [bytes(rng.randrange(256) for _ in range(rng.randrange(1, 60))).replace(b"\n", b"") for _ in range(50)]
    data = b"x\n" + b"\n".join(junk)
    report = send(cast, data, format=format)
    assert (report.accepted, report.duplicates) == (0, 0)
    assert report.rejected >= 1
    assert not Trace.objects.exists()
