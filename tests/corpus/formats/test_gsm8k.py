import pytest

from annotate.corpus.formats.base import TraceIn
from tests.corpus.formats.rows import DROP, change, parsed, refused, texts

ROW = {
    "question": "How many eggs?",
    "ground_truth": "9 * 2 = 18 \nA: 18",
    "6b": {"is_correct": False, "solution": "9 + 2\n\n= <<9+2=11>>11\nA: 11", "seed": 1},
    "175b": {"is_correct": True, "solution": "9 * 2 = 18\nA: 18"},
    "split": "test",
}


def test_each_models_solution_is_a_trace_cut_at_its_lines():
    first, second = parsed("gsm8k", ROW)
    assert isinstance(first, TraceIn)
    assert isinstance(second, TraceIn)
    assert (first.problem.answer, first.problem.solution) == ("18", "9 * 2 = 18 \nA: 18")
    assert texts(first) == ["9 + 2", "= <<9+2=11>>11", "A: 11"]
    assert (first.generator, first.answer, first.correct) == ("6b", "11", False)
    assert first.metadata == {"seed": 1, "split": "test", "segmented": {"by": "line", "between": ["\n\n", "\n"]}}
    assert (second.generator, second.correct, texts(second)) == ("175b", True, ["9 * 2 = 18", "A: 18"])


@pytest.mark.parametrize(
    ("row", "code", "field"),
    [
        (change(ROW, **{"6b": {"is_correct": True, "solution": 7}}), "invalid", "6b"),
        (change(ROW, **{"6b": {"is_correct": True, "solution": " "}}), "step-count", "6b.solution"),
        (change(ROW, **{"6b": DROP, "175b": DROP}), "no-steps", ""),
        (change(ROW, question=" "), "empty-statement", "question.statement"),
    ],
)
def test_a_broken_row_is_refused(row, code, field):
    assert refused("gsm8k", row) == (code, field)
