"""The figures that the scorers' docstrings give, measured on real data where it is at hand.

They are exact: a change of the rules that moves one of them needs a new version of the scorer and new
figures.
"""

import json
from pathlib import Path
from typing import NamedTuple

import pytest

from annotate.scoring.scorers.arithmetic import ArithmeticScorer
from annotate.scoring.scorers.base import StepText, TraceText

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"


class Figures(NamedTuple):
    correct: int
    flagged_correct: int
    erroneous: int
    flagged_erroneous: int
    at_the_error: int


def real(path: str) -> str:
    file = DATA / path
    if not file.exists():
        pytest.skip(f"needs the data file {file}")
    return file.read_text()


def measured(traces: list[tuple[list[str], int]]) -> Figures:
    """`traces`: steps, and the 0-based index of the first error, or -1."""
    scorer = ArithmeticScorer()
    correct = flagged_correct = erroneous = flagged_erroneous = at_the_error = 0
    for steps, first_error in traces:
        flags = scorer.score_one(TraceText("", [StepText(step) for step in steps])).steps
        if first_error < 0:
            correct += 1
            flagged_correct += bool(flags)
        else:
            erroneous += 1
            flagged_erroneous += bool(flags)
            at_the_error += bool(flags) and min(flags) == first_error
    return Figures(correct, flagged_correct, erroneous, flagged_erroneous, at_the_error)


@pytest.mark.parametrize(
    ("split", "figures"),
    [("gsm8k", Figures(193, 0, 207, 14, 13)), ("math", Figures(406, 0, 594, 54, 26))],
)
def test_arithmetic_on_processbench(split, figures):
    rows = json.loads(real(f"processbench/{split}.json"))
    assert measured([(row["steps"], row["label"]) for row in rows]) == figures


@pytest.mark.parametrize(
    ("kind", "figures"),
    [("original", Figures(0, 0, 340, 111, 92)), ("reversed", Figures(0, 0, 187, 17, 11))],
)
def test_arithmetic_on_mr_gsm8k(kind, figures):
    rows = [row for row in json.loads(real("mr-gsm8k/mr_gsm8k_union.json")) if row["question_type"] == kind]
    labelled = [(row["model_output_steps"], row["model_output_solution_first_error_step"] - 1) for row in rows]
    assert measured(labelled) == figures


def test_arithmetic_on_mr_ben():
    labelled = []
    for solutions in json.loads(real("mr-ben/math.json")).values():
        for row in solutions:
            first_error = str(row["Model_Solution_First_Error_Step"]).strip()
            if first_error.isdigit():
                labelled.append((row["Model_Solution_Steps"], int(first_error) - 1))
            elif row["Model_Solution_Correctness"] == "correct":
                labelled.append((row["Model_Solution_Steps"], -1))
    assert measured(labelled) == Figures(149, 0, 769, 102, 22)


def test_arithmetic_on_reference_solutions():
    rows = [json.loads(line) for line in real("gsm8k/example_model_solutions.jsonl").splitlines()]
    assert measured([(row["ground_truth"].split("\n"), -1) for row in rows]) == Figures(1319, 2, 0, 0, 0)
