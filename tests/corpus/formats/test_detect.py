"""Every format is known by its first row, and by no other's."""

import importlib
import json

import pytest

from annotate.core.errors import Invalid
from annotate.corpus import lines
from annotate.corpus.formats import FORMATS
from annotate.corpus.formats.detect import detect
from tests.corpus.formats import test_prm800k, test_rlhflow

ROWS = {
    "native": {"problem": {"statement": "s"}, "steps": ["a"], "labels": []},
    "processbench": {
        "id": "1", "generator": "m", "problem": "p", "steps": ["a"], "final_answer_correct": True, "label": -1,
    },
    "prm800k": test_prm800k.row(test_prm800k.step(test_prm800k.rated("a"))),
    "rlhflow": test_rlhflow.row("P? Step 1: a", "+"),
    "math-shepherd": {"input": "P? Step 1: a ки", "label": "P? Step 1: a +", "task": "GSM8K"},
}  # fmt: skip
for name in set(FORMATS) - set(ROWS):
    ROWS[name] = importlib.import_module(f"tests.corpus.formats.test_{name.replace('-', '_')}").ROW


@pytest.mark.parametrize("name", sorted(FORMATS))
@pytest.mark.parametrize("array", [False, True])
def test_each_format_is_known_by_its_row_and_says_why(name, array):
    data = json.dumps([ROWS[name]] * 2 if array else ROWS[name], ensure_ascii=False).encode()
    detected = detect([data[:5], data[5:]])
    assert detected.format.name == name
    assert detected.reason.startswith("The first row has ")
    assert b"".join(detected.chunks) == data
    assert FORMATS[name].parse(json.dumps(ROWS[name]).encode())


def test_a_choice_is_native_too():
    assert detect([b'{"problem": {"statement": "s"}, "candidates": ["a", "b"]}']).format.name == "native"


@pytest.mark.parametrize("indent", [None, 2])
def test_grouped_rows_are_known(indent):
    data = json.dumps({"q-1": [ROWS["mr-ben"]] * 3}, indent=indent).encode()
    detected = detect([data])
    assert (detected.format.name, b"".join(detected.chunks)) == ("mr-ben", data)


def test_a_broken_first_line_hides_nothing():
    assert detect([b'{\n7\n{"problem": {}, "steps": []}']).format.name == "native"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty"),
        (b"a,b\n1,2\n", "not JSON"),
        (b'{"question": "q", "answer": "a"}', "none of the formats"),
        (b"[" * 100_000, "not closed"),
        (b'{"a":' * 100_000, "not JSON"),
        (json.dumps(ROWS["mr-gsm8k"] | ROWS["prmbench"]).encode(), "mr-gsm8k"),
    ],
)
def test_what_is_not_known_by_one_format_is_told_with_all_there_are(data, words):
    with pytest.raises(Invalid) as error:
        detect([data])
    assert words in error.value.message
    assert all(name in error.value.message for name in FORMATS)


def test_it_looks_no_further_than_the_longest_line():
    def endless():
        yield b'{"a": "'
        for _ in range(lines.MAX_LINE // lines.CHUNK + 2):
            yield b"x" * lines.CHUNK
        raise AssertionError("read on")

    with pytest.raises(Invalid):
        detect(endless())
