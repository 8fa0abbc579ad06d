import pytest

from tests.corpus.formats.rows import DROP, change, choice, refused

ROW = {
    "dataset": "d",
    "prompt": "What is 2+2?",
    "initial_reason_steps": "Let's think step by step.\nStep 1: Add.\nStep 2:",
    "chosen": " It is 4.",
    "rejected": " It is 5.",
    "full_chosen": " It is 4.",
    "full_rejected": " It is 5.\nStep 3: So 5.",
    "answer": "4",
}


def found(beginning, chosen=" x", rejected=" y"):
    item = choice("step-dpo", change(ROW, initial_reason_steps=beginning, chosen=chosen, rejected=rejected))
    return [step.text for step in item.prefix], [step.text for step in item.candidates]


def test_a_row_is_a_choice_with_a_preference():
    item = choice("step-dpo", change(ROW, meta={"k": 1}))
    assert (item.problem.statement, item.problem.answer) == ("What is 2+2?", "4")
    assert [step.text for step in item.prefix] == ["Add."]
    assert [step.text for step in item.candidates] == ["It is 4.", "It is 5."]
    assert [(p.source, p.ranking) for p in item.preferences] == [("step-dpo", [[0], [1]])]
    assert item.metadata == {"dataset": "d", "full_rejected": " It is 5.\nStep 3: So 5.", "meta": {"k": 1}}


FRAME = "Let's think step by step.\n"


@pytest.mark.parametrize(
    ("beginning", "chosen", "prefix", "candidate"),
    [
        (f"{FRAME}Step 1:", " a", [], "a"),
        ("Step 1:", " a", [], "a"),
        (f"{FRAME}Step 1:", "a", [], "Step 1:a"),
        (f"{FRAME}Step 1: a\nb\n\nStep 2: c \nStep 3:", " d\n", ["a\nb\n", "c "], "d\n"),
        (f"{FRAME}Step 1: a\n\nStep 2:", "  d", ["a\n"], " d"),
        (f"{FRAME}Step 1:a\nStep 2:", ":d", ["Step 1:a"], "Step 2::d"),
        (f"{FRAME}Step 1: a\nStep 3: b\nStep 2: c\nStep 3: ", "d", ["a\nStep 3: b", "c"], "d"),
        (f"{FRAME}Step 1: {FRAME}Step 2:", " d", ["Let's think step by step."], "d"),
        ("Think.\nStep 1: a\nStep 2:", " d", ["Think.", "a"], "d"),
        ("", "Step 1: a", [], "Step 1: a"),
        ("Step 1: a\nStep 2: b\n", "Step 3: c\n", ["Step 1: a", "Step 2: b"], "Step 3: c\n"),
        ("Step 1: a\nStep 2: b", "Step 3: c", ["Step 1: a", "Step 2: b"], "Step 3: c"),
        ("No headers\nat all\n", "c", ["No headers\nat all"], "c"),
    ],
)
def test_the_frame_goes_and_the_text_stays(beginning, chosen, prefix, candidate):
    assert found(beginning, chosen) == (prefix, [candidate, found(beginning, chosen)[1][1]])


@pytest.mark.parametrize("full", [None, "", DROP])
def test_columns_may_be_empty(full):
    item = choice("step-dpo", change(ROW, full_chosen=full, full_rejected=full, dataset=full, answer=full))
    assert (item.metadata, item.problem.answer) == ({}, None)


@pytest.mark.parametrize(
    ("fields", "code", "field"),
    [
        ({"rejected": " It is 4."}, "invalid", "rejected"),
        ({"rejected": " "}, "empty-step", "candidates[1]"),
        ({"initial_reason_steps": f"{FRAME}Step 1: \nStep 2:"}, "empty-step", "initial_reason_steps[0]"),
        ({"prompt": ""}, "empty-statement", "prompt.statement"),
        ({"chosen": None}, "invalid", "chosen"),
        ({"full_rejected": "\0"}, "nul-character", "full_rejected"),
    ],
)
def test_a_broken_row_is_refused(fields, code, field):
    assert refused("step-dpo", change(ROW, **fields)) == (code, field)
