"""`assignments/{id}/` and what its owner does with it: draft, submit, skip, reopen."""

from datetime import timedelta

import pytest
from django.utils import timezone

from annotate.audit.models import Event
from annotate.corpus.models import Step
from annotate.labeling.actions import expire_leases
from annotate.labeling.models import Assignment, Judgement, Preference, StepLabel, Task
from annotate.projects.actions import update_project
from annotate.projects.models import Membership, Project
from tests.factories import make_choice, make_tasks, make_trace, open_all

NEXT = "projects/algebra/tasks/next/"
GOOD, BAD, NEUTRAL, UNSURE = 1, -1, 0, 2


def claim_trace(cast, browser, steps=("2", "3", "4"), **fields):
    make_trace(cast.project, steps, **fields)
    open_all(cast.project)
    return browser.post(NEXT).json()


def claim_choice(cast, browser, candidates=("a", "b"), **fields):
    make_choice(cast.project, candidates, **fields)
    open_all(cast.project)
    return browser.post(NEXT).json()


def submit(browser, claim, **answer):
    return browser.post(f"assignments/{claim['assignment']}/submit/", answer)


def run_out(claim):
    """The lease ends, and the assignment is taken back."""
    Assignment.objects.filter(pk=claim["assignment"]).update(lease_until=timezone.now() - timedelta(seconds=1))
    assert expire_leases() == 1


def standing(claim):
    return Judgement.objects.get(assignment=claim["assignment"], superseded_at=None)


def by_text(claim):
    return {step["text"]: step["id"] for step in claim["candidates"]}


# Submitting a trace


