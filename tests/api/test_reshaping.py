"""Splitting and merging steps: the text stays, labels never move, and who reads it is told the truth."""

import json
from typing import Any

import pytest

from annotate.audit.models import Event
from annotate.corpus.formats import FORMATS
from annotate.corpus.models import Step, Trace
from annotate.corpus.segment import rejoined
from annotate.imports.intake import take_in
from annotate.scoring.models import StepScore
from tests.cast import Browser, Cast

SOLUTION = "One is odd.\n\nTwo is even. Three is odd.\n\n\nDone."


@pytest.fixture
def trace(cast: Cast) -> Trace:
    line = {"problem": "Which are odd?", "solution": SOLUTION, "id": "t-1"}
    assert take_in(cast.project, FORMATS["text"], [json.dumps(line).encode()]).accepted == 1
    return Trace.objects.get()


def texts(trace: Trace) -> list[str]:
    trace.refresh_from_db()
    steps = Step.objects.in_bulk(trace.path)
    return [steps[key].text for key in trace.path]


def whole(trace: Trace) -> str:
    return rejoined(texts(trace), trace.metadata["segmented"])


def test_a_step_is_split_and_merged_again(max_: Browser, trace: Trace) -> None:
    before = trace.path
    answer = max_.post(f"traces/{trace.pk}/split/", {"step": 1, "at": [13]})
    assert [step["text"] for step in answer.json()["steps"]] == [
        "One is odd.", "Two is even. ", "Three is odd.", "Done.",
    ]  # fmt: skip
    assert whole(trace) == SOLUTION
    assert Step.objects.count() == 4
    assert max_.post(f"traces/{trace.pk}/merge/", {"first": 0, "last": 2}).status_code == 200
    assert texts(trace) == ["One is odd.\n\nTwo is even. Three is odd.", "Done."]
    assert whole(trace) == SOLUTION
    assert max_.post(f"traces/{trace.pk}/split/", {"step": 0, "at": [11]}).status_code == 200
    assert whole(trace) == SOLUTION
    assert not set(before[1:]) & set(Step.objects.values_list("pk", flat=True))
    assert sorted(Event.objects.filter(verb__startswith="trace.").values_list("verb", flat=True)) == [
        "trace.merge", "trace.split", "trace.split",
    ]  # fmt: skip


def test_the_same_line_again_is_a_duplicate(cast: Cast, max_: Browser, trace: Trace) -> None:
    max_.post(f"traces/{trace.pk}/split/", {"step": 1, "at": [13]})
    line = {"problem": "Which are odd?", "solution": SOLUTION, "id": "t-1"}
    assert take_in(cast.project, FORMATS["text"], [json.dumps(line).encode()]).duplicates == 1
    assert len(texts(trace)) == 4


def test_what_was_said_of_steps_moves_with_them(cast: Cast, max_: Browser) -> None:
    steps: list[Any] = ["ab", {"text": "cd", "premises": [0], "metadata": {"k": 1}}, {"text": "e", "premises": [0, 1]}]
    line = {
        "problem": {"statement": "?"},
        "steps": steps,
        "scores": {"prm": [0.1, 0.2, 0.3]},
        "values": {"q": [1, None, 3]},
    }
    shared = {"problem": {"statement": "?"}, "steps": ["ab", "cd"]}
    take_in(cast.project, FORMATS["native"], [json.dumps([line, shared]).encode()])
    trace = Trace.objects.exclude(scores=None).get()

    assert max_.post(f"traces/{trace.pk}/split/", {"step": 1, "at": [1]}).status_code == 200
    assert texts(trace) == ["ab", "c", "d", "e"]
    assert trace.premises == [None, [0], None, [0, 2]]
    assert trace.scores == {"prm": [0.1, None, 0.2, 0.3]}
    assert trace.step_metadata == [None, None, {"k": 1}, None]
    found = dict(StepScore.objects.filter(step__in=trace.path, scorer__key="prm").values_list("step", "value"))
    assert [found.get(key) for key in trace.path] == [0.1, None, 0.2, 0.3]
    assert Step.objects.filter(text="cd").count() == 1, "another trace still goes through it"

    assert max_.post(f"traces/{trace.pk}/merge/", {"first": 2, "last": 3, "between": " "}).status_code == 200
    assert texts(trace) == ["ab", "c", "d e"]
    assert trace.premises == [None, [0], [0]]
    assert trace.scores == {"prm": [0.1, None, None]}
    assert trace.step_values == {"q": [1, None, 3]}
    assert trace.step_metadata == [None, None, {"k": 1, "merged": {"scores.prm": [0.2, 0.3]}}]


@pytest.mark.parametrize(
    ("verb", "body", "field"),
    [
        ("split", {"step": 3, "at": [1]}, "step"),
        ("split", {"step": 0, "at": [99]}, "at"),
        ("split", {"step": 0, "at": [4, 4]}, "at"),
        ("split", {"step": 0, "at": []}, "at"),
        ("merge", {"first": 1, "last": 1}, "last"),
        ("merge", {"first": 1, "last": 3}, "last"),
    ],
)
def test_what_makes_no_sense_is_told(max_: Browser, trace: Trace, verb: str, body: dict[str, Any], field: str) -> None:
    answer = max_.post(f"traces/{trace.pk}/{verb}/", body)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"].startswith(field)
    assert len(texts(trace)) == 3


def test_nothing_moves_under_what_anybody_said(max_: Browser, alice: Browser, trace: Trace) -> None:
    claim = alice.post("projects/algebra/tasks/next/").json()
    refused = max_.post(f"traces/{trace.pk}/split/", {"step": 1, "at": [13]})
    assert (refused.status_code, refused.json()["code"]) == (409, "labelled")
    assert "working on it" in refused.json()["detail"]
    alice.post(f"assignments/{claim['assignment']}/submit/", {"first_error": None})
    assert "judged" in max_.post(f"traces/{trace.pk}/merge/", {"first": 0, "last": 1}).json()["detail"]
    assert len(texts(trace)) == 3
