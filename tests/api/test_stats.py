"""`projects/{slug}/stats/`, and the numbers in the list of projects."""

from datetime import timedelta

import pytest
from django.utils import timezone

from annotate.corpus.models import SourceLabel, SourcePreference
from annotate.labeling.models import Assignment, Judgement
from annotate.projects.models import Mode, Project
from annotate.scoring.models import Scorer, TraceScore
from tests.factories import make_choice, make_member, make_project, make_tasks, make_trace, open_all

NEXT = "projects/algebra/tasks/next/"
STATS = "projects/algebra/stats/"


def answer(browser, **said):
    """Claim the next task and submit; a name instead of a candidate's id stands for the one with that text."""
    claim = browser.post(NEXT).json()
    ids = {step["text"]: step["id"] for step in claim.get("candidates", [])}
    if "preferred" in said:
        said["preferred"] = ids[said["preferred"]]
    if "ranking" in said:
        said["ranking"] = [[ids[step] for step in group] for group in said["ranking"]]
    assert browser.post(f"assignments/{claim['assignment']}/submit/", said).status_code == 200
    return claim


def want(cast, places):
    Project.objects.filter(pk=cast.project.pk).update(annotations_per_task=places)


def test_an_empty_project_has_zeros(cast, alice):
    stats = alice.get(STATS).json()

    assert (stats["problems"], stats["traces"], stats["steps"]) == (0, 0, 0)
    assert stats["tasks"] == {"total": 0, "open": 0, "leased": 0, "done": 0}
    assert set(stats["judgements"].values()) == {0}
    assert stats["mine"] == {"open": 0, "submitted": 0, "skipped": 0, "today": 0, "active_seconds": 0}
    assert (stats["sources"], stats["scorers"], stats["agreement"]) == ([], [], None)
    assert [day["submitted"] for day in stats["throughput"]] == [0] * 30
    assert stats["throughput"][-1]["day"] == timezone.now().date().isoformat()


def test_shared_steps_count_once(cast, alice):
    trace = make_trace(cast.project, ("1", "2", "3"))
    make_trace(cast.project, ("1", "2", "4"), trace.problem)
    make_trace(make_project("other", admin=cast.max))

    stats = alice.get(STATS).json()

    assert (stats["problems"], stats["traces"], stats["steps"]) == (1, 2, 4)


def test_tasks_are_open_leased_or_done(cast, alice, bob):
    want(cast, 2)
    make_tasks(cast.project, 3)
    answer(alice, first_error=None)
    answer(bob, first_error=None)
    alice.post(NEXT)
    bob.post(NEXT)

    assert alice.get(STATS).json()["tasks"] == {"total": 3, "open": 1, "leased": 1, "done": 1}


def test_judgements_are_counted_by_what_they_say(cast, alice):
    make_tasks(cast.project, 3)
    answer(alice, first_error=0)
    answer(alice, first_error=None)
    answer(alice, first_error=1)
    for said in (
        {"preferred": "a"},
        {"ranking": [["a", "b"]]},
        {"ranking": [["a", "b", "c"]]},
        {"ranking": [["a", "b"], ["c"]]},
        {"none_acceptable": True},
    ):
        make_choice(cast.project, ("a", "b", "c"))
        open_all(cast.project)
        answer(alice, **said)

    assert alice.get(STATS).json()["judgements"] == {
        "first_error": 2,
        "no_error": 1,
        "unsure": 0,
        "preferred": 3,
        "tie": 1,
        "none_acceptable": 1,
        **dict.fromkeys(("solved", "stuck", "given_up", "bad_problem"), 0),
    }


def test_who_was_not_sure_of_a_step_did_not_say_that_there_is_no_error(cast, alice):
    Project.objects.update(mode=Mode.EVERY_STEP)
    make_tasks(cast.project, 3)
    for values in (("good", "neutral"), ("good", "unsure"), ("unsure", "bad")):
        answer(alice, labels=[{"step": step, "value": value} for step, value in enumerate(values)])

    said = alice.get(STATS).json()["judgements"]
    assert (said["no_error"], said["unsure"], said["first_error"]) == (1, 1, 1)


def test_an_undone_judgement_counts_no_more(cast, alice):
    make_tasks(cast.project, 1)
    claim = answer(alice, first_error=0)
    alice.post(f"assignments/{claim['assignment']}/reopen/")

    stats = alice.get(STATS).json()
    assert stats["judgements"]["first_error"] == 0
    assert stats["mine"]["submitted"] == 0
    assert sum(day["submitted"] for day in stats["throughput"]) == 0


