import pytest

from annotate.corpus.formats.base import ChoiceIn, TraceIn
from tests.corpus.formats.rows import DROP, change, parsed, refused, texts

STEP = "Model_Solution_First_Error_Step"
ROW = {
    "Question_UUID": "q-1",
    "Subject": "college_math",
    "Question": "Which is even?",
    "Options": "A: 3 \nB: 4 ",
    "Ground_Truth_Analysis": "",
    "Ground_Truth_Answer": "A",
    "Ground_Truth_Answer_Modified": "B",
    "Sampled_Model": "m",
    "Model_Solution_Steps": ["Step 1: Three is odd.", "Step 2: So is four.", "Solution: Choice_A"],
    "Model_Solution_Correctness": "incorrect",
    STEP: "2",
    "Model_Solution_Error_Reason": ["Four is even.", "4 = 2·2"],
    "Model_Solution_Rectified_First_Error_Step": ["Step 2: Four is even.", "Step 2: 4 = 2·2."],
}
RIGHT = change(
    ROW,
    Model_Solution_Correctness="correct",
    Model_Solution_First_Error_Step="N/A",
    Model_Solution_Error_Reason="N/A",
    Model_Solution_Rectified_First_Error_Step="N/A",
)


def trace(format: str, row: object) -> TraceIn:
    """The first item; choices follow."""
    item = parsed(format, row)[0]
    assert isinstance(item, TraceIn)
    return item


def choices(row: object) -> list[ChoiceIn]:
    return [item for item in parsed("mr-ben", row)[1:] if isinstance(item, ChoiceIn)]


def test_each_right_step_is_preferred_to_the_wrong_one():
    first, second = choices(ROW)
    assert [step.text for step in first.prefix] == ["Step 1: Three is odd."]
    assert [step.text for step in first.candidates] == ["Step 2: Four is even.", "Step 2: So is four."]
    assert (first.external_id, second.external_id) == ("q-1/m/1", "q-1/m/2")
    [said] = first.preferences
    assert (said.source, said.ranking, said.comment) == ("mr-ben/1", [[0], [1]], "Four is even.")
    same = ["Step 2: Four is even."] * 2
    [both] = choices(change(ROW, Model_Solution_Rectified_First_Error_Step=same))
    assert [said.source for said in both.preferences] == ["mr-ben/1", "mr-ben/2"]
    assert not choices(RIGHT)


def test_two_annotators_are_two_labels_with_reason_and_right_step():
    item = trace("mr-ben", ROW)
    assert (item.external_id, item.generator, item.correct) == ("q-1/m", "m", None)
    assert texts(item) == ROW["Model_Solution_Steps"]
    assert [(x.source, x.values, x.comment, x.rewrite) for x in item.labels] == [
        ("mr-ben/1", [1, -1, None], "Four is even.", "Step 2: Four is even."),
        ("mr-ben/2", [1, -1, None], "4 = 2·2", "Step 2: 4 = 2·2."),
    ]


def test_the_options_are_in_the_statement_and_kept_as_they_came():
    problem = trace("mr-ben", ROW).problem
    assert (problem.external_id, problem.statement) == ("q-1", "Which is even?\n\nA: 3 \nB: 4 ")
    assert problem.metadata == {
        "Subject": "college_math",
        "Question": "Which is even?",
        "Options": "A: 3 \nB: 4 ",
    }
    assert (problem.answer, problem.solution) == ("B", None)
    without = trace("mr-ben", change(ROW, Options=DROP, Ground_Truth_Answer="B", Ground_Truth_Analysis="2·2")).problem
    assert (without.statement, without.solution) == ("Which is even?", "2·2")
    assert without.metadata == {"Subject": "college_math", "Question": "Which is even?", "Options": ""}


def test_the_answer_before_it_was_put_right_is_kept_where_no_annotator_sees_it():
    assert trace("mr-ben", ROW).metadata["Ground_Truth_Answer"] == "A"
    assert "Ground_Truth_Answer" not in trace("mr-ben", change(ROW, Ground_Truth_Answer="B")).metadata


def test_a_right_solution_has_no_error_says_each():
    assert [(x.source, x.values, x.rewrite) for x in trace("mr-ben", RIGHT).labels] == [
        ("mr-ben/1", [1, 1, 1], None),
        ("mr-ben/2", [1, 1, 1], None),
    ]


def test_fields_that_are_new_are_metadata():
    assert trace("mr-ben", change(ROW, extra=[1], Ground_Truth_Answer="B")).metadata == {"extra": [1]}


PROGRAM = "def twice(x):\n    # Add it.\n\n    return x + 1 \n\n"
CODING = {
    "Question_UUID": "q-2",
    "Subject": "coding",
    "Question": "Write `twice`.",
    "Ground_Truth_Answer": "",
    "Sampled_Model": "m",
    "Model_Solution_Steps": PROGRAM,
    "Model_Solution_Correctness": "incorrect",
    STEP: "    return x + 1",
    "Model_Solution_Error_Reason": "It adds one.",
    "Model_Solution_Rectified_First_Error_Step": "    return x + x",
}


def test_a_program_is_judged_line_by_line():
    item = trace("mr-ben", CODING)
    assert "\n".join(texts(item)) == PROGRAM
    assert texts(item) == ["def twice(x):", "    # Add it.", "\n    return x + 1 \n\n"]
    assert {step.kind for step in item.steps} == {"code"}
    assert [(x.source, x.values, x.comment, x.rewrite) for x in item.labels] == [
        ("mr-ben/1", [1, 1, -1], "It adds one.", "\n    return x + x \n\n")
    ]
    right = RIGHT | {"Model_Solution_Steps": PROGRAM, "Subject": "coding"}
    assert [x.values for x in trace("mr-ben", right).labels] == [[1, 1, 1]] * 2


@pytest.mark.parametrize(
    ("fields", "code", "field"),
    [
        ({STEP: "0"}, "no-such-step", STEP),
        ({STEP: "4"}, "no-such-step", STEP),
        ({STEP: "second"}, "invalid", STEP),
        ({STEP: "-1"}, "invalid", STEP),
        ({STEP: 2}, "invalid", STEP),
        ({STEP: "N/A"}, "contradiction", STEP),
        ({"Model_Solution_Correctness": "correct"}, "contradiction", STEP),
        ({"Model_Solution_Correctness": "correct", STEP: "N/A"}, "contradiction", STEP),
        ({"Model_Solution_Correctness": "wrong"}, "invalid", "Model_Solution_Correctness"),
        ({"Model_Solution_Steps": "def f():\n    pass", STEP: "pass"}, "no-such-step", STEP),
        ({"Model_Solution_Steps": "x = 1\nx = 1", STEP: "x = 1"}, "no-such-step", STEP),
        ({"Model_Solution_Steps": "x = 1\n\ny = 2", STEP: ""}, "no-such-step", STEP),
        ({"Model_Solution_Steps": "\n", STEP: "x"}, "step-count", "Model_Solution_Steps"),
        ({"Model_Solution_Steps": ["Step 1: a", " "]}, "empty-step", "Model_Solution_Steps[1]"),
        ({"Model_Solution_Rectified_First_Error_Step": ["Step 2: So is four."] * 2}, "invalid", "rewrite"),
        ({"Question_UUID": DROP}, "invalid", "Question_UUID"),
        ({"Question": "\0"}, "nul-character", "problem.statement"),
    ],
)
def test_a_broken_row_is_refused(fields, code, field):
    assert refused("mr-ben", change(ROW, **fields)) == (code, field)
