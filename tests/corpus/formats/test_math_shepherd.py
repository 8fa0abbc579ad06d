import pytest

from tests.corpus.formats.rows import refused, texts, trace

STEPS = "Step 1: 2+3 = <<2+3=5>>5. ки\nStep 2: That's all. The answer is: 5 ки"


def row(input, signs, **more):
    label = input
    for sign in signs:
        label = label.replace("ки", sign, 1)
    return {"input": input, "label": label, **more}


def test_signs_at_the_marks_become_values():
    item = trace("math-shepherd", row(f"How much is 2 and 3? {STEPS}", "+-", task="GSM8K"))
    assert item.problem.statement == "How much is 2 and 3?"
    assert texts(item) == ["Step 1: 2+3 = <<2+3=5>>5.", "Step 2: That's all. The answer is: 5"]
    assert [(x.source, x.values) for x in item.labels] == [("math-shepherd", [1, -1])]
    assert (item.answer, item.correct, item.metadata) == ("5", False, {"task": "GSM8K"})


def test_signs_of_the_text_itself_are_no_labels():
    item = trace("math-shepherd", row("Is -2+3 > 0? Step 1: -2+3 = +1 ки\nStep 2: + + - ки", "-+"))
    assert texts(item) == ["Step 1: -2+3 = +1", "Step 2: + + -"]
    assert (item.labels[0].values, item.answer, item.correct) == ([-1, 1], None, None)


def test_a_mark_in_the_prompt_is_taken_out_with_its_sign():
    item = trace("math-shepherd", row(f"A? ки B? {STEPS}", "-++"))
    assert (item.problem.statement, item.metadata) == ("A?  B?", {"stray_labels": ["-"]})
    assert (len(item.steps), item.labels[0].values, item.correct) == (2, [1, 1], True)


@pytest.mark.parametrize(
    ("prompt", "statement", "first"),
    [
        ("How many? step 1: Two.", "How many?", "step 1: Two."),
        ("Ok? How many? Two of them.", "Ok? How many?", "Two of them."),
        ("No question\nStep 1: Two.", "No question\n", "Step 1: Two."),
    ],
)
def test_where_the_problem_ends(prompt, statement, first):
    item = trace("math-shepherd", row(f"{prompt} ки\nStep 2: x ки", "+-"))
    assert (item.problem.statement, texts(item)[0]) == (statement, first)


def test_what_follows_the_last_mark_is_a_step_without_a_label():
    item = trace("math-shepherd", row("Q? Step 1: a ки\nStep 2: cut o", "+"))
    assert (texts(item), item.labels[0].values) == (["Step 1: a", "Step 2: cut o"], [1, None])
    assert len(trace("math-shepherd", row("Q? Step 1: a ки\n", "+")).steps) == 1


@pytest.mark.parametrize(
    ("bad", "code", "field"),
    [
        ({"input": "Q? Step 1: a ки", "label": "Q? Step 1: a ки"}, "label-mismatch", "label"),
        ({"input": "Q? Step 1: a ки", "label": "Q? Step 1: b +"}, "label-mismatch", "label"),
        ({"input": "Q? Step 1: a ки", "label": "Q? Step 1: a"}, "label-mismatch", "label"),
        ({"input": "Q? Step 1: a ки", "label": "Q? Step 1: a +x"}, "label-mismatch", "label"),
        ({"input": "Q? Step 1: a ки", "label": "Q? Step 1: a +"[:-1] + "0"}, "label-mismatch", "label"),
        ({"input": "Q? Step 1: a", "label": "Q? Step 1: a"}, "no-steps", "input"),
        (row("No question. No step. ки", "+"), "no-steps", "input"),
        (row("Q? Step 1: a ки\n ки", "+-"), "empty-step", "input[1]"),
        (row("Step 1: a ки", "+"), "empty-statement", "input.statement"),
        ({"input": "Q? Step 1: a ки"}, "invalid", "label"),
    ],
)
def test_a_broken_row_is_refused(bad, code, field):
    assert refused("math-shepherd", bad) == (code, field)
