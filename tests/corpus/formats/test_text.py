import json

import pytest

from annotate.core.errors import Invalid
from annotate.corpus.formats import FORMATS
from annotate.corpus.segment import SEGMENTERS, rejoined
from tests.corpus.formats.rows import DROP, change, refused, texts, trace

ROW = {"problem": "What is 3*4? ", "solution": "Multiply. \n\n  3*4\n= 12\n", "id": "t-1", "generator": "m", "note": 1}


def test_a_solution_is_cut_at_its_blank_lines():
    item = trace("text", ROW)
    assert texts(item) == ["Multiply. ", "  3*4\n= 12\n"]
    assert (item.problem.statement, item.external_id, item.generator) == ("What is 3*4? ", "t-1", "m")
    assert item.metadata == {"note": 1, "segmented": {"by": "blank-line", "between": "\n\n"}}
    assert not item.labels


@pytest.mark.parametrize(
    ("solution", "found"),
    [
        ("a", ["a"]),
        ("a\nb", ["a\nb"]),
        ("a\n \t\n\n\nb", ["a", "b"]),
        ("a\r\n\r\nb\r\n", ["a", "b\r\n"]),
        ("\n\na\n\n", ["a"]),
        (" \n\n a", [" a"]),
    ],
)
def test_where_it_is_cut(solution, found):
    assert texts(trace("text", change(ROW, solution=solution))) == found


@pytest.mark.parametrize("by", sorted(SEGMENTERS))
def test_any_segmenter_keeps_the_solution_whole(by):
    solution = "Step 1: a. B\n\nc\nStep 2: d "
    [item] = FORMATS["text"].cut_by(by).parse(json.dumps(change(ROW, solution=solution)).encode())
    assert item.metadata["segmented"]["by"] == by
    assert rejoined(texts(item), item.metadata["segmented"]) == solution


def test_a_format_that_brings_its_steps_has_nothing_to_cut():
    with pytest.raises(Invalid) as refused_:
        FORMATS["processbench"].cut_by("line")
    assert refused_.value.errors[0].field == "segmenter"


def test_what_an_assistant_says_may_be_cut_too():
    said = [
        {"role": "user", "content": "a\n\nb"},
        {"role": "assistant", "content": "c\n\n\nd", "reasoning_content": "e"},
    ]
    [item] = FORMATS["openai-messages"].cut_by("blank-line").parse(json.dumps({"messages": said}).encode())
    assert texts(item) == ["e", "c", "d"]
    assert item.metadata["segmented"] == {"by": "blank-line", "between": [None, None, "\n\n\n"]}


@pytest.mark.parametrize(
    ("row", "code", "field"),
    [
        (change(ROW, solution=" \n\n "), "step-count", "solution"),
        (change(ROW, solution="a\n\n\0"), "nul-character", "solution"),
        (change(ROW, response="a"), "invalid", "solution"),
        (change(ROW, problem=DROP), "invalid", "problem"),
        (change(ROW, problem=""), "empty-statement", "problem.statement"),
        (change(ROW, id=7), "invalid", "id"),
    ],
)
def test_a_broken_row_is_refused(row, code, field):
    assert refused("text", row) == (code, field)
