"""Scorers measured against people's labels: what stands, what is left out, by lot or not, with scores seen or not."""

import json
import re

import pytest
from django.core.management import CommandError, call_command

from annotate.corpus.models import SourceLabel
from annotate.labeling.models import Assignment, Judgement, Task
from annotate.projects.models import Guideline, LabelSchema, Project
from annotate.quality import jobs, standing
from annotate.quality.evaluation import Case, area_with_interval, hours_saved, lift, measure
from annotate.quality.models import Evaluation
from annotate.scoring.models import Scorer, StepScore
from tests.factories import make_trace, open_all

URL = "projects/algebra/scorers/evaluation/"


def test_among_equals_a_lift_curve_is_straight():
    curve = lift([1, 1, 1, 1, 0, 0, 0, 0, 0, 0], [True, True, False, False, True, *[False] * 5])
    assert curve["found"][8] == pytest.approx(2 / 3)  # 40 % reviewed
    assert curve["at_20"] == pytest.approx(1 / 3)
    assert curve["reviewed_80"] == pytest.approx(0.4 + 0.6 * (0.8 - 2 / 3) / (1 / 3))
    assert hours_saved(curve, 3600, 10.0) == pytest.approx((0.8 - curve["reviewed_80"]) * 10)
    assert lift([1, 2], [False, False]) is None


def test_a_best_order_is_found_out_about_at_once():
    curve = lift([9, 8, 1, 0], [True, True, False, False])
    assert (curve["found"][10], curve["area"]) == (1, 0.75)
    assert curve["reviewed_80"] == pytest.approx(0.4)


def test_what_cannot_be_measured_is_none():
    right = Case("p", [True, True], [0.9, None])
    assert measure([right])["step_auc"] is None
    assert measure([right])["f1_tuned"] is None
    assert measure([right])["f1"] == {"threshold": 0.5, "f1": None, "erroneous": None, "correct": 1.0, "traces": 1}
    whole = measure([Case("p", [True], [None], 0.9), Case("q", [False], [None], 0.1)])
    assert (whole["f1"], whole["calibration"], whole["trace_auc"]["value"]) == (None, None, 1.0)
    assert area_with_interval([], []) is None


def test_an_interval_is_as_wide_as_there_are_few_problems():
    pairs = [[(0.9, True), (0.2, False), (0.3, True), (0.6, False)] for _ in range(40)]
    many = area_with_interval(pairs, [f"{n}" for n in range(40)])
    few = area_with_interval(pairs, [f"{n % 2}" for n in range(40)])
    assert many["value"] == few["value"] == 0.75
    uneven = [[(0.9, True), (0.2, False)] if n % 2 else [(0.2, True), (0.9, False)] for n in range(40)]
    many = area_with_interval(uneven, [f"{n}" for n in range(40)])
    few = area_with_interval(uneven, [f"{n % 2}" for n in range(40)])
    assert few["high"] - few["low"] > many["high"] - many["low"] > 0


@pytest.fixture
def prm(cast):
    return Scorer.objects.create(project=cast.project, key="prm", version="7", kind="imported")


def judged(cast, prm, scores, *said, shown=False, seconds=30):
    """A trace with scores, and what people (values each) said of it."""
    trace = make_trace(cast.project, tuple(f"{s}" for s in scores))
    for step, score in zip(trace.path, scores, strict=True):
        StepScore.objects.create(scorer=prm, step_id=step, value=score)
    open_all(cast.project)
    task = Task.objects.get(trace=trace)
    for person, values in zip((cast.alice, cast.bob, cast.rita), said, strict=False):
        held = Assignment.objects.create(
            project=cast.project,
            task=task,
            annotator=person,
            state="submitted",
            lease_until="2026-01-01T00:00Z",
            scores_shown=shown,
        )
        Judgement.objects.create(
            project=cast.project,
            assignment=held,
            annotator=person,
            trace=trace,
            values=values,
            active_ms=1000 * seconds,
            guideline=Guideline.objects.get(project=cast.project),
            label_schema=LabelSchema.objects.get(project=cast.project),
        )
    return trace


@pytest.mark.django_db
def test_what_most_people_said_is_what_scores_are_measured_against(cast, rita, prm):
    Project.objects.filter(pk=cast.project.pk).update(random_share=0)
    judged(cast, prm, (0.9, 0.1), [1, -1], [1, 1], [1, -1])  # two of three
    judged(cast, prm, (0.8, 0.7), [1, 1])
    judged(cast, prm, (0.8, 0.2), [1, 1], [1, -1])  # a draw
    judged(cast, prm, (0.8, 0.3), [1, 2])  # not sure

    answer = rita.get(URL).json()

    assert answer["choices"] == [{"labels": "people", "traces": 4}]
    result = answer["result"]
    assert (answer["state"], answer["labels"]) == ("current", "people")
    assert (result["traces"], result["erroneous"], result["left_out"]) == (2, 1, 2)
    (scorer,) = result["scorers"]
    assert (scorer["version"], scorer["f1"]["f1"], scorer["step_auc"]["value"]) == ("7", 1.0, 1.0)
    assert (result["median_seconds"], result["judgements"]) == (30, 7)
    assert scorer["lift"]["hours_saved"] == pytest.approx((0.8 - 0.4) * 2 * 30 / 3600)
    # Nothing was drawn at random.
    assert rita.get(f"{URL}?sample=random").json()["result"]["traces"] == 0
    assert not Evaluation.objects.exists()  # looking changes nothing


