"""The table for people, read as a spreadsheet reads it."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotate.exports.formats.csv import MOST, encode, harmless
from annotate.projects.models import Project
from tests.cast import Cast
from tests.exports.tree import CJK, LATEX, RESULT, SEARCH, Tree, export, take_in_native
from tests.factories import make_problem, make_trace, open_all

HEADER = (
    "Problem ID,Problem,Reference answer,Item,ID,Answer,Answer is right,Generator,Step,Kind,Text,Verdict,Rank,"
    "Labelled by,Labelled at (UTC),Error types,Comment,Rewrite,Seconds,Details\r\n"
)


def table(project: Project, labels: str = "resolved", source: str = "") -> list[dict[str, str]]:
    text = export(project, "csv", labels, source)
    assert text.startswith("\ufeff" + HEADER)
    return list(csv.DictReader(io.StringIO(text[1:], newline=""), strict=True))


def columns(rows: list[dict[str, str]], *names: str) -> list[tuple[str, ...]]:
    return [tuple(row[name] for name in names) for row in rows]


def test_it_reads_like_the_solution_with_a_verdict_at_each_step(judged: Tree) -> None:
    found = table(judged.project)
    assert columns(found, "ID", "Step", "Kind", "Text", "Verdict", "Rank") == [
        ("t-1", "1", "reasoning", CJK, "good", ""),
        ("t-1", "2", "reasoning", LATEX, "good", ""),
        ("t-1", "3", "reasoning", "7", "good", ""),
        ("t-2", "1", "reasoning", "No.", "bad", ""),
        ("t-2", "2", "reasoning", "8", "not labelled", ""),
        ("t-3", "1", "reasoning", CJK, "good", ""),
        ("t-3", "2", "reasoning", "x = 8", "bad", ""),
        ("t-3", "3", "reasoning", "So 8", "not labelled", ""),
        ("t-4", "1", "reasoning", CJK, "good", ""),
        ("t-4", "2", "reasoning", LATEX, "good", ""),
        ("t-4", "3", "reasoning", "8", "bad", ""),
        ("c-1", "1", "reasoning", CJK, "context", ""),
        ("c-1", "2", "reasoning", LATEX, "preferred", "1"),
        ("c-1", "2", "reasoning", "x = 8", "worse", ""),
        ("c-1", "2", "reasoning", "x = 9", "worse", ""),
        ("t-5", "1", "tool_call", SEARCH[0], "good", ""),
        ("t-5", "2", "observation", RESULT[0], "context", ""),
        ("t-5", "3", "reasoning", "x = 7", "bad", ""),
        ("t-5", "4", "observation", "done", "context", ""),
        ("c-2", "1", "reasoning", "One.", "tied", "1"),
        ("c-2", "1", "reasoning", "Two.", "tied", "1"),
    ]
    first = found[0]
    assert first.pop("Labelled at (UTC)")[:3] == "202"
    assert first == {
        "Problem ID": "p-1",
        "Problem": "What is x?",
        "Reference answer": "7",
        "Item": "trace",
        "ID": "t-1",
        "Answer": "7",
        "Answer is right": "yes",
        "Generator": "m",
        "Step": "1",
        "Kind": "reasoning",
        "Text": CJK,
        "Verdict": "good",
        "Rank": "",
        "Labelled by": "resolved",
        "Error types": "",
        "Comment": "",
        "Rewrite": "",
        "Seconds": "",
        "Details": "",
    }
    assert {row["Answer is right"] for row in found if row["ID"] in ("t-2", "t-3")} == {"no", ""}
    assert columns(found[-2:], "Item", "Generator") == [("choice", "m"), ("choice", "")]


def test_what_was_said_once_stands_once(judged: Tree) -> None:
    said = ("ID", "Step", "Error types", "Comment", "Rewrite", "Seconds")
    assert [row for row in columns(table(judged.project), *said) if any(row[2:])] == [
        ("t-1", "3", "", "", "", "2"),
        ("t-2", "1", "calculation", "Not even close", "", "0"),
        ("t-3", "2", "", "", "x = 7", "0"),
        ("t-4", "3", "", "", "", "0"),
        ("c-1", "2", "", "", "x = 7", "0"),
        ("t-5", "3", "", "", "Found 7", "0"),
        ("c-2", "1", "", "", "", "0"),
    ]


def test_every_vote_has_its_rows(tree: Tree, cast: Cast) -> None:
    tree.say(cast.alice, tree.at_start, none_acceptable=True, comment="Neither")
    tree.say(cast.bob, tree.at_start, ranking=[[1], [0]])
    assert columns(table(tree.project, "all"), "Text", "Verdict", "Rank", "Labelled by", "Comment") == [
        ("One.", "not acceptable", "", "person:alice", "Neither"),
        ("Two.", "not acceptable", "", "person:alice", ""),
        ("One.", "worse", "2", "person:bob", ""),
        ("Two.", "preferred", "1", "person:bob", ""),
    ]


def test_imported_labels_say_what_they_say(tree: Tree) -> None:
    labels = '[{"source": "x", "values": [1, 0, 2, null], "comment": "Hm"}, {"source": "y", "first_error": 1}]'
    take_in_native(
        tree.project,
        f'{{"id": "i-1", "problem": {{"statement": "?"}}, "steps": ["a", "b", "c", "d"], "labels": {labels}}}',
    )
    found = table(tree.project, "imported", "x")
    assert columns(found, "Verdict", "Comment", "Labelled by", "Labelled at (UTC)", "Seconds") == [
        ("good", "", "x", "", ""),
        ("neutral", "", "x", "", ""),
        ("unsure", "Hm", "x", "", ""),
        ("not labelled", "", "x", "", ""),
    ]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n"])
def test_no_cell_is_taken_for_a_formula(tree: Tree, cast: Cast, start: str) -> None:
    evil = f'{start}HYPERLINK("http://x","y");,\r\n1'
    problem = make_problem(tree.project, evil, id=evil, answer=evil)
    trace = make_trace(tree.project, (evil, "1"), problem, id=evil, generator=evil, answer=evil)
    open_all(tree.project)
    tree.say(cast.alice, trace, first_error=0, comment=evil, rewrite=f"{evil}!")
    row = table(tree.project)[0]
    for name in ("Problem ID", "Problem", "Reference answer", "ID", "Answer", "Generator", "Text", "Rewrite"):
        assert row[name].removesuffix("!") == f"'{evil}"
    assert row["Comment"][0] not in "=+-@＝＋－＠\t\r\n"


@given(
    st.lists(
        st.text(st.characters(codec="utf-8"), max_size=40) | st.from_regex(r"\A[=+\-@\t\r\n＝＋－＠].*"), min_size=1
    )
)
def test_whatever_stands_in_cells_no_spreadsheet_runs_it_and_it_is_read_back(cells: list[str]) -> None:
    text = encode(cells).decode()
    (read,) = csv.reader(io.StringIO(text, newline=""), strict=True)
    assert not any(cell.startswith(("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n")) for cell in read)
    assert all(cell in (given, f"'{given}") for cell, given in zip(read, cells, strict=True))


def test_what_only_holds_such_a_sign_stays_as_it_is() -> None:
    for text in ("", "x = 1", " =1", "'=1", "1-1", "~a"):
        assert harmless(text) == text


def test_a_cell_that_excel_would_tear_apart_ends_early_and_says_so() -> None:
    for unit, length in (("x", 1), ("苹", 1), ("😀", 2)):
        fits = unit * (MOST // length)
        assert harmless(fits) == fits
        cut = harmless(fits + unit)
        assert cut.startswith(unit * 1000)
        assert cut.endswith("… (cut: too long for a spreadsheet)")
        assert MOST - 1 <= len(cut.encode("utf-16-le")) // 2 <= MOST


def test_lines_and_quotes_are_those_of_rfc_4180(tree: Tree, cast: Cast) -> None:
    trace = make_trace(tree.project, ('say "a, b"\nand\rc',), make_problem(tree.project, "plain"), id="t-9")
    open_all(tree.project)
    tree.say(cast.alice, trace, first_error=None)
    text = export(tree.project, "csv")
    assert 'plain,,trace,t-9,,,,1,reasoning,"say ""a, b""\nand\rc",good,,resolved,' in text
    assert text.endswith(",0,\r\n")


def test_without_labels_there_is_the_header(tree: Tree) -> None:
    assert export(tree.project, "csv") == "\ufeff" + HEADER
