"""Whatever stands in whatever place of a row: it is taken or refused with a reason, and never ends in a crash."""

import copy
import json
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest

from annotate.corpus.formats import FORMATS
from annotate.corpus.formats.base import MAX_MESSAGE, LineError
from annotate.corpus.merge import prepare
from annotate.imports.models import RejectedLine
from tests.cast import Browser
from tests.corpus.formats.test_detect import ROWS
from tests.limits import seconds_of_processor

HUGE = 10**400
JUNK: list[Any] = [
    None, True, 0, -1, 7, 2**63, HUGE, -HUGE, 0.5, 1e300, "", " ", "\0", "N/A", "7", "9" * 5000, "ки", "?", "+",
    "Step 1:", f"Step {'9' * 5000}:", "\ud800", [], [[]], [None], [""], ["a", "a"], [0], [HUGE], {}, {"": None},
    {"a": {"b": ["\0"]}}, {"a": HUGE},
]  # fmt: skip


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, below in inner:
        yield from places(below, (*path, key))


def replaced(row: Any, path: tuple[Any, ...], junk: Any) -> Any:
    if not path:
        return junk
    row = copy.deepcopy(row)
    at = row
    for key in path[:-1]:
        at = at[key]
    at[path[-1]] = junk
    return row


@pytest.mark.parametrize("name", sorted(FORMATS))
def test_junk_in_any_place_is_taken_or_refused(name):
    row = {**ROWS[name], "new field": 1}
    taken = 0
    refused: list[str] = []
    for path in places(row):
        for junk in JUNK:
            line = json.dumps(replaced(row, path, junk)).encode()
            try:
                for item in FORMATS[name].parse(line):
                    prepare(1, 1, item)
                    taken += 1
            except LineError as error:
                refused.append(str(error))
    assert len(refused) > 50
    assert max(map(len, refused)) <= MAX_MESSAGE
    assert taken or name == "native"


@pytest.mark.parametrize("name", sorted(FORMATS))
@pytest.mark.parametrize("junk", JUNK)
def test_recognising_a_format_survives_junk(name, junk):
    row = ROWS[name]
    for path in places(row):
        changed = replaced(row, path, junk)
        if isinstance(changed, dict):
            for format in FORMATS.values():
                assert isinstance(format.looks(changed), str)


@pytest.mark.parametrize(("levels", "taken"), [(99, True), (100, False), (900, False), (100_000, False)])
def test_metadata_that_some_reader_may_not_get_through_is_refused(levels, taken):
    nested = "[" * levels + "]" * levels
    deep = f'{{"problem": {{"statement": "a", "metadata": {{"x": {nested}}}}}, "steps": ["b"]}}'
    if taken:
        assert FORMATS["native"].parse(deep.encode())
    else:
        with pytest.raises(LineError) as refused:
            FORMATS["native"].parse(deep.encode())
        assert refused.value.code == "too-deep"


RUNS = [" ", "\n", "\n ", "(by ", "#1.", "####", "Step 1:", "$", "`", "\\["]


@pytest.mark.parametrize(
    ("name", "field"), [("gsm8k", "ground_truth"), ("natural-program", "answer"), ("text", "solution")]
)
def test_no_text_takes_for_ever(name: str, field: str) -> None:
    """Each pattern takes about as long as the text is: the square of a million is hours."""
    for run in RUNS:
        for before in ("", "\nA:", "#1. (by"):
            text = before + run * (100_000 // len(run)) + "\nx"
            with seconds_of_processor(20), suppress(LineError):
                FORMATS[name].parse(json.dumps({**ROWS[name], field: text}).encode())


def test_a_short_text_does_not_name_millions_of_premises() -> None:
    answer = "\n".join(f"#{i}. (by #1-#9999) So it is." for i in range(1, 2000))
    with pytest.raises(LineError) as refused:
        FORMATS["natural-program"].parse(json.dumps({**ROWS["natural-program"], "answer": answer}).encode())
    assert refused.value.code == "premise-count"


# What is wrong with a line as a whole, or with two of its fields together.
WITHOUT_FIELD = {"conflict", "problem-conflict"}
WRONG: list[Any] = [None, True, -7, 0.5, HUGE, "wrong", ["wrong"], [], {"wrong": 1}, {}]


@pytest.mark.parametrize("name", sorted(FORMATS))
def test_a_wrong_type_at_any_field_is_told_with_line_and_field(name: str, max_: Browser) -> None:
    row = ROWS[name]
    changes = [(path, junk) for path in places(row) for junk in WRONG]
    lines = [json.dumps(replaced(row, path, junk)) for path, junk in changes]
    address = f"projects/algebra/traces/?format={name}"
    answer = max_.post(address, "\n".join(lines).encode(), content_type="application/x-ndjson")
    assert answer.status_code == 200, answer.content
    report = answer.json()
    told = list(RejectedLine.objects.all())  # of a line with several traces, each by itself
    assert len(told) == report["rejected"] > len(lines) // 10
    for one in told:
        path, junk = changes[one.line - 1]
        assert one.code not in ("", "crash")
        assert len(one.message) > 10
        assert one.field or not path or one.code in WITHOUT_FIELD, (path, junk, one.code, one.message)
