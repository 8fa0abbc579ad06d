import pytest

from tests.corpus.formats.rows import DROP, change, refused, texts, trace

ROW = {
    "input": "(1 + 2) * 3 =",
    "steps": ["1 + 2 = 4", "4 * 3 = 12"],
    "answer": "12",
    "target": "9",
    "mistake_index": 0,
}


def test_the_mistake_is_counted_from_zero():
    item = trace("big-bench-mistake", ROW)
    assert texts(item) == ["1 + 2 = 4", "4 * 3 = 12"]
    assert (item.problem.statement, item.problem.answer, item.answer) == ("(1 + 2) * 3 =", "9", "12")
    assert [(x.source, x.values) for x in item.labels] == [("big-bench-mistake", [-1, None])]
    assert trace("big-bench-mistake", change(ROW, mistake_index=1)).labels[0].values == [1, -1]


def test_null_is_no_mistake_and_other_fields_are_metadata():
    item = trace("big-bench-mistake", change(ROW, mistake_index=None, task="arithmetic"))
    assert (item.labels[0].values, item.metadata) == ([1, 1], {"task": "arithmetic"})


@pytest.mark.parametrize(
    ("fields", "code", "field"),
    [
        ({"mistake_index": 2}, "no-such-step", "mistake_index"),
        ({"mistake_index": -1}, "no-such-step", "mistake_index"),
        ({"mistake_index": "0"}, "invalid", "mistake_index"),
        ({"mistake_index": DROP}, "invalid", "mistake_index"),
        ({"steps": [""]}, "empty-step", "steps[0]"),
        ({"answer": "\0"}, "nul-character", "answer"),
    ],
)
def test_a_broken_row_is_refused(fields, code, field):
    assert refused("big-bench-mistake", change(ROW, **fields)) == (code, field)
