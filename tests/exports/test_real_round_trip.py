"""Published data sets come out of the format that they came in as they went in, up to what each format says of itself
under "Coming back".
"""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from annotate.corpus.formats import FORMATS as IMPORT_FORMATS
from annotate.imports.intake import take_in
from annotate.projects.models import Project
from tests.cast import Cast
from tests.exports.tree import export, rows
from tests.factories import make_project

DATA = Path(__file__).parents[3] / "shared" / "data"
Row = dict[str, Any]


def read(name: str) -> list[Row]:
    file = DATA / name
    if not file.exists():
        pytest.skip(f"{file} is not here")
    text = file.read_text()
    if text.startswith("["):
        return json.loads(text)
    if name.startswith("mr-ben"):
        return [row for some in json.loads(text).values() for row in some]
    return [json.loads(line) for line in text.splitlines()] if "\n{" in text else [json.loads(text)]


def there_and_back(cast: Cast, format: str, name: str, most: int | None = None) -> tuple[Project, list[Row]]:
    """The first rows of the file that were taken in."""
    known = read(name)[:most]
    project = cast.project
    text = (DATA / name).read_bytes() if most is None else "\n".join(map(json.dumps, known)).encode()
    report = take_in(project, IMPORT_FORMATS[format], [text])
    refused = {line for line, _ in report.errors}
    return project, [row for i, row in enumerate(known, 1) if i not in refused]


def same(found: list[Row], known: list[Row], normal: Callable[[Row], Any]) -> None:
    assert sorted(json.dumps(row, sort_keys=True) for row in found) == sorted(
        {json.dumps(normal(row), sort_keys=True) for row in known}
    )


@pytest.mark.parametrize("name", ["mr-gsm8k/mr_gsm8k_union.json"])
def test_mr_gsm8k(cast: Cast, name: str) -> None:
    project, known = there_and_back(cast, "mr-gsm8k", name)
    found = rows(project, "mr-gsm8k", "imported", "mr-gsm8k")
    assert len(found) > 500
    fields = list(found[0])

    def normal(row: Row) -> Row:
        answer = row["ground_truth_answer"]
        return {f: row.get(f) for f in fields} | {"ground_truth_answer": None if answer is None else str(answer)}

    same(found, known, normal)


@pytest.mark.parametrize("name", ["mr-ben/math.json", "mr-ben/biology.json"])
def test_mr_ben(cast: Cast, name: str) -> None:
    project, known = there_and_back(cast, "mr-ben", name)
    found = rows(project, "mr-ben", "imported")
    assert len(found) > 900

    def normal(row: Row) -> Row:
        return {
            f: [text for text in row[f] if text] or "N/A" if isinstance(row[f], list) else row[f] for f in found[0]
        } | {"Ground_Truth_Answer_Modified": row["Ground_Truth_Answer_Modified"] or row["Ground_Truth_Answer"]}

    same(found, known, normal)


def test_step_pairs(cast: Cast) -> None:
    project, known = there_and_back(cast, "step-dpo", "step-pairs/mrben_biology_math.jsonl")
    found = rows(project, "step-dpo", "imported", "step-dpo")
    assert len(found) > 2000

    def texts(row: Row) -> list[str]:
        """Without the frame, which our export puts around steps that are not numbered, and without white space at the
        ends of steps, which the prefix loses.
        """
        prefix = row["initial_reason_steps"].removeprefix("Let's think step by step.\n")
        prefix = re.sub(r"Step \d+:", " ", prefix)
        steps = [re.sub(r"^\s*Step \d+:", "", row[name]).strip() for name in ("chosen", "rejected")]
        return [row["prompt"], re.sub(r"\s+", " ", prefix).strip(), *steps, row["answer"] or ""]

    assert sorted(set(map(tuple, map(texts, found)))) == sorted(set(map(tuple, map(texts, known))))


@pytest.mark.parametrize("name", ["gsm8k_100", "MATH_100", "date_100"])
def test_natural_program(cast: Cast, name: str) -> None:
    project, known = there_and_back(cast, "natural-program", f"verify-cot/{name}.json")
    found = rows(project, "natural-program", "imported")
    assert len(found) >= 95

    def normal(row: Row) -> Row:
        final = row.get("final_answer")
        return {name: row.get(name) for name in found[0]} | {
            "final_answer": None if final is None else str(final),
            "answer": bare(row["answer"]),
        }

    def bare(text: str) -> str:
        return re.sub(r"\n\s*\n", "\n", text).strip()

    same([row | {"answer": bare(row["answer"])} for row in found], known, normal)


