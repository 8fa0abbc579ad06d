import pytest

from tests.corpus.formats.rows import change, refused, trace

ROW = {
    "task": "put a mug on the desk.",
    "traj": [
        {"obs": "You see a shelf 1. ", "act": "go to shelf 1", "thought": "A mug may be\non the shelf."},
        {"obs": "You see a mug 1.", "act": "take mug 1 from shelf 1"},
    ],
}


def steps(row):
    return [(step.kind, step.text) for step in trace("alfworld", row).steps]


def test_each_turn_is_seen_thought_and_done_in_this_order():
    item = trace("alfworld", ROW)
    assert (item.problem.statement, item.problem.external_id, item.external_id) == (ROW["task"], None, None)
    assert (item.metadata, item.step_metadata, item.labels) == ({}, None, [])
    assert steps(ROW) == [
        ("observation", "You see a shelf 1. "),
        ("thought", "A mug may be\non the shelf."),
        ("tool_call", "go to shelf 1"),
        ("observation", "You see a mug 1."),
        ("tool_call", "take mug 1 from shelf 1"),
    ]


def test_a_blank_text_is_no_step():
    assert steps(change(ROW, traj=[{"obs": " ", "act": "look", "thought": ""}])) == [("tool_call", "look")]


def test_what_has_no_place_is_metadata():
    turns = [{"obs": "o", "act": "a", "reward": 0}, {"obs": " ", "done": True}]
    item = trace("alfworld", change(ROW, traj=turns, seed=7))
    assert item.step_metadata == [None, {"reward": 0}]
    assert item.metadata == {"seed": 7, "without_step": [{"done": True}]}


@pytest.mark.parametrize(
    ("row", "code", "field"),
    [
        (change(ROW, task=" "), "empty-statement", "task.statement"),
        (change(ROW, traj=[]), "step-count", "traj"),
        (change(ROW, traj=[{"obs": ""}]), "step-count", "traj"),
        (change(ROW, traj=[{"obs": 1}]), "invalid", "traj[0].obs"),
        (change(ROW, traj=[{"obs": "a"}, {"obs": "\0"}]), "nul-character", "traj[1].obs"),
        (change(ROW, traj=[{"obs": "a", "note": "\0"}]), "nul-character", "traj[0].note"),
    ],
)
def test_a_broken_row_is_refused(row, code, field):
    assert refused("alfworld", row) == (code, field)
