"""What goes out comes back in the same."""

import json
from pathlib import Path
from typing import Any

import pytest

from annotate.corpus.formats import FORMATS as IMPORT_FORMATS
from annotate.corpus.ingest import Report
from annotate.corpus.media.store import keep
from annotate.corpus.models import Choice, Problem, Step
from annotate.exports.formats import FORMATS
from annotate.imports.intake import take_in
from annotate.labeling.models import Assignment
from annotate.projects.models import Project
from tests.cast import Cast
from tests.corpus.test_media import OF_PNG, PNG
from tests.exports.tree import CJK, LATEX, SEARCH, Tree, export, rows
from tests.factories import make_problem, make_project, make_trace, open_all

DATA = Path(__file__).parents[3] / "shared" / "data"
PROCESSBENCH = DATA / "processbench"


def again(cast: Cast, format: str, text: str) -> tuple[Project, Report]:
    """The same text taken into a project of its own."""
    project = make_project("again", admin=cast.max)
    return project, take_in(project, IMPORT_FORMATS[format], [text.encode()])


def test_the_formats_that_say_so_are_read_by_the_importer_of_that_name() -> None:
    both = {name for name, format in FORMATS.items() if format.imports_back}
    assert both == set(FORMATS).intersection(IMPORT_FORMATS)


@pytest.mark.parametrize("labels", ["resolved", "all"])
def test_native_comes_back_to_the_byte(judged: Tree, cast: Cast, labels: str) -> None:
    judged.say(cast.bob, judged.right, first_error=1, rewrite="小 \\frac ", confidence=2)
    judged.say(cast.bob, judged.after_prefix, none_acceptable=True, comment="All wrong", rewrite="x = 7!")
    judged.say(cast.rita, judged.at_start, preferred=1, strength=3)
    Assignment.objects.filter(task__choice=judged.at_start).update(candidate_order=judged.at_start.candidates[::-1])
    first = export(judged.project, "native", labels)
    assert ('"strength":3,"shown":[1,0]' in first) is (labels == "all")
    project, report = again(cast, "native", first)
    assert (report.accepted, report.duplicates, report.rejected) == (8, 0, 0)
    assert export(project, "native", "imported") == first
    assert take_in(project, IMPORT_FORMATS["native"], [first.encode()]).duplicates == 8


PICTURE = {"sha256": OF_PNG["sha256"], "alt": "A dot"}
EVERYTHING: list[dict[str, Any]] = [
    {
        "id": "t-1",
        "problem": {
            "id": "p-1",
            "statement": "What is it?",
            "answer": "A dot",
            "solution": "Look.",
            "reference_steps": ["Look.", {"text": "dot", "kind": "formal"}],
            "reference_states": [0, ["a", None], {"x": 1.5}],
            "material": [{"text": "Dots are small.", "title": "Dots", "source": "a book", "kind": "retrieved"}],
            "media": [PICTURE],
            "metadata": {"level": 1},
        },
        "generator": "m",
        "steps": [
            "It is black.",
            {"text": "", "media": [PICTURE], "premises": []},
            {
                "text": "zoom",
                "kind": "tool_call",
                "data": {"tool": "zoom", "arguments": {"by": 2.5}, "time": {"start": 1, "end": 2}},
                "premises": [0, 1],
                "metadata": {"k": 1},
            },
        ],
        "answer": "A dot",
        "correct": True,
        "scores": {
            "prover": [1, None, {"value": 0, "reason": "unsolved goals"}],
            "late": [None, 0.5, {"value": None, "reason": "timeout"}],
        },
        "values": {"advantage": [-0.5, None, 12]},
        "tags": ["easy", "dots"],
        "metadata": {"seed": 1},
        "labels": [{"source": "me", "first_error": 2, "comment": "No.", "confidence": 4}],
    },
    {
        "problem": {"statement": "", "media": [{"type": "audio", "url": "https://example.org/a.mp3", "start": 1.5}]},
        "prefix": ["A bird.", {"text": "Loud.", "premises": [0], "metadata": {"m": 1}}],
        "candidates": [
            "A wren.",
            {
                "text": "An owl.",
                "data": {"sure": True},
                "generator": "m",
                "scores": {"prover": {"value": 0.5, "reason": "?"}},
                "values": {"q": -2},
                "premises": [1],
                "metadata": {"k": 1},
            },
        ],
        "tags": ["birds"],
        "preferences": [
            {"source": "me", "ranking": [[1], [0]], "strength": 2, "shown": [1, 0]},
            {"source": "you", "none_acceptable": True, "shown": [0, 1]},
        ],
    },
]


def test_everything_that_a_native_line_may_hold_comes_back(cast: Cast) -> None:
    keep(cast.project, [PNG])
    lines = "\n".join(map(json.dumps, EVERYTHING))
    report = take_in(cast.project, IMPORT_FORMATS["native"], [lines.encode()])
    assert (report.accepted, report.errors) == (2, [])
    first = export(cast.project, "native", "imported")
    found = [json.loads(line) for line in first.splitlines()]
    picture = OF_PNG | {"alt": "A dot"}
    known = json.loads(json.dumps(EVERYTHING).replace(json.dumps(PICTURE), json.dumps(picture)))
    known[0]["problem"]["reference_steps"][0] = {"text": "Look."}
    assert found == known
    project = make_project("again", admin=cast.max)
    keep(project, [PNG])
    take_in(project, IMPORT_FORMATS["native"], [first.encode()])
    assert export(project, "native", "imported") == first


