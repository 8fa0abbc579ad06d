"""Walks: step by step through a problem's tree, rating every alternative, until there is an end to it."""

import pytest

from annotate.corpus.models import Step, Trace
from annotate.labeling.models import Judgement, Preference, StepLabel, Task
from tests.cast import Browser
from tests.desk import NEXT, standing, submit
from tests.factories import make_choice, make_problem, make_trace


@pytest.fixture
def walk(cast, alice):
    """A problem with two first steps; after the good one there is a choice of two, after one of those an end."""
    problem = make_problem(cast.project, id="p-1", answer="4")
    make_trace(cast.project, ("halve", "add two"), problem)
    make_trace(cast.project, ("double", "add two"), problem)
    make_choice(cast.project, ("add one", "add two"), problem=problem, prefix=("double",))
    made = Browser(cast.max).post("projects/algebra/tasks/", {"kind": "walk", "query": "problem:p-1"}).json()
    assert made == {"found": 1, "made": 1, "changed": 0, "unchanged": 0}
    Task.objects.exclude(kind="walk").delete()
    return alice.post(NEXT).json()


def after(claim, parent=None):
    return {s["text"]: s["id"] for s in claim["tree"]["steps"] if s["parent"] == parent}


def rated(there, **values):
    return [{"step": there[text.replace("_", " ")], "value": value} for text, value in values.items()]


def solved(claim):
    first = after(claim)
    second = after(claim, first["double"])
    return {
        "finish": "solved",
        "steps": [
            {"ratings": rated(first, halve="bad", double="good"), "chosen": first["double"]},
            {"ratings": rated(second, add_one="bad", add_two="neutral"), "written": "add *two*"},
        ],
    }


def test_a_claim_brings_the_tree_and_next_steps_look_further(walk, alice, bob):
    assert (walk["kind"], walk["problem"]["id"], walk["tree"]["complete"]) == ("walk", "p-1", True)
    first = after(walk)
    assert set(first) == {"halve", "double"}
    assert set(after(walk, first["double"])) == {"add one", "add two"}

    asked = alice.post(f"assignments/{walk['assignment']}/next-steps/", {"prefix": [first["double"]]})
    assert [s["id"] for s in asked.json()["steps"]] == list(after(walk, first["double"]).values())
    assert bob.post(f"assignments/{walk['assignment']}/next-steps/").status_code == 404


def test_a_walk_is_one_judgement_and_its_facts_are_labels_and_preferences(walk, alice):
    said = solved(walk)

    answer = submit(alice, walk, walk=said, comment="Nice.")
    assert answer.status_code == 200, answer.json()
    assert submit(alice, walk, walk=said, comment="Nice.").json()["judgement"] == answer.json()["judgement"]

    judgement = standing(walk)
    texts = {str(s.pk): s.text for s in Step.objects.all()}
    labels = StepLabel.objects.filter(judgement=judgement)
    assert {(row.index, texts[str(row.step_id)], row.value) for row in labels} == {
        (0, "halve", -1),
        (0, "double", 1),
        (1, "add one", -1),
        (1, "add two", 0),
    }
    pairs = Preference.objects.filter(judgement=judgement)
    assert {(texts[str(p.chosen_id)], texts[str(p.rejected_id)], p.origin) for p in pairs} == {
        ("double", "halve", "walk"),
        ("add two", "add one", "walk"),
        ("add *two*", "add one", "rewrite"),
        ("add *two*", "add two", "rewrite"),
    }


def test_an_undo_gives_the_walk_back_as_a_draft_and_a_revision_keeps_both(walk, alice):
    submit(alice, walk, walk=solved(walk))

    draft = alice.post(f"assignments/{walk['assignment']}/reopen/").json()["draft"]
    assert draft["walk"] == solved(walk)

    bad = {"finish": "bad_problem", "steps": []}
    assert submit(alice, walk, walk=bad).status_code == 200
    assert [j.walk["finish"] for j in Judgement.objects.order_by("pk")] == ["solved", "bad_problem"]
    assert alice.get("projects/algebra/history/").json()["results"][0]["said"]["walk"] == bad
    assert alice.get("projects/algebra/stats/").status_code == 200


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda w: w["steps"][0]["ratings"].pop(), "is not rated"),
        (lambda w: w["steps"][0].pop("chosen"), "say which step the walk goes on with"),
        (lambda w: w["steps"][0].update(chosen=w["steps"][0]["ratings"][0]["step"]), "does not go on with a bad step"),
        (lambda w: w["steps"][1].update(written="add one"), "is among the alternatives"),
        (lambda w: w["steps"].reverse(), "is none of the alternatives"),
        (lambda w: w.update(finish="given_up"), "Say why you give up"),
        (lambda w: w.update(finish="stuck"), "is not stuck"),
        (lambda w: w.update(steps=[]), "has steps"),
    ],
)
def test_what_is_no_walk_is_refused(walk, alice, change, says):
    said = solved(walk)
    change(said)
    answer = submit(alice, walk, walk=said)
    assert answer.status_code == 400
    assert says in answer.json()["detail"]


def test_another_tasks_fields_are_refused(walk, alice, cast):
    assert submit(alice, walk, first_error=1).status_code == 400
    make_trace(cast.project, ("x",))
    Browser(cast.max).post("projects/algebra/tasks/", {"query": ""})
    other = alice.post(NEXT, {"holding": [walk["assignment"]]}).json()
    assert submit(alice, other, walk=solved(walk)).status_code == 400


def test_what_others_wrote_is_no_alternative(walk, alice, bob, cast):
    submit(alice, walk, walk=solved(walk))
    Task.objects.filter(kind="walk").update(wanted=2, free=1)
    theirs = bob.post(NEXT).json()
    assert theirs["task"] == walk["task"]
    assert set(after(theirs, after(theirs)["double"])) == {"add one", "add two"}


def test_walks_made_again_change_nothing_and_a_priority_says_who_gave_it(walk, cast):
    max_ = Browser(cast.max)
    again = {"kind": "walk", "query": "problem:p-1"}
    nothing = {"found": 1, "made": 0, "changed": 0, "unchanged": 1}
    Task.objects.update(wanted=2, free=1)
    assert max_.post("projects/algebra/tasks/", again | {"dry_run": True}).json() == nothing
    assert max_.post("projects/algebra/tasks/", again).json() == nothing
    assert max_.post("projects/algebra/tasks/", again | {"priority": 0.9}).json()["changed"] == 1
    assert Task.objects.get().why == "An admin put it here."


def test_steps_stay_whole_under_a_walk(walk, alice, cast):
    trace = Trace.objects.get(path__0=after(walk)["halve"])
    split = {"step": 1, "at": [4]}
    refused = Browser(cast.max).post(f"traces/{trace.pk}/split/", split)
    assert (refused.status_code, refused.json()["code"]) == (409, "labelled")
    submit(alice, walk, walk=solved(walk))
    refused = Browser(cast.max).post(f"traces/{trace.pk}/split/", split)
    assert "judged" in refused.json()["detail"]