@pytest.mark.django_db
def test_people_who_saw_scores_are_compared_with_those_who_did_not(cast, max_, prm):
    for n in range(4):
        judged(cast, prm, (0.9, 0.1 + n / 100), [1, -1], shown=True, seconds=20)
        judged(cast, prm, (0.9, 0.2 + n / 100), [1, -1] if n else [-1, None], seconds=40)

    found = max_.get(URL).json()["result"]["anchoring"]

    assert found == {
        "shown": {"judgements": 4, "median_seconds": 20, "agreement": {"prm": {"judgements": 4, "share": 1.0}}},
        "hidden": {"judgements": 4, "median_seconds": 40, "agreement": {"prm": {"judgements": 4, "share": 0.75}}},
    }


@pytest.mark.django_db
def test_many_labels_are_measured_by_a_worker_and_kept_until_something_changes(cast, max_, prm, monkeypatch):
    monkeypatch.setattr(standing, "AT_ONCE", 0)
    judged(cast, prm, (0.9, 0.1), [1, -1])
    assert max_.get(URL).json()["state"] == "none"

    answer = max_.post(URL, {"labels": "people"})
    assert (answer.status_code, answer.json()["state"]) == (202, "computing")
    jobs.evaluate_waiting()
    assert max_.get(URL).json()["state"] == "current"
    assert max_.get(URL).json()["result"]["traces"] == 1
    assert standing.waiting() == []

    judged(cast, prm, (0.8, 0.2), [1, -1])
    answer = max_.get(URL).json()
    assert (answer["state"], answer["result"]["traces"]) == ("old", 1)


@pytest.mark.django_db
def test_people_who_judge_change_what_imported_labels_say_of_time(cast, max_, prm, monkeypatch):
    trace = make_trace(cast.project, ("one", "two"))
    SourceLabel.objects.create(trace=trace, source="bench", values=[1, -1])
    max_.post(URL, {"labels": "imported:bench"})
    jobs.evaluate_waiting()
    monkeypatch.setattr(standing, "AT_ONCE", 0)
    kept = max_.get(f"{URL}?labels=imported:bench").json()
    assert (kept["state"], kept["result"]["median_seconds"]) == ("current", None)

    judged(cast, prm, (0.9, 0.1), [1, -1])

    assert max_.get(f"{URL}?labels=imported:bench").json()["state"] == "old"


@pytest.mark.django_db
def test_a_try_that_fails_says_why_and_is_not_tried_for_ever(cast, max_, prm, monkeypatch):
    monkeypatch.setattr(standing, "AT_ONCE", 0)
    judged(cast, prm, (0.9, 0.1), [1, -1])
    max_.post(URL, {"labels": "people"})

    def broken(*_):
        raise ValueError("no such luck")

    monkeypatch.setattr(standing, "evaluate", broken)
    with pytest.raises(ValueError, match="no such luck"):
        jobs.evaluate_waiting()

    answer = max_.get(URL).json()
    assert (answer["state"], answer["error"]) == ("old", "ValueError: no such luck")
    assert standing.waiting() == []


@pytest.mark.django_db
def test_what_is_missing_is_said(cast, max_):
    answer = max_.get(URL).json()
    assert (answer["state"], answer["choices"], answer["labels"]) == ("none", [], None)
    assert max_.get(f"{URL}?labels=mine").status_code == 400
    assert max_.get(f"{URL}?sample=some").status_code == 400
    with pytest.raises(CommandError, match=r"No trace has labels of people. There are: none yet\."):
        call_command("evaluate-scorers", "algebra")


@pytest.mark.django_db
def test_the_command_prints_a_table_or_json(cast, prm, capsys):
    judged(cast, prm, (0.9, 0.1), [1, -1], shown=True)
    judged(cast, prm, (0.8, 0.7), [1, 1])

    call_command("evaluate-scorers", "algebra")
    printed = capsys.readouterr().out
    assert "2 labelled traces (people), 1 with an error, of 2 problems." in printed
    assert "prm (7)" in printed
    assert "100.0 % (100.0 %, 100.0 %)" in printed
    assert "17.5 % off" in printed  # 0.1, 0.1, 0.2 and 0.3 away
    assert re.search(r"the queue \(convincing-wrong-answer\) +\d", printed)
    assert re.search(r"prm +100.0 % of 1 +100.0 % of 1", printed)

    call_command("evaluate-scorers", "algebra", "--json")
    assert json.loads(capsys.readouterr().out)["scorers"][0]["f1"]["f1"] == 1.0
