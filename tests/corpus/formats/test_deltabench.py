import pytest

from tests.corpus.formats.rows import DROP, change, refused, texts, trace


def info(number, correctness, **more):
    return {"section_number": number, "reasoning_correctness": correctness, "reasoning_usefulness": "1", **more}


ROW = {
    "id": "d-1",
    "origin": "o",
    "question": "What is 3*4?",
    "solution": "3*4=12",
    "answer": "12",
    "long_cot": "Add.\n\n7 \n\nDone.",
    "sections": [
        {"start": 1, "end": 1, "description": "d", "content": "Add."},
        {"start": 2, "end": 2, "description": "d", "content": "7 "},
        {"start": 3, "end": 3, "description": "d", "content": "Done."},
    ],
    "sections_labeled_info": [info(1, "0"), info(2, "1", explanation="It adds."), info(3, "")],
    "final_correct": 0,
    "reason_error_section_numbers": [2],
    "error_type": "Calculation Error",
}
NUMBERS = "reason_error_section_numbers"
NUMBER = "sections_labeled_info[0].section_number"


def test_each_section_is_good_bad_or_not_judged():
    item = trace("deltabench", ROW)
    assert (item.external_id, item.correct, texts(item)) == ("d-1", False, ["Add.", "7 ", "Done."])
    assert (item.problem.answer, item.problem.solution) == ("12", "3*4=12")
    [label] = item.labels
    assert (label.source, label.values) == ("deltabench", [1, -1, None])
    assert (label.error_types, label.comment) == (["Calculation Error"], "It adds.")


def test_nothing_else_is_lost():
    item = trace("deltabench", ROW)
    assert (item.step_metadata or [])[1] == {
        "start": 2,
        "end": 2,
        "description": "d",
        "labeled_info": {"reasoning_correctness": "1", "reasoning_usefulness": "1", "explanation": "It adds."},
    }
    names = ("origin", "long_cot", "final_correct", NUMBERS, "error_type")
    assert item.metadata == {name: ROW[name] for name in names}


@pytest.mark.parametrize(
    ("infos", "numbers", "values"),
    [
        ([], [3, 1], [-1, None, -1]),  # nothing says that the other one is right
        ([info(3, "0")], [], [None, None, 1]),
        ([info(1, "")], [1], [-1, None, None]),
        ([], [], None),
    ],
)
def test_a_section_that_nobody_judged_has_no_value(infos, numbers, values):
    row = change(ROW, sections_labeled_info=infos, reason_error_section_numbers=numbers)
    assert [label.values for label in trace("deltabench", row).labels] == ([values] if values else [])


@pytest.mark.parametrize(
    ("row", "code", "field"),
    [
        (change(ROW, reason_error_section_numbers=[1, 2]), "contradiction", NUMBERS),
        (change(ROW, reason_error_section_numbers=[]), "contradiction", NUMBERS),
        (change(ROW, reason_error_section_numbers=[4]), "no-such-step", f"{NUMBERS}[0]"),
        (change(ROW, reason_error_section_numbers=[0]), "no-such-step", f"{NUMBERS}[0]"),
        (change(ROW, sections_labeled_info=[info(4, "0")]), "no-such-step", NUMBER),
        (change(ROW, sections_labeled_info=[info(1, 0)]), "invalid", "sections_labeled_info[0].reasoning_correctness"),
        (change(ROW, sections_labeled_info=[info(1, "0")] * 2), "contradiction", NUMBER.replace("0", "1")),
        (change(ROW, sections=[]), "step-count", "sections"),
        (change(ROW, sections=[{"content": " "}]), "empty-step", "sections[0]"),
        (change(ROW, id=DROP), "invalid", "id"),
    ],
)
def test_a_broken_row_is_refused(row, code, field):
    assert refused("deltabench", row) == (code, field)