def test_my_own_numbers(cast, alice, bob):
    make_tasks(cast.project, 5)
    answer(alice, first_error=0, active_ms=1500)
    answer(alice, first_error=0, active_ms=2700)
    answer(bob, first_error=0)
    claim = alice.post(NEXT).json()
    alice.post(f"assignments/{claim['assignment']}/skip/", {"reason": "cant_judge"})
    Assignment.objects.filter(annotator=cast.alice, active_ms=1500).update(
        finished_at=timezone.now() - timedelta(days=1)
    )
    Judgement.objects.filter(active_ms=1500).update(created_at=timezone.now() - timedelta(days=1))

    stats = alice.get(STATS).json()
    assert bob.get(STATS).json()["mine"]["open"] == 2  # what alice skipped is open for bob
    assert stats["mine"] == {"open": 1, "submitted": 2, "skipped": 1, "today": 1, "active_seconds": 4}
    assert [day["submitted"] for day in stats["throughput"][-3:]] == [0, 1, 2]


def test_people_are_for_reviewers(cast, alice, bob, rita, charlie):
    make_tasks(cast.project, 4)
    for seconds in (1, 2, 10):
        answer(alice, first_error=0, active_ms=seconds * 1000)
    claim = bob.post(NEXT).json()
    bob.post(f"assignments/{claim['assignment']}/skip/", {"reason": "cant_judge"})

    assert rita.get(STATS).json()["people"] == [
        {"username": "alice", "submitted": 3, "skipped": 0, "median_seconds": 2.0},
        {"username": "bob", "submitted": 0, "skipped": 1, "median_seconds": None},
    ]
    assert "people" not in alice.get(STATS).json()
    assert charlie.get(STATS).status_code == 404


def test_agreement_is_exact_or_none(cast, alice, bob, rita):
    want(cast, 3)
    make_tasks(cast.project, 3)
    for browser, first_errors in ((alice, [0, 1, 0]), (bob, [0, 0]), (rita, [0])):
        for first_error in first_errors:
            answer(browser, first_error=first_error, comment=f"{first_error}")

    assert alice.get(STATS).json()["agreement"] == {"tasks": 2, "exact": 0.5}


def test_agreement_on_choices(cast, alice, bob):
    want(cast, 2)
    make_choice(cast.project)
    open_all(cast.project)
    answer(alice, preferred="a")
    answer(bob, ranking=[["a"], ["b"]])

    assert alice.get(STATS).json()["agreement"] == {"tasks": 1, "exact": 1.0}


def test_sources_and_scorers(cast, alice):
    trace, choice = make_trace(cast.project), make_choice(cast.project)
    SourceLabel.objects.create(trace=trace, source="processbench", values=[1, 1, 1])
    SourcePreference.objects.create(choice=choice, source="experts", ranking=[[0], [1]])
    scorer = Scorer.objects.create(project=cast.project, key="answer", version="1")
    TraceScore.objects.create(scorer=scorer, trace=trace)

    stats = alice.get(STATS).json()
    assert stats["sources"] == ["experts", "processbench"]
    assert stats["scorers"] == [
        {"key": "answer", "version": "1", "kind": "embedded", "done": 0, "pending": 1, "failed": 0}
    ]


def test_stats_are_a_constant_number_of_queries(cast, rita, alice, django_assert_num_queries):
    """Session, user, membership; ten parts."""
    make_tasks(cast.project, 3)
    answer(alice, first_error=0)

    with django_assert_num_queries(13):
        assert rita.get(STATS).status_code == 200


# The list of projects


@pytest.fixture
def cards(cast, alice):
    def read():
        return {card["slug"]: card for card in alice.get("projects/").json()["results"]}

    return read


def test_a_projects_card_counts_what_is_open_to_me(cast, alice, bob, cards):
    want(cast, 2)
    make_tasks(cast.project, 4)
    answer(alice, first_error=0)
    claim = alice.post(NEXT).json()
    alice.post(f"assignments/{claim['assignment']}/skip/", {"reason": "cant_judge"})

    card = cards()["algebra"]
    assert (card["open"], card["mine"]) == (2, {"submitted": 1, "today": 1})


def test_cards_are_two_queries_for_any_number_of_projects(cast, alice, cards, django_assert_num_queries):
    for i in range(4):
        project = make_project(f"project-{i}", admin=cast.max)
        make_member(project, cast.alice)
        make_tasks(project, 2)

    with django_assert_num_queries(5):
        found = cards()
    assert [card["open"] for slug, card in found.items() if slug != "algebra"] == [2] * 4