def test_a_first_error_labels_what_was_read_and_no_more(cast, alice):
    claim = claim_trace(cast, alice, ["2", ("5", "observation"), "3", "4", "5"])

    answer = submit(alice, claim, first_error=2, error_types=["format", "calculation"], comment=" Off by one. ")

    judgement = standing(claim)
    assert answer.json() == {
        "assignment": claim["assignment"],
        "state": "submitted",
        "judgement": judgement.pk,
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


# Submitting again, late, and undoing


def test_the_same_answer_again_is_the_same_judgement(cast, alice):
    claim = claim_trace(cast, alice)
    answer = {"first_error": 1, "rewrite": "three", "error_types": ["format"], "comment": "x"}

    first, second = submit(alice, claim, **answer), submit(alice, claim, **answer, active_ms=99)

    assert (first.status_code, first.json()) == (200, second.json())
    assert Judgement.objects.count() == 1


def test_the_same_answer_about_a_choice_may_be_said_in_other_words(cast, alice):
    claim = claim_choice(cast, alice)
    ids = by_text(claim)

    first = submit(alice, claim, preferred=ids["a"])

    assert submit(alice, claim, ranking=[[ids["a"]], [ids["b"]]]).json() == first.json()
    assert submit(alice, claim, ranking=[[ids["b"]], [ids["a"]]]).status_code == 409


@pytest.mark.parametrize("other", [{"first_error": None}, {"first_error": 1}, {"first_error": 2, "comment": "no"}])
def test_another_answer_is_a_conflict(cast, alice, other):
    claim = claim_trace(cast, alice)
    submit(alice, claim, first_error=2)

    response = submit(alice, claim, **other)

    assert (response.status_code, response.json()["code"]) == (409, "already-submitted")
    assert standing(claim).values == [GOOD, GOOD, BAD]


def test_a_late_submit_counts_while_the_place_is_free(cast, alice):
    claim = claim_trace(cast, alice)
    run_out(claim)

    assert submit(alice, claim, first_error=0).status_code == 200
    assert Task.objects.get().free == 0


def test_a_late_submit_is_kept_when_somebody_else_has_the_place(cast, alice, bob):
    claim = claim_choice(cast, alice)
    run_out(claim)
    bob.post(NEXT)

    response = submit(alice, claim, preferred=by_text(claim)["a"], active_ms=1500)

    assert (response.status_code, response.json()["code"]) == (409, "lease-expired")
    assert not Judgement.objects.exists()
    kept = alice.get(f"assignments/{claim['assignment']}/").json()
    assert (kept["state"], kept["draft"]["preferred"], kept["active_ms"]) == (
        "expired",
        by_text(claim)["a"],
        1500,
    )


def test_an_undone_submit_is_leased_again_with_what_was_said(cast, alice):
    claim = claim_trace(cast, alice)
    said = {"first_error": 1, "rewrite": "three", "error_types": ["format"], "comment": "x", "confidence": 2}
    first = submit(alice, claim, **said, active_ms=700).json()["judgement"]

    again = alice.post(f"assignments/{claim['assignment']}/reopen/").json()

    assert again["state"] == "leased"
    assert again["draft"] == {**said, "active_ms": 700}
    assert again["steps"] == claim["steps"]
    assert not StepLabel.objects.exists()
    assert not Preference.objects.exists()
    assert submit(alice, claim, first_error=None).status_code == 200
    assert Judgement.objects.get(pk=first).superseded_at is not None
    assert standing(claim).values == [GOOD, GOOD, GOOD]
    assert Event.objects.filter(verb="assignment.reopen", actor=cast.alice).count() == 1


@pytest.mark.parametrize(
    "said",
    [
        {"preferred": "a"},
        {"preferred": "a", "strength": 3, "rewrite": "better"},
        {"ranking": [["a", "b", "c"]]},
        {"ranking": [["b"], ["a", "c"]]},
        {"ranking": [["c"], ["a"], ["b"]]},
        {"none_acceptable": True},
    ],
)
def test_the_draft_of_an_undone_choice_can_be_submitted_again(cast, alice, said):
    claim = claim_choice(cast, alice, ("a", "b", "c"))
    ids = by_text(claim)
    if "preferred" in said:
        said = {**said, "preferred": ids[said["preferred"]]}
    if "ranking" in said:
        said = {"ranking": [sorted(ids[step] for step in group) for group in said["ranking"]]}
    submit(alice, claim, **said)

    draft = alice.post(f"assignments/{claim['assignment']}/reopen/").json()["draft"]

    assert draft == {**said, "active_ms": 0}
    assert submit(alice, claim, **draft).status_code == 200
    first, second = Judgement.objects.order_by("pk")
    assert (first.ranking, first.rewrite_id) == (second.ranking, second.rewrite_id)


def test_the_draft_of_undone_labels_can_be_submitted_again(cast, alice):
    Project.objects.filter(pk=cast.project.pk).update(mode="every_step")
    claim = claim_trace(cast, alice)
    labels = [{"step": 0, "value": "good"}, {"step": 1, "value": "neutral"}, {"step": 2, "value": "unsure"}]
    submit(alice, claim, labels=labels)

    draft = alice.post(f"assignments/{claim['assignment']}/reopen/").json()["draft"]

    assert draft["labels"] == labels
    assert submit(alice, claim, **draft).status_code == 200


def test_an_undone_submit_keeps_its_place(cast, alice, bob):
    claim = claim_trace(cast, alice)
    submit(alice, claim, first_error=0)
    alice.post(f"assignments/{claim['assignment']}/reopen/")

    assert bob.post(NEXT).status_code == 204
    assert alice.post(NEXT).json()["assignment"] == claim["assignment"]


# Skipping


def test_a_skipped_task_is_left_to_others(cast, alice, bob):
    claim = claim_trace(cast, alice)

    answer = alice.post(f"assignments/{claim['assignment']}/skip/", {"reason": "cant_judge"})

    assert answer.json() == {"assignment": claim["assignment"], "state": "skipped"}
    assert alice.post(NEXT).status_code == 204
    assert bob.post(NEXT).json()["task"] == claim["task"]
    event = Event.objects.get(verb="assignment.skip")
    assert (event.actor, event.data["reason"]) == (cast.alice, "cant_judge")


def test_skipping_for_another_reason_needs_a_comment(cast, alice):
    claim = claim_trace(cast, alice)
    url = f"assignments/{claim['assignment']}/skip/"

    assert alice.post(url, {"reason": "other", "comment": " "}).json()["errors"][0]["field"] == "comment"
    assert alice.post(url, {"reason": "boring"}).status_code == 400
    assert alice.post(url, {"reason": "other", "comment": "It is in Latin."}).status_code == 200
    assert Assignment.objects.get().skip_comment == "It is in Latin."


def test_skipping_twice_frees_one_place(cast, alice):
    claim = claim_trace(cast, alice)
    for reason in ("cant_judge", "cant_judge", "bad_problem"):
        assert alice.post(f"assignments/{claim['assignment']}/skip/", {"reason": reason}).status_code == 200

    assert Task.objects.get().free == 1
    assert Assignment.objects.get().skip_reason == "bad_problem"


def test_a_skip_can_be_undone_while_nobody_else_has_the_task(cast, alice, bob):
    claim = claim_trace(cast, alice)
    url = f"assignments/{claim['assignment']}"
    alice.put(f"{url}/draft/", {"draft": {"first_error": 1}}, content_type="application/json")
    alice.post(f"{url}/skip/", {"reason": "cant_judge"})

    again = alice.post(f"{url}/reopen/").json()

    assert (again["state"], again["draft"], Task.objects.get().free) == ("leased", {"first_error": 1}, 0)
    alice.post(f"{url}/skip/", {"reason": "cant_judge"})
    bob.post(NEXT)
    response = alice.post(f"{url}/reopen/")
    assert (response.status_code, response.json()["code"]) == (409, "lease-expired")


def test_what_is_finished_takes_no_other_end(cast, alice):
    submitted = claim_trace(cast, alice)
    submit(alice, submitted, first_error=None)
    skipped = claim_trace(cast, alice)
    alice.post(f"assignments/{skipped['assignment']}/skip/", {"reason": "cant_judge"})

    answer = alice.post(f"assignments/{submitted['assignment']}/skip/", {"reason": "cant_judge"})
    assert (answer.status_code, answer.json()["code"]) == (409, "already-submitted")
    answer = submit(alice, skipped, first_error=None)
    assert (answer.status_code, answer.json()["code"]) == (409, "skipped")


# Drafts


def save(browser, claim, draft, **more):
    return browser.put(
        f"assignments/{claim['assignment']}/draft/", {"draft": draft, **more}, content_type="application/json"
    )


def test_a_draft_is_kept_and_renews_the_lease(cast, alice):
    claim = claim_trace(cast, alice)
    Assignment.objects.update(lease_until=timezone.now() + timedelta(seconds=5))
    draft = {"first_error": 1, "notes": {"2": {"rewrite": "ünïcode \\u0000 \n"}}, "focus": None}

    saved = save(alice, claim, draft, active_ms=1200).json()

    assert saved["lease_until"] > claim["lease_until"][:-10]
    again = alice.get(f"assignments/{claim['assignment']}/").json()
    assert (again["draft"], again["active_ms"], again["state"]) == (draft, 1200, "leased")
    assert again["lease_until"] == saved["lease_until"]


def test_the_time_at_work_never_goes_back(cast, alice):
    claim = claim_trace(cast, alice)
    save(alice, claim, {}, active_ms=1200)
    save(alice, claim, {}, active_ms=30)
    submit(alice, claim, first_error=None, active_ms=10)

    assert standing(claim).active_ms == 1200


@pytest.mark.parametrize("draft", [None, [], "x", {"a": "\0"}, {"a": "x" * 262144}, {"a": ["é" * 131072]}])
def test_it_rejects_what_is_no_draft(cast, alice, draft):
    claim = claim_trace(cast, alice)

    assert save(alice, claim, draft).status_code == 400
    assert Assignment.objects.get().draft is None


def test_a_late_draft_gets_the_place_back_if_it_is_free(cast, alice, bob):
    claim = claim_trace(cast, alice)
    run_out(claim)

    assert save(alice, claim, {"first_error": 0}).status_code == 200
    assert Assignment.objects.get().state == "leased"
    assert bob.post(NEXT).status_code == 204


def test_a_late_draft_is_kept_even_if_the_place_is_gone(cast, alice, bob):
    claim = claim_trace(cast, alice)
    run_out(claim)
    bob.post(NEXT)

    response = save(alice, claim, {"first_error": 0})

    assert (response.status_code, response.json()["code"]) == (409, "lease-expired")
    again = alice.get(f"assignments/{claim['assignment']}/").json()
    assert (again["state"], again["draft"]) == ("expired", {"first_error": 0})


def test_what_ran_out_comes_back_with_its_draft(cast, alice):
    claim = claim_choice(cast, alice, ("a", "b", "c", "d"))
    save(alice, claim, {"comment": "so far"}, active_ms=5)
    run_out(claim)

    again = alice.post(NEXT).json()

    assert again["assignment"] == claim["assignment"]
    assert again["draft"] == {"comment": "so far"}
    assert again["candidates"] == claim["candidates"]


def test_a_draft_that_comes_after_the_submit_changes_nothing(cast, alice):
    claim = claim_trace(cast, alice)
    submit(alice, claim, first_error=0)

    response = save(alice, claim, {"first_error": 1})

    assert (response.status_code, response.json()["code"]) == (409, "already-submitted")
    assert standing(claim).values == [BAD, None, None]


# Whose it is


def calls(browser, assignment):
    url = f"assignments/{assignment}/"
    yield browser.get(url)
    yield browser.put(f"{url}draft/", {"draft": {}}, content_type="application/json")
    yield browser.post(f"{url}submit/", {"first_error": None})
    yield browser.post(f"{url}skip/", {"reason": "cant_judge"})
    yield browser.post(f"{url}reopen/")


def test_an_assignment_is_its_owners_alone(cast, alice, bob, charlie, rita, max_, nobody):
    claim = claim_trace(cast, alice)

    for other in (bob, charlie, rita, max_):
        assert [answer.status_code for answer in calls(other, claim["assignment"])] == [404] * 5
    assert [answer.status_code for answer in calls(nobody, claim["assignment"])] == [401] * 5
    assert [answer.status_code for answer in calls(alice, 10**18)] == [404] * 5
    assert [answer.status_code for answer in calls(alice, 10**30)] == [404] * 5
    assert Assignment.objects.get().state == "leased"


def test_who_left_the_project_left_their_tasks(cast, alice):
    claim = claim_trace(cast, alice)
    Membership.objects.filter(user=cast.alice).delete()

    assert [answer.status_code for answer in calls(alice, claim["assignment"])] == [404] * 5


def test_a_submit_is_a_constant_number_of_queries(cast, alice, django_assert_num_queries):
    """Session and user; begin, the person's lock, the row, its steps, schema, guideline, judgement, assignment, end."""
    claim = claim_trace(cast, alice, [f"step {i}" for i in range(30)])

    with django_assert_num_queries(11):
        assert submit(alice, claim, first_error=7).status_code == 200


def test_reading_an_assignment_is_a_constant_number_of_queries(cast, alice, django_assert_num_queries):
    """Session, user, the row, and two for its task."""
    claim = claim_choice(cast, alice, prefix=[f"step {i}" for i in range(30)])

    with django_assert_num_queries(5):
        assert alice.get(f"assignments/{claim['assignment']}/").status_code == 200


def test_an_open_assignment_may_be_reopened(cast, alice):
    make_tasks(cast.project, 1)
    claim = alice.post(NEXT).json()

    assert alice.post(f"assignments/{claim['assignment']}/reopen/").json()["assignment"] == claim["assignment"]
    assert not Event.objects.filter(verb="assignment.reopen").exists()