@pytest.mark.parametrize("name", ["raw_samples", "prm800k-phase1-test-example", "prm800k-phase2-test-example"])
def test_prm800k(cast: Cast, name: str) -> None:
    known = read(file := f"prm800k/{name}.{'jsonl' if name == 'raw_samples' else 'json'}")
    project, _ = there_and_back(cast, "prm800k", file)
    found = rows(project, "prm800k", "imported", "prm800k")
    left_out = {"pre_generated_steps": [], "pre_generated_answer": None, "pre_generated_verifier_score": None}

    def normal(row: Row) -> Row:
        steps = [step for step in row["label"]["steps"] if step["completions"] or step["human_completion"]]
        question = {"ground_truth_solution": None, **left_out, **row["question"]}
        return row | {"question": question, "label": row["label"] | {"steps": steps}}

    assert len(found) == len(known)
    same(found, known, normal)


@pytest.mark.parametrize("name", ["circular", "confidence", "redundency"])
def test_prmbench(cast: Cast, name: str) -> None:
    project, known = there_and_back(cast, "prmbench", f"prmbench/prm800k_test_p1_4o_{name}.jsonl")
    found = rows(project, "prmbench", "imported", "prmbench")
    assert len(found) > 80
    same(found, known, lambda row: row)


def test_gsm8k(cast: Cast) -> None:
    project, known = there_and_back(cast, "gsm8k", "gsm8k/example_model_solutions.jsonl", 300)
    found = rows(project, "gsm8k")
    assert len(found) == 300
    same(found, known, lambda row: row)


def test_math_aps(cast: Cast) -> None:
    project, known = there_and_back(cast, "math-aps", "math-aps/samples_math-aps.jsonl")
    found = rows(project, "math-aps", "imported", scorer="mc")

    def normal(row: Row) -> Row:
        values: dict[str, list[float]] = {}
        for one in row["reasoning_steps"]:
            values.setdefault(one["solution_prefix"], []).append(one["mc_value"])
        means = {text: sum(of) / len(of) for text, of in values.items()}
        return row | {"reasoning_steps": sorted(means.items())}

    same([normal(row) for row in found], known, normal)


def test_math_aps_as_a_tree(cast: Cast) -> None:
    project, known = there_and_back(cast, "math-aps", "math-aps/samples_math-aps-tree.jsonl")
    found = rows(project, "math-aps-tree", "imported", scorer="mc")

    def paths(node: Row, before: tuple[str, ...], values: dict[tuple[str, ...], list[float]]) -> None:
        own = (*before, node["text"])
        values.setdefault(own, []).append(node["mc_value"])
        for child in node["children"]:
            paths(child, own, values)

    def normal(row: Row) -> Row:
        values: dict[tuple[str, ...], list[float]] = {}
        paths(row["reasoning_steps"], (), values)
        return row | {"reasoning_steps": sorted((path, sum(of) / len(of)) for path, of in values.items())}

    same([normal(row) for row in found], known, normal)


@pytest.mark.parametrize(
    ("format", "name"),
    [
        ("prmbench", "prmbench/prm800k_test_p1_4o_circular.jsonl"),
        ("math-aps", "math-aps/samples_math-aps-tree.jsonl"),
        ("math-aps", "math-aps/samples_math-aps.jsonl"),
        ("mr-ben", "mr-ben/math.json"),
        ("prm800k", "prm800k/raw_samples.jsonl"),
    ],
)
def test_all_that_a_set_holds_comes_back_from_native_lines(cast: Cast, format: str, name: str) -> None:
    project, _ = there_and_back(cast, format, name, 300 if format == "mr-ben" else None)
    first = export(project, "native", "imported")
    other = make_project("again", admin=cast.max)
    report = take_in(other, IMPORT_FORMATS["native"], [first.encode()])
    assert report.errors == []
    assert export(other, "native", "imported") == first
