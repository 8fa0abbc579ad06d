"""Whatever stands in whatever place of a row: it is taken or refused with a reason, and never ends in a crash."""

import copy
import json
from collections.abc import Iterator
from typing import Any

import pytest

from annotate.corpus.formats import FORMATS
from annotate.corpus.formats.base import MAX_MESSAGE, LineError
from annotate.corpus.merge import prepare
from tests.corpus.formats.test_detect import ROWS

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
