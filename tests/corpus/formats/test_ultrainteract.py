import pytest

from tests.corpus.formats.rows import DROP, change, choice, refused

ROW = {
    "task": "Math",
    "dataset": "gsm8k",
    "trajectory": [
        {"from": "user", "value": "What is 3*4? "},
        {"from": "assistant", "value": "Step 1: Add.\nprint(3+4)"},
        {"from": "user", "value": "Observation: 7\nThat adds."},
    ],
    "chosen": "print(3*4)",
    "rejected": "print(3+4)",
    "id": "0-2",
    "parent_id": "0-1",
}


def test_the_next_two_actions_are_compared_after_what_went_before():
    item = choice("ultrainteract", ROW)
    assert (item.problem.statement, item.external_id) == ("What is 3*4? ", "ultrainteract/0-2")
    assert [(step.kind, step.text) for step in item.prefix] == [
        ("reasoning", "Step 1: Add.\nprint(3+4)"),
        ("observation", "Observation: 7\nThat adds."),
    ]
    assert [step.text for step in item.candidates] == ["print(3*4)", "print(3+4)"]
    assert [(p.source, p.ranking) for p in item.preferences] == [("ultrainteract", [[0], [1]])]
    assert item.metadata == {"task": "Math", "dataset": "gsm8k", "parent_id": "0-1"}


def test_the_first_action_has_nothing_before_it_and_a_blank_turn_is_no_step():
    turns = [ROW["trajectory"][0], {"from": "user", "value": " "}]  # type: ignore[index]
    item = choice("ultrainteract", change(ROW, trajectory=turns, id=DROP))
    assert (item.prefix, item.external_id) == ([], None)


@pytest.mark.parametrize(
    ("row", "code", "field"),
    [
        (change(ROW, trajectory=[]), "no-problem", "trajectory"),
        (change(ROW, trajectory=[{"from": "assistant", "value": "a"}]), "no-problem", "trajectory"),
        (change(ROW, trajectory=[{"from": "user", "value": ""}]), "empty-statement", "trajectory[0].value.statement"),
        (change(ROW, trajectory=[{"from": "robot", "value": "a"}]), "invalid", "trajectory[0].from"),
        (change(ROW, trajectory=[{"from": "user", "value": "a"}, {"from": "user", "value": "\0"}]), "nul-character",
         "trajectory[1].value"),
        (change(ROW, chosen=" "), "empty-step", "chosen"),
        (change(ROW, chosen="print(3+4)"), "invalid", "rejected"),
        (change(ROW, id=7), "invalid", "id"),
    ],
)  # fmt: skip
def test_a_broken_row_is_refused(row, code, field):
    assert refused("ultrainteract", row) == (code, field)
