"""`assignments/{id}/submit/`: what can be said of a trace and of a choice, and what becomes of it."""

import pytest

from annotate.corpus.models import Step
from annotate.labeling.models import Assignment, Judgement, Preference, StepLabel, Task
from annotate.projects.actions import update_project
from annotate.projects.models import Project
from tests.desk import BAD, GOOD, NEUTRAL, NEXT, UNSURE, by_text, claim_choice, claim_trace, standing, submit
from tests.factories import make_trace, open_all

# Submitting a trace


def test_a_first_error_labels_what_was_read_and_no_more(cast, alice):
    claim = claim_trace(cast, alice, ["2", ("5", "observation"), "3", "4", "5"])

    answer = submit(alice, claim, first_error=2, error_types=["format", "calculation"], comment=" Off by one. ")

    judgement = standing(claim)
    assert answer.json() == {
        "assignment": claim["assignment"],
        "state": "submitted",
        "judgement": judgement.pk,
        "derived": 0,
    }
    assert judgement.values == [GOOD, None, BAD, None, None]
    assert judgement.error_types == ["calculation", "format"]
    assert judgement.comment == "Off by one."
    labels = StepLabel.objects.filter(judgement=judgement).order_by("index")
    assert [(label.index, label.value, str(label.step_id)) for label in labels] == [
        (0, GOOD, claim["steps"][0]["id"]),
        (2, BAD, claim["steps"][2]["id"]),
    ]


def test_no_error_calls_every_step_right_but_observations(cast, alice):
    claim = claim_trace(cast, alice, ["2", ("5", "observation"), "3"])

    assert submit(alice, claim, first_error=None, confidence=5).status_code == 200
    assert standing(claim).values == [GOOD, None, GOOD]
    assert standing(claim).confidence == 5


def test_every_step_is_asked_for_up_to_the_first_wrong_one(cast, alice):
    Project.objects.filter(pk=cast.project.pk).update(mode="every_step")
    claim = claim_trace(cast, alice, ["2", ("5", "observation"), "3", "4", "5"])

    def labels(*pairs):
        return submit(alice, claim, labels=[{"step": i, "value": value} for i, value in pairs])

    assert labels((0, "good"), (3, "bad")).json()["detail"] == "Step 2 has no label."
    assert labels((0, "good"), (2, "neutral"), (3, "bad"), (4, "unsure")).status_code == 200
    assert standing(claim).values == [GOOD, None, NEUTRAL, BAD, UNSURE]


@pytest.mark.parametrize(
    ("answer", "field"),
    [
        ({}, "first_error"),
        ({"first_error": 3}, "first_error"),
        ({"first_error": 1}, "first_error"),  # an observation
        ({"first_error": -1}, "first_error"),
        ({"first_error": "two"}, "first_error"),
        ({"labels": [{"step": 0, "value": "good"}]}, "labels"),
        ({"first_error": 0, "error_types": ["spelling"]}, "error_types"),
        ({"first_error": None, "error_types": ["format"]}, "error_types"),
        ({"first_error": None, "rewrite": "Better."}, "rewrite"),
        ({"first_error": 0, "rewrite": " 2 "}, "rewrite"),  # the wrong step itself
        ({"first_error": 0, "confidence": 6}, "confidence"),
        ({"first_error": 0, "preferred": "7b7a3f3e-8b0e-4d7c-9d4e-2a1d3c4b5a69"}, "preferred"),
        ({"first_error": 0, "comment": "\0"}, "comment"),
        ({"first_error": 0, "firsterror": 1}, "firsterror"),
        ({"first_error": 0, "active_ms": -1}, "active_ms"),
    ],
)
def test_it_rejects_a_wrong_answer_about_a_trace(cast, alice, answer, field):
    claim = claim_trace(cast, alice, ["2", ("5", "observation"), "3"])

    response = submit(alice, claim, **answer)

    assert response.status_code == 400
    assert response.json()["errors"][0]["field"] == field
    assert not Judgement.objects.exists()
    assert Assignment.objects.get().state == "leased"


@pytest.mark.parametrize(
    "labels",
    [
        [],
        [{"step": 0, "value": "good"}],
        [{"step": 0, "value": "good"}, {"step": 1, "value": "good"}, {"step": 2, "value": "good"}],
        [{"step": 0, "value": "good"}, {"step": 0, "value": "good"}, {"step": 2, "value": "good"}],
        [{"step": 0, "value": "good"}, {"step": 2, "value": "good"}, {"step": 3, "value": "good"}],
        [{"step": 0, "value": "great"}],
        [{"step": -1, "value": "good"}],
        [{"value": "good"}],
        "good",
    ],
)
def test_it_rejects_wrong_labels(cast, alice, labels):
    Project.objects.filter(pk=cast.project.pk).update(mode="every_step")
    claim = claim_trace(cast, alice, ["2", ("5", "observation"), "3"])

    assert submit(alice, claim, labels=labels).status_code == 400
    assert submit(alice, claim, first_error=0).status_code == 400
    assert not Judgement.objects.exists()


def test_half_a_surrogate_pair_is_no_json(cast, alice):
    claim = claim_trace(cast, alice)

    body = b'{"first_error": 0, "comment": "\\ud800"}'
    response = alice.post(f"assignments/{claim['assignment']}/submit/", body)

    assert response.status_code == 400
    assert response.json()["code"] == "parse-error"


