import pytest

from tests.corpus.formats.rows import DROP, change, refused, texts, trace

ROW = {
    "uuid": "u-1",
    "question": "Ann has 3 boxes of 4 pens. How many pens?",
    "ground_truth_solution": "3*4=12\n#### 12",
    "ground_truth_answer": 12,
    "model_output_steps": ["Step 1:  3+4=7 ", "Step 2: #### 7"],
    "model_output_answer_correctness": "wrong",
    "model_output_solution_correctness": "wrong",
    "model_output_solution_first_error_step": 1,
    "model_output_solution_first_error_reason": "It adds.",
    "question_type": "original",
}
STEP = "model_output_solution_first_error_step"
RIGHT = change(
    ROW,
    model_output_answer_correctness="correct",
    model_output_solution_correctness="correct",
    model_output_solution_first_error_step="N/A",
    model_output_solution_first_error_reason="N/A",
)


def test_a_wrong_solution_has_its_first_error_counted_from_one_and_the_reason():
    item = trace("mr-gsm8k", ROW)
    assert (item.external_id, item.correct, item.metadata) == ("u-1", False, {"question_type": "original"})
    assert texts(item) == ["Step 1:  3+4=7 ", "Step 2: #### 7"]
    assert (item.problem.answer, item.problem.solution) == ("12", "3*4=12\n#### 12")
    [label] = item.labels
    assert (label.source, label.values, label.comment) == ("mr-gsm8k", [-1, None], "It adds.")


def test_a_right_solution_has_no_error():
    [label] = trace("mr-gsm8k", RIGHT).labels
    assert (label.values, label.comment) == ([1, 1], "")


def test_a_wrong_solution_may_have_the_right_answer():
    item = trace("mr-gsm8k", change(ROW, model_output_answer_correctness="correct"))
    assert (item.correct, item.labels[0].values) == (True, [-1, None])


@pytest.mark.parametrize(("given", "kept"), [("12", "12"), (12, "12"), ("1,200", "1,200"), (DROP, None)])
def test_the_reference_answer_is_a_text(given, kept):
    assert trace("mr-gsm8k", change(ROW, ground_truth_answer=given)).problem.answer == kept


def test_what_has_no_place_is_metadata():
    output = {"response": "…", "error_step_pred": 1}
    item = trace("mr-gsm8k", change(ROW, gpt4_eval_output=output, note=None))
    assert item.metadata == {"question_type": "original", "gpt4_eval_output": output, "note": None}


def test_a_question_to_be_answered_by_a_program_is_another_problem():
    plain, program = (trace("mr-gsm8k", change(ROW, question_type=t)).problem.external_id for t in ("reversed", "POT"))
    assert plain is None
    assert program is not None
    assert program.startswith("mr-gsm8k/POT/")


@pytest.mark.parametrize(
    ("row", "code", "field"),
    [
        (change(ROW, model_output_solution_first_error_step="N/A"), "contradiction", STEP),
        (change(RIGHT, model_output_solution_first_error_step=2), "contradiction", STEP),
        (change(ROW, model_output_solution_first_error_step=0), "no-such-step", STEP),
        (change(ROW, model_output_solution_first_error_step=3), "no-such-step", STEP),
        (change(ROW, model_output_solution_first_error_step="2"), "invalid", STEP),
        (change(ROW, model_output_solution_first_error_step=True), "invalid", STEP),
        (change(ROW, model_output_answer_correctness="incorrect"), "invalid", "model_output_answer_correctness"),
        (change(ROW, model_output_steps=[]), "step-count", "model_output_steps"),
        (change(ROW, model_output_steps=["a", ""]), "empty-step", "model_output_steps[1]"),
        (change(ROW, question=" "), "empty-statement", "problem.statement"),
        (change(ROW, uuid=DROP), "invalid", "uuid"),
        (change(ROW, x_eval_output={"a": "\0"}), "nul-character", "x_eval_output.a"),
    ],
)
def test_a_broken_row_is_refused(row, code, field):
    assert refused("mr-gsm8k", row) == (code, field)
