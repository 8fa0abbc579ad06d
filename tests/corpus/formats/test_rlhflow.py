import pytest

from tests.corpus.formats.rows import refused, texts, trace


def row(*turns, **more):
    roles = ("user", "assistant")
    return {"conversations": [{"role": roles[i % 2], "content": text} for i, text in enumerate(turns)], **more}


def test_each_turn_is_a_step_and_its_answer_the_label():
    item = trace("rlhflow", row("What is 2+2? Step 1: Add. ки", "+", "Step 2: 5", "-", "  so 5\n", "-", id=7))
    assert item.problem.statement == "What is 2+2?"
    assert texts(item) == ["Step 1: Add.", "Step 2: 5", "  so 5\n"]
    assert [(x.source, x.values) for x in item.labels] == [("rlhflow", [1, -1, -1])]
    assert item.metadata == {"problem_ends_at": "Step 1:", "id": 7}


@pytest.mark.parametrize(
    ("first", "statement", "step", "by"),
    [
        ("P.\n\nStep 1: a", "P.", "Step 1: a", "Step 1:"),
        ("P.\n\nQ?\n\nLet's see.", "P.\n\nQ?", "Let's see.", "blank line"),
        ("How many? Two of them.", "How many?", "Two of them.", "question mark"),
    ],
)
def test_where_the_problem_ends(first, statement, step, by):
    item = trace("rlhflow", row(first, "+"))
    assert (item.problem.statement, texts(item), item.metadata["problem_ends_at"]) == (statement, [step], by)


def test_one_turn_with_all_steps_is_labelled_by_its_answer_only():
    item = trace("rlhflow", row("P? Step 1: a\nStep 2: b\nc\nStep 3: d", "-"))
    assert texts(item) == ["Step 1: a", "Step 2: b\nc", "Step 3: d"]
    assert (item.labels, item.correct) == ([], False)


@pytest.mark.parametrize(
    ("bad", "code", "field"),
    [
        (row(), "invalid", "conversations"),
        (row("P? Step 1: a"), "invalid", "conversations"),
        (row("P? Step 1: a", "+", "b"), "invalid", "conversations"),
        (row("P? Step 1: a", "maybe"), "invalid", "conversations[1].content"),
        ({"conversations": [{"role": "assistant", "content": "+"}] * 2}, "invalid", "conversations[0].role"),
        (row("Prove it. Clearly it is so.", "+"), "no-steps", "conversations[0].content"),
        (row("Yes? No? Maybe.", "+"), "no-steps", "conversations[0].content"),
        (row("P? Step 1: a", "+", " ", "-"), "empty-step", "conversations[1]"),
        (row("Step 1: a", "+"), "empty-statement", "conversations[0].content.statement"),
    ],
)
def test_a_broken_row_is_refused(bad, code, field):
    assert refused("rlhflow", bad) == (code, field)
