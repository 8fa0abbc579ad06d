import pytest

from tests.corpus.formats.rows import change, parsed, refused, texts

ROW = {
    "original_question": "What is 2·3+1?",
    "modified_question": "What is 2·3+1?",
    "original_process": ["1. 2·3=6", "2. 6+1=7"],
    "modified_process": ["1. 2·3=6", "2. 6+1=8", "3. Check: 8=8"],
    "modified_steps": [2, 3],
    "error_steps": [2, 3],
    "reason": "Step 2 is miscounted.",
    "idx": "p1_0",
    "question": "What is $2\\cdot 3+1$?",
    "classification": "counterfactual",
}


def test_the_modified_process_says_of_every_step_whether_it_is_wrong():
    modified, _ = parsed("prmbench", ROW)
    assert texts(modified) == ROW["modified_process"]
    assert modified.external_id == "prmbench/counterfactual/p1_0"
    [label] = modified.labels
    assert (label.source, label.values, label.error_types) == ("prmbench", [1, -1, -1], ["counterfactual"])
    assert label.comment == "Step 2 is miscounted."
    assert modified.metadata == {
        "idx": "p1_0",
        "classification": "counterfactual",
        "original_question": ROW["original_question"],
        "original_process": ROW["original_process"],
        "modified_steps": [2, 3],
        "question": "What is $2\\cdot 3+1$?",
    }


def test_the_original_is_a_right_trace_of_its_own_question():
    modified, original = parsed("prmbench", change(ROW, modified_question="What is 2·3+2?"))
    assert (modified.problem.statement, original.problem.statement) == ("What is 2·3+2?", "What is 2·3+1?")
    assert texts(original) == ROW["original_process"]
    assert [(x.source, x.values) for x in original.labels] == [("prmbench", [1, 1])]


def test_the_same_original_in_two_classes_is_one_trace():
    a, b, c = (
        parsed("prmbench", change(ROW, **fields))[1]
        for fields in ({}, {"classification": "deception", "reason": ""}, {"original_process": ["7"]})
    )
    assert a == b
    assert a.external_id != c.external_id


def test_no_error_steps_is_no_error():
    solutions, _ = parsed("prmbench", change(ROW, error_steps=[], classification="multi_solutions", ground_truth="7"))
    [label] = solutions.labels
    assert (label.values, label.error_types, solutions.metadata["ground_truth"]) == ([1, 1, 1], [], "7")


@pytest.mark.parametrize(
    ("fields", "code", "field"),
    [
        ({"error_steps": [2, 4]}, "no-such-step", "error_steps[1]"),
        ({"error_steps": [0]}, "no-such-step", "error_steps[0]"),
        ({"error_steps": ["2"]}, "invalid", "error_steps[0]"),
        ({"error_steps": [2.5]}, "invalid", "error_steps[0]"),
        ({"modified_process": []}, "step-count", "modified_process"),
        ({"original_process": ["1.", ""]}, "empty-step", "original_process[1]"),
        ({"original_question": ""}, "empty-statement", "original_question.statement"),
    ],
)
def test_a_broken_row_is_refused(fields, code, field):
    assert refused("prmbench", change(ROW, **fields)) == (code, field)


def test_modified_steps_past_the_end_harm_nobody():
    assert parsed("prmbench", change(ROW, modified_steps=[9]))[0].metadata["modified_steps"] == [9]
