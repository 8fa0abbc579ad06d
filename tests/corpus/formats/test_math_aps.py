import pytest

from annotate.corpus.formats import math_aps
from annotate.corpus.formats.base import TraceIn
from tests.corpus.formats.rows import change, parsed, refused, texts

Q = "Ann has 3 boxes of 4 pens. How many pens?"


def node(text, value, *children):
    return {"text": text, "mc_value": value, "children": list(children)}


def prefix(text, value):
    return {"solution_prefix": Q + text, "mc_value": value}


ROW = {
    "question_id": 7,
    "question": Q,
    "final_answer": "12",
    "reasoning_steps": node(
        Q,
        0.75,
        node(" Multiply.\n\nSo:", 1.0, node("3*4=12", 1.0), node("3*4=7", 0)),
        node("Add.", 0.25),
    ),
}
FLAT = {
    **ROW,
    "reasoning_steps": [
        prefix("\n\nAdd.", 0.25),
        prefix("\n\n Multiply.\n\nSo:\n\n3*4=12", 1.0),
        prefix("\n\n Multiply.\n\nSo:", 1.0),
        prefix("", 0.75),
        prefix("\n\n Multiply.\n\nSo:\n\n3*4=7", 0),
    ],
}


def traces(row) -> list[TraceIn]:
    found = parsed("math-aps", row)
    assert all(isinstance(item, TraceIn) for item in found)
    return [item for item in found if isinstance(item, TraceIn)]


def told(row):
    return sorted((texts(item), (item.scores or {})["mc"]) for item in traces(row))


@pytest.mark.parametrize("row", [ROW, FLAT])
def test_each_way_to_an_end_is_a_trace_with_a_value_at_each_step(row):
    assert told(row) == [
        ([" Multiply.\n\nSo:", "3*4=12"], [1.0, 1.0]),
        ([" Multiply.\n\nSo:", "3*4=7"], [1.0, 0.0]),
        (["Add."], [0.25]),
    ]
    for item in traces(row):
        assert (item.problem.statement, item.problem.answer, item.problem.external_id) == (Q, "12", None)
        assert item.metadata == {"question_id": 7, "mc_value": 0.75}
        assert (item.labels, item.correct, item.step_metadata) == ([], None, None)


def test_equal_nodes_are_one_step_with_the_mean_of_what_they_say():
    steps = node(Q, None, node("a", 0.0), node("a", 0.5, node("b", 1.0)), node("a", None))
    [item] = traces(change(ROW, reasoning_steps=steps))
    assert (texts(item), item.scores) == (["a", "b"], {"mc": [0.25, 1.0]})
    assert item.step_metadata == [{"mc_values": [0.0, 0.5]}, None]
    assert item.metadata == {"question_id": 7}


def test_equal_prefixes_are_one_step_too():
    [item] = traces(change(ROW, reasoning_steps=[prefix("\n\na", 0.5), prefix("\n\na", 0.25), prefix("\n\na", 0.5)]))
    assert item.step_metadata == [{"mc_values": [0.5, 0.25, 0.5]}]
    assert item.scores == {"mc": [1.25 / 3]}


@pytest.mark.parametrize(
    ("ends", "found"),
    [
        (["\n\nx = 3", "\n\nx = 31"], [["x = 3"], ["x = 31"]]),  # no blank line: another text, not more of it
        (["\n\na\n\nb\n\nc", "\n\na"], [["a", "b\n\nc"]]),  # nothing tells b from c
        (["\n\na\n\nb", "\n\na", "\n\na\n\nb\n\nc", "\n\nab"], [["a", "b", "c"], ["ab"]]),
        (["\n\n\na \n\n\tb", "\n\n\na "], [["\na ", "\tb"]]),
        (["a"], [["a"]]),
    ],
)
def test_a_step_is_what_a_prefix_adds_after_a_blank_line(ends, found):
    row = change(ROW, reasoning_steps=[prefix(end, 1) for end in ends])
    assert sorted(texts(item) for item in traces(row)) == found


def test_a_flat_row_may_be_deep():
    ends = ["".join(f"\n\n{i}" for i in range(n)) for n in range(1, 1500)]
    [item] = traces(change(ROW, reasoning_steps=[prefix(end, 1) for end in ends]))
    assert texts(item) == [str(i) for i in range(1499)]


def test_a_tree_whose_traces_are_too_long_together_is_refused(monkeypatch):
    monkeypatch.setattr(math_aps, "MAX_ON_PATHS", 4)
    assert refused("math-aps", ROW) == ("step-count", "reasoning_steps")


def test_values_on_another_scale_are_no_scores_but_kept():
    [item] = parsed("math-aps", change(ROW, reasoning_steps=node(Q, 1, node("a", 1.5, node("b", -3)))))
    assert isinstance(item, TraceIn)
    assert (item.scores, item.values) == (None, {"mc": [1.5, -3]})


@pytest.mark.parametrize(
    ("row", "code", "field"),
    [
        (change(ROW, reasoning_steps=node("Another?", 1, node("a", 1))), "label-mismatch", "reasoning_steps.text"),
        (change(ROW, reasoning_steps=node(Q, 1)), "no-steps", "reasoning_steps"),
        (change(ROW, reasoning_steps=node(Q, 1, node(" ", 1))), "empty-step", "reasoning_steps.children[0].text"),
        (change(ROW, reasoning_steps=node(Q, 1, node("a", "x"))), "invalid", "reasoning_steps.children[0].mc_value"),
        (change(ROW, reasoning_steps=node(Q, 1, {"text": "a"})), "invalid", "reasoning_steps.children[0].mc_value"),
        (change(ROW, reasoning_steps=[]), "no-steps", "reasoning_steps"),
        (change(ROW, reasoning_steps=[prefix("", 1)]), "no-steps", "reasoning_steps"),
        (change(ROW, reasoning_steps=[prefix("\n\n ", 1)]), "empty-step", "reasoning_steps[0]"),
        (
            change(ROW, reasoning_steps=[{"solution_prefix": "a", "mc_value": 1}]),
            "label-mismatch",
            "reasoning_steps[0].solution_prefix",
        ),
        (change(ROW, question=" "), "empty-statement", "question.statement"),
    ],
)
def test_a_broken_row_is_refused(row, code, field):
    assert refused("math-aps", row) == (code, field)
