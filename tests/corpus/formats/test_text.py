import pytest

from tests.corpus.formats.rows import change, refused, texts, trace

ROW = {"problem": "What is 3*4? ", "solution": "Multiply. \n\n  3*4\n= 12\n", "id": "t-1", "generator": "m", "note": 1}


def test_a_solution_is_cut_at_its_blank_lines():
    item = trace("text", ROW)
    assert texts(item) == ["Multiply. ", "  3*4\n= 12\n"]
    assert (item.problem.statement, item.external_id, item.generator) == ("What is 3*4? ", "t-1", "m")
    assert (item.metadata, item.labels) == ({"note": 1}, [])


@pytest.mark.parametrize(
    ("solution", "found"),
    [
        ("a", ["a"]),
        ("a\nb", ["a\nb"]),
        ("a\n \t\n\n\nb", ["a", "b"]),
        ("a\r\n\r\nb\r\n", ["a", "b\r\n"]),
        ("\n\na\n\n", ["a"]),
        (" \n\n a", [" a"]),
    ],
)
def test_where_it_is_cut(solution, found):
    assert texts(trace("text", change(ROW, solution=solution))) == found


@pytest.mark.parametrize(
    ("row", "code", "field"),
    [
        (change(ROW, solution=" \n\n "), "step-count", "solution"),
        (change(ROW, solution="a\n\n\0"), "nul-character", "solution[1]"),
        (change(ROW, problem=""), "empty-statement", "problem.statement"),
        (change(ROW, id=7), "invalid", "id"),
    ],
)
def test_a_broken_row_is_refused(row, code, field):
    assert refused("text", row) == (code, field)
