"""How a project's queue is ordered and why each task is where it is; and when annotators see scores."""

import pytest

from annotate.labeling.actions import reprioritise
from annotate.labeling.models import Assignment, Task
from annotate.projects.models import Project
from annotate.scoring.models import Scorer, StepScore
from tests.factories import make_trace, open_all

pytestmark = pytest.mark.django_db
P = "projects/algebra/"


@pytest.fixture
def prm(cast):
    return Scorer.objects.create(project=cast.project, key="prm", version="1", kind="imported")


@pytest.fixture
def trace(cast, prm):
    trace = make_trace(cast.project, ("1", "2"), correct=False)
    for step, value in zip(trace.path, (0.9, 0.5), strict=True):
        StepScore.objects.create(scorer=prm, step_id=step, value=value, reason="so it seems")
    open_all(cast.project)
    return trace


def test_weights_are_a_setting(max_, cast):
    assert max_.get(P).json()["policy_weights"]["uncertainty"] == 0.25
    answer = max_.patch(
        P, {"policy": "custom", "policy_weights": {"uncertainty": 2, "minutes": 1}}, content_type="application/json"
    )
    assert answer.status_code == 200
    weights = answer.json()["policy_weights"]
    assert (weights["uncertainty"], weights["minutes"], weights["convincing_wrong"]) == (2, 1, 1)
    cast.project.refresh_from_db()
    assert cast.project.prioritised_at is None


@pytest.mark.parametrize(
    ("weights", "field"), [({"beauty": 1}, "policy_weights.beauty"), ({"novelty": "much"}, "policy_weights.novelty")]
)
def test_wrong_weights_are_told(max_, cast, weights, field):
    answer = max_.patch(P, {"policy_weights": weights}, content_type="application/json")
    assert answer.status_code == 400
    assert field in str(answer.json()["errors"])


def test_the_queue_and_the_trace_tell_why(max_, cast, trace):
    Project.objects.filter(pk=cast.project.pk).update(
        policy="custom", policy_weights={"convincing_wrong": 1, "novelty": 0, "uncertainty": 3}, random_share=0
    )
    reprioritise(project=Project.objects.get(pk=cast.project.pk))

    (task,) = max_.get(f"{P}tasks/").json()["results"]

    assert task["why"] == "The least certain step up to the first predicted error is step 2, at 0.50."
    assert [(one["part"], one["value"]) for one in task["parts"]][:2] == [
        ("uncertainty", 1.0),
        ("convincing_wrong", 0.75),
    ]
    assert task["priority"] == pytest.approx(sum(one["share"] for one in task["parts"]), abs=1e-3)
    assert task["probability"] is None
    detail = max_.get(f"traces/{trace.pk}/").json()["task"]
    assert detail == {name: task[name] for name in detail}

    Task.objects.update(pinned=True)
    assert max_.get(f"traces/{trace.pk}/").json()["task"]["parts"] == []


def test_the_chance_of_being_drawn_is_told(max_, cast, trace):
    Project.objects.filter(pk=cast.project.pk).update(random_share=1)
    reprioritise(project=Project.objects.get(pk=cast.project.pk))
    (task,) = max_.get(f"{P}tasks/").json()["results"]
    assert task["probability"] == 1
    assert "at random" in task["why"]


def judge(alice):
    claim = alice.post(f"{P}tasks/next/").json()
    judgement = alice.post(f"assignments/{claim['assignment']}/submit/", {"first_error": None}).json()["judgement"]
    return claim, judgement


@pytest.mark.parametrize(
    ("show", "share", "before", "after"),
    [("never", 1, False, False), ("after", 1, False, True), ("share", 0, False, True), ("share", 1, True, True)],
)
def test_scores_are_hidden_until_ones_own_judgement_is_in(alice, cast, trace, show, share, before, after):
    Project.objects.filter(pk=cast.project.pk).update(show_scores=show, show_scores_share=share)

    claim, judgement = judge(alice)

    seen = [
        [{"scorer": "prm", "value": 0.9, "reason": "so it seems"}],
        [{"scorer": "prm", "value": 0.5, "reason": "so it seems"}],
    ]
    assert claim["scores"] == (seen if before else None)
    assert alice.get(f"judgements/{judgement}/").json()["claim"]["scores"] == (seen if after else None)
    assert Assignment.objects.get().scores_shown is before
    # Who says it again after having seen them is not counted among those who did not.
    alice.post(f"assignments/{claim['assignment']}/reopen/")
    assert Assignment.objects.get().scores_shown is after


def test_a_share_is_a_share(alice, cast, prm):
    Project.objects.filter(pk=cast.project.pk).update(show_scores="share", show_scores_share=0.5)
    for _ in range(40):
        make_trace(cast.project)
    open_all(cast.project)
    held = []
    for _ in range(40):
        held.append(alice.post(f"{P}tasks/next/", {"holding": held}).json()["assignment"])
    assert 8 < Assignment.objects.filter(scores_shown=True).count() < 32
