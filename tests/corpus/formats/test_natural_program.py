import pytest

from tests.corpus.formats.rows import DROP, change, refused, texts, trace

ROW = {
    "question": "Ann has 3 boxes of 4 pens. How many pens?",
    "answer": (
        "First, let's write down all the statements.\n#1. Ann has 3 boxes.\n#2: Each box has 4 pens. \n \n"
        "Next, let's answer the question:\n\n"
        "#3. (by #1 #2) Step 1: Multiply.\n12. That's it:\n\n  3*4=12\n\n\n#4. (by #3) The answer is 12.\n"
    ),
    "final_answer": 12,
    "gt_answer": "3*4=<<3*4=12>>12\n#### 12",
    "correct": True,
    "flag": 1,
}


def links(answer):
    item = trace("natural-program", change(ROW, answer=answer))
    return item.premises or [None] * len(item.steps)


def test_each_statement_is_a_step_with_links_to_those_it_rests_on():
    item = trace("natural-program", ROW)
    assert texts(item) == [
        "#1. Ann has 3 boxes.",
        "#2: Each box has 4 pens. ",
        "#3. (by #1 #2) Step 1: Multiply.\n12. That's it:\n\n  3*4=12",
        "#4. (by #3) The answer is 12.",
    ]
    assert item.step_metadata == [
        {"statement": 1},
        {"statement": 2},
        {"statement": 3},
        {"statement": 4},
    ]
    assert item.premises == [None, None, [0, 1], [2]]
    assert (item.problem.solution, item.problem.answer, item.answer) == (ROW["gt_answer"], None, "12")
    assert item.metadata == {
        "flag": 1,
        "intro": "First, let's write down all the statements.",
        "bridge": "Next, let's answer the question:",
    }


@pytest.mark.parametrize(("correct", "flag"), [(True, 1), (True, 0), (False, 0), (DROP, 0)])
def test_a_verdict_on_the_whole_is_no_label_of_any_step(correct, flag):
    item = trace("natural-program", change(ROW, correct=correct, flag=flag, verify_correct=False))
    assert item.labels == []
    assert item.correct is (None if correct is DROP else correct)
    assert (item.metadata["flag"], item.metadata["verify_correct"]) == (flag, False)


@pytest.mark.parametrize(
    ("answer", "found"),
    [
        ("#1. a\n#2. b\n\n#3. (by#2, #1) c", [None, None, [0, 1]]),
        ("#1. a\n#2. b\n#3. c\n\n#4. (by #1 - #3) d", [None, None, None, [0, 1, 2]]),
        ("#1. a\n\n#2. Step 1: b (by #1)\n\n#3. c (by #1 #2) ", [None, [0], [0, 1]]),  # named at the end
        ("#1. a\n#2. b\n#2. c\n\n#3. (by #2) d", [None, None, None, [2]]),  # a number given twice
        ("#1. a\n\n#2. (by arithmetic) b", [None, []]),
        ("#1. a\n\n#2. (by #2 #3 #7) b\n\n#3. (by #1) c", [None, [], [0]]),  # nothing rests on what comes later
        ("1. a\n2. b\n\n3. (by #1) Step 1: c", [None, None, [0]]),
        ("#1. a\n#2. b", [None, None]),
        (f"#1. a\n\n#2. (by #0 - #999999 #{'9' * 5000}) b", [None, [0]]),
    ],
)
def test_how_premises_are_named(answer, found):
    assert links(answer) == found


@pytest.mark.parametrize(
    ("row", "code", "field"),
    [
        (change(ROW, answer="It is 12."), "no-steps", "answer"),
        (change(ROW, answer=""), "no-steps", "answer"),
        (change(ROW, answer="#1. \0"), "nul-character", "answer"),
        (change(ROW, flag="1"), "invalid", "flag"),
        (change(ROW, flag=DROP), "invalid", "flag"),
        (change(ROW, question=" "), "empty-statement", "question.statement"),
    ],
)
def test_a_broken_row_is_refused(row, code, field):
    assert refused("natural-program", row) == (code, field)