def test_processbench_comes_back(judged: Tree, cast: Cast) -> None:
    known = export(judged.project, "processbench")
    project, report = again(cast, "processbench", known)
    assert (report.accepted, report.rejected) == (5, 0)
    found = rows(project, "processbench", "imported", "processbench")
    # Problems lose their ids, so they come in another order.
    assert sorted(found, key=lambda row: row["id"]) == json.loads(known)


@pytest.mark.parametrize(("name", "count"), [("gsm8k", 400), ("math", 1000)])
def test_processbench_itself_comes_out_as_it_went_in(cast: Cast, name: str, count: int) -> None:
    file = PROCESSBENCH / f"{name}.json"
    if not file.exists():
        pytest.skip(f"{file} is not here")
    text = file.read_text()
    project, report = again(cast, "processbench", text)
    assert (report.accepted, report.rejected) == (count, 0)
    known = json.loads(text)
    found = rows(project, "processbench", "imported", "processbench")
    assert len(found) == count
    assert sorted(found, key=lambda row: row["id"]) == sorted(known, key=lambda row: row["id"])
    assert list(found[0]) == list(known[0])


def test_math_shepherd_itself_comes_out_as_it_went_in(cast: Cast) -> None:
    file = DATA / "math-shepherd" / "samples.jsonl"
    if not file.exists():
        pytest.skip(f"{file} is not here")
    text = file.read_text()
    project, report = again(cast, "math-shepherd", text)
    assert report.rejected == 0
    assert sorted_rows(project, "math-shepherd") == sorted(json.dumps(json.loads(row)) for row in text.splitlines())


def sorted_rows(project: Project, format: str) -> list[str]:
    return sorted(json.dumps(row) for row in rows(project, format, "imported", format))


@pytest.mark.parametrize("format", ["math-shepherd", "rlhflow", "trl-stepwise"])
def test_labelled_steps_come_back(judged: Tree, cast: Cast, format: str) -> None:
    known = export(judged.project, format)
    project, report = again(cast, format, known)
    assert (report.accepted, report.rejected) == (known.count("\n"), 0)
    # Without a task of its own, a row is of the project: the one that was exported from, also the second time.
    assert sorted_rows(project, format) == sorted(json.dumps(json.loads(row)) for row in known.splitlines())


def test_a_russian_word_that_ends_like_the_mark_comes_back_whole(tree: Tree, cast: Cast) -> None:
    trace = make_trace(tree.project, ("Это не ошибки",), make_problem(tree.project, "?"))
    open_all(tree.project)
    tree.say(cast.alice, trace, first_error=None)
    project, _ = again(cast, "rlhflow", export(tree.project, "rlhflow"))
    assert steps(project) == {"Это не ошибки"}


def test_rlhflow_comes_back_with_its_statement_and_steps_to_the_byte(judged: Tree, cast: Cast) -> None:
    project, _ = again(cast, "rlhflow", export(judged.project, "rlhflow"))
    assert {CJK, LATEX, "No.", "x = 8", SEARCH[0]} <= steps(project)
    assert {"What is x?", "苹果?"} == set(Problem.objects.filter(project=project).values_list("statement", flat=True))


def test_prm800k_comes_back_with_steps_ratings_and_rewrites(judged: Tree, cast: Cast) -> None:
    known = rows(judged.project, "prm800k")
    project, report = again(cast, "prm800k", export(judged.project, "prm800k"))
    assert (report.accepted, report.rejected) == (len(known), 0)
    assert not Choice.objects.filter(project=project).exists()

    def content(row: dict[str, Any]) -> str:
        # Who said it and when is the trace's metadata now: the label's source is the format.
        return json.dumps([row["question"], row["label"]["steps"], row["label"]["finish_reason"]])

    found = rows(project, "prm800k", "imported", "prm800k")
    assert sorted(map(content, found)) == sorted(map(content, known))
    assert any(step["human_completion"] for row in found for step in row["label"]["steps"])


def test_step_dpo_comes_back(judged: Tree, cast: Cast) -> None:
    known = rows(judged.project, "step-dpo")
    project, report = again(cast, "step-dpo", export(judged.project, "step-dpo"))
    assert (report.accepted, report.rejected) == (len(known), 0)

    def content(row: dict[str, Any]) -> str:
        # A choice has no rest of a trace to go on to; the project is another.
        return json.dumps([row[name] for name in ("prompt", "initial_reason_steps", "chosen", "rejected", "answer")])

    found = rows(project, "step-dpo", "imported", "step-dpo")
    assert sorted(map(content, found)) == sorted(map(content, known))
    # Steps come back to the byte, without the format's frame.
    assert steps(project) <= steps(judged.project)


def steps(project: Project) -> set[str]:
    return set(Step.objects.filter(problem__project=project).values_list("text", flat=True))


def test_the_order_is_that_of_the_content_not_of_the_import(judged: Tree, cast: Cast) -> None:
    lines = export(judged.project, "native").splitlines()
    project, _ = again(cast, "native", "\n".join(reversed(lines)))
    assert export(project, "native", "imported").splitlines() == lines