def test_a_judgement_names_the_guidelines_and_the_schema_in_force(cast, alice):
    update_project(actor=cast.max, project=cast.project, guidelines="Be kind.")
    update_project(actor=cast.max, project=cast.project, error_types=[{"key": "spelling", "name": "Spelling"}])
    claim = claim_trace(cast, alice)

    assert submit(alice, claim, first_error=0, error_types=["calculation"]).status_code == 400
    assert submit(alice, claim, first_error=0, error_types=["spelling"]).status_code == 200
    assert (standing(claim).guideline.version, standing(claim).label_schema.version) == (2, 2)


# Rewrites


def test_a_rewrite_becomes_a_sibling_and_a_preference(cast, alice):
    claim = claim_trace(cast, alice, ["2", ("3", "thought"), "4"])

    assert submit(alice, claim, first_error=1, rewrite="  Three, \n").status_code == 200

    wrong = Step.objects.get(pk=claim["steps"][1]["id"])
    rewrite = standing(claim).rewrite
    assert (rewrite.text, rewrite.kind, rewrite.parent_id, rewrite.depth) == (
        "  Three, \n",
        "thought",
        wrong.parent_id,
        wrong.depth,
    )
    pair = Preference.objects.get()
    assert (pair.chosen_id, pair.rejected_id, pair.tie, pair.origin) == (
        rewrite.pk,
        wrong.pk,
        False,
        "rewrite",
    )


def test_a_rewrite_that_is_in_the_tree_already_is_shared(cast, alice):
    trace = make_trace(cast.project, ["2", "3"])
    other = make_trace(cast.project, ["2", "three"], trace.problem)
    open_all(cast.project)
    Task.objects.filter(trace=other).update(priority=-1)
    claim = alice.post(NEXT).json()

    assert submit(alice, claim, first_error=1, rewrite="three").status_code == 200
    assert standing(claim).rewrite_id == other.path[1]


def test_the_first_step_can_be_rewritten(cast, alice):
    claim = claim_trace(cast, alice)

    assert submit(alice, claim, first_error=0, rewrite="two").status_code == 200
    assert standing(claim).rewrite.parent_id is None


def test_a_blank_rewrite_is_none(cast, alice):
    claim = claim_trace(cast, alice)

    assert submit(alice, claim, first_error=None, rewrite=" ").status_code == 200
    assert standing(claim).rewrite is None


# Submitting a choice


def pairs(claim):
    texts = {step.pk: step.text for step in Step.objects.all()}
    found = Preference.objects.filter(judgement__assignment=claim["assignment"])
    ties = {frozenset((texts[p.chosen_id], texts[p.rejected_id])) for p in found if p.tie}
    better = {(texts[p.chosen_id], texts[p.rejected_id]) for p in found if not p.tie}
    return better, ties


def test_a_preferred_candidate_is_better_than_all_others_and_says_nothing_of_them(cast, alice):
    claim = claim_choice(cast, alice, ("a", "b", "c"))

    assert submit(alice, claim, preferred=by_text(claim)["b"], strength=2).status_code == 200
    assert pairs(claim) == ({("b", "a"), ("b", "c")}, set())
    assert standing(claim).strength == 2


def test_a_ranking_gives_every_pair(cast, alice):
    claim = claim_choice(cast, alice, ("a", "b", "c", "d"))
    ids = by_text(claim)

    assert submit(alice, claim, ranking=[[ids["c"], ids["a"]], [ids["d"]]]).status_code == 200
    better = {(x, y) for x in "ac" for y in "bd"} | {("d", "b")}
    assert pairs(claim) == (better, {frozenset("ac")})


def test_a_tie_and_none_acceptable(cast, alice):
    tie = claim_choice(cast, alice, ("a", "b"))
    ids = by_text(tie)
    assert submit(alice, tie, ranking=[[ids["a"], ids["b"]]]).status_code == 200
    none = claim_choice(cast, alice, ("c", "d"))
    assert submit(alice, none, none_acceptable=True, rewrite="e").status_code == 200

    assert pairs(tie) == (set(), {frozenset("ab")})
    assert pairs(none) == ({("e", "c"), ("e", "d")}, set())
    assert standing(none).ranking == []


@pytest.mark.parametrize(
    ("answer", "field"),
    [
        ({}, "preferred"),
        ({"none_acceptable": False}, "preferred"),
        ({"preferred": "a", "none_acceptable": True}, "preferred"),
        ({"preferred": "7b7a3f3e-8b0e-4d7c-9d4e-2a1d3c4b5a69"}, "preferred"),
        ({"preferred": 7}, "preferred"),
        ({"ranking": []}, "preferred"),
        ({"ranking": [[]]}, "ranking"),
        ({"ranking": [["a"], ["a"]]}, "ranking"),
        ({"ranking": [["a", "a"]]}, "ranking"),
        ({"ranking": [["a", "b"]], "strength": 1}, "strength"),
        ({"none_acceptable": True, "strength": 1}, "strength"),
        ({"preferred": "a", "strength": 4}, "strength"),
        ({"preferred": "a", "rewrite": "b"}, "rewrite"),
        ({"preferred": "a", "confidence": 3}, "confidence"),
        ({"first_error": 0}, "first_error"),
    ],
)
def test_it_rejects_a_wrong_answer_about_a_choice(cast, alice, answer, field):
    claim = claim_choice(cast, alice)
    ids = by_text(claim)
    if "preferred" in answer:
        answer["preferred"] = ids.get(answer["preferred"], answer["preferred"])
    if "ranking" in answer:
        answer["ranking"] = [[ids[step] for step in group] for group in answer["ranking"]]

    response = submit(alice, claim, **answer)

    assert response.status_code == 400
    assert response.json()["errors"][0]["field"] == field
    assert not Judgement.objects.exists()
