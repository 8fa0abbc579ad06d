"""`assignments/{id}/` and what its owner does with it: draft, submit again or late, skip, reopen."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from annotate.audit.models import Event
from annotate.labeling.models import Assignment, Judgement, Preference, StepLabel, Task
from annotate.projects.models import Membership, Project
from tests.desk import BAD, GOOD, NEXT, by_text, claim_choice, claim_trace, run_out, standing, submit
from tests.factories import make_tasks

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


DEEP = {"a": json.loads("[" * 50 + "]" * 50)}


@pytest.mark.parametrize("draft", [None, [], "x", {"a": "\0"}, {"a": "x" * 262144}, {"a": ["é" * 131072]}, DEEP])
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
    """Session and user; begin, the person's lock, the row, its steps, schema, guideline, judgement, assignment, two for
    what follows from it, end, and how much did."""
    claim = claim_trace(cast, alice, [f"step {i}" for i in range(30)])

    with django_assert_num_queries(14):
        assert submit(alice, claim, first_error=7).status_code == 200


def test_reading_an_assignment_is_a_constant_number_of_queries(cast, alice, django_assert_num_queries):
    """Session, user, the row, and two for its task."""
    claim = claim_choice(cast, alice, prefix=[f"step {i}" for i in range(30)])

    with django_assert_num_queries(6):
        assert alice.get(f"assignments/{claim['assignment']}/").status_code == 200


def test_an_open_assignment_may_be_reopened(cast, alice):
    make_tasks(cast.project, 1)
    claim = alice.post(NEXT).json()

    assert alice.post(f"assignments/{claim['assignment']}/reopen/").json()["assignment"] == claim["assignment"]
    assert not Event.objects.filter(verb="assignment.reopen").exists()
