"""What one has said: found again, read as it was judged, revised with every version kept."""

from datetime import timedelta

from django.utils import timezone

from annotate.labeling.actions import expire_leases
from annotate.labeling.models import Assignment, Judgement, StepLabel, Task
from tests.cast import Browser
from tests.desk import by_text, claim_choice, claim_trace, submit
from tests.factories import make_problem, make_trace, open_all

HISTORY = "projects/algebra/history/"


def judged(cast, browser, statement, answer, **fields):
    claim = claim_trace(cast, browser, problem=make_problem(cast.project, statement), **fields)
    assert submit(browser, claim, **answer).status_code == 200
    return claim


def test_newest_first_page_by_page(cast, alice, bob):
    for n in range(5):
        judged(cast, alice, f"What is {n} + 1?", {"first_error": None}, id=f"t-{n}")
    assert bob.get(HISTORY).json()["results"] == []
    found, cursor = [], ""
    while cursor is not None:
        page = alice.get(f"{HISTORY}?limit=2&cursor={cursor}").json()
        found += [row["trace"] for row in page["results"]]
        cursor = page["next"]
    assert found == [f"t-{n}" for n in (4, 3, 2, 1, 0)]


def test_it_is_searched_by_words(cast, alice):
    judged(cast, alice, "How many bakers bake?", {"first_error": 1, "comment": "Half a loaf, 50% off"}, id="bread")
    judged(cast, alice, "How many bakers sleep?", {"first_error": None}, id="beds")

    def found(q):
        return [row["trace"] for row in alice.get(HISTORY, {"q": q}).json()["results"]]

    assert found("bakers") == ["beds", "bread"]
    assert found("LOAF baker") == ["bread"]
    assert found("50%") == ["bread"]
    assert found("5_%") == []
    assert found("beds") == ["beds"]


def test_a_revision_keeps_the_earlier_one(cast, alice, bob):
    claim = judged(cast, alice, "2 + 2?", {"first_error": 1, "comment": "no"}, steps=("a", "b", "c"))
    assert alice.post(f"assignments/{claim['assignment']}/revision/").json()["draft"]["comment"] == "no"
    (row,) = alice.get(HISTORY).json()["results"]
    assert (row["state"], row["superseded_at"]) == ("submitted", None)
    assert submit(alice, claim, first_error=None).status_code == 200

    (row,) = alice.get(HISTORY).json()["results"]
    assert row["said"]["first_error"] is None
    one = alice.get(f"judgements/{row['id']}/").json()
    assert [step["text"] for step in one["claim"]["steps"]] == ["a", "b", "c"]
    versions = [
        (v["said"]["first_error"], v["said"].get("comment"), v["superseded_at"] is None) for v in one["revisions"]
    ]
    assert versions == [(None, None, True), (1, "no", False)]
    assert (one["guideline_version"], one["revisions"][1]["guideline_version"]) == (1, 1)
    assert bob.get(f"judgements/{row['id']}/").status_code == 404
    assert submit(alice, claim, first_error=0).json()["code"] == "already-submitted"  # it is over

    # Undone, it is as if it had not been: what stood before stands again, and the revision is open.
    again = alice.post(f"assignments/{claim['assignment']}/reopen/").json()
    assert (again["state"], again["revising"], again["draft"]["first_error"]) == ("submitted", True, None)
    (row,) = alice.get(HISTORY).json()["results"]
    assert (row["said"]["first_error"], row["said"]["comment"], row["superseded_at"]) == (1, "no", None)


def everything(cast, alice):
    """All that a judgement shows in, but for the hold of its owner on it."""
    project = cast.project
    labels = StepLabel.objects.filter(project_id=project.pk)
    admin = Browser(cast.max)
    return {
        "judgements": list(Judgement.objects.filter(project=project).order_by("pk").values()),
        "assignments": list(
            Assignment.objects.filter(project=project)
            .order_by("pk")
            .values("pk", "state", "finished_at", "scores_shown")
        ),
        "tasks": list(Task.objects.filter(project=project).order_by("pk").values()),
        "labels": list(labels.order_by("judgement_id", "index").values_list("step_id", "value")),
        "stats": {k: v for k, v in admin.get("projects/algebra/stats/").json().items() if k != "mine"},
        "agreement": admin.get("projects/algebra/agreement/").json(),
        "export": admin.get("projects/algebra/export/?format=native&labels=all").getvalue(),
        "history": alice.get(HISTORY).json(),
        "queue": admin.get("projects/algebra/tasks/").json(),
    }


def test_a_revision_that_is_begun_and_left_changes_nothing(cast, alice, bob):
    cast.project.show_scores = "after"
    cast.project.save()
    problem = make_problem(cast.project, "2 + 2?")
    claim = claim_trace(cast, alice, problem=problem, steps=("a", "b", "c"))
    make_trace(cast.project, ("a", "b", "d"), problem)  # is known by what she says
    open_all(cast.project)
    assert submit(alice, claim, first_error=1).json()["derived"] == 1
    was = everything(cast, alice)
    url = f"assignments/{claim['assignment']}/"

    assert alice.post(f"{url}revision/").json()["revising"] is True
    draft = {"first_error": 0, "comment": "or was it", "at": 1}
    assert alice.put(f"{url}draft/", {"draft": draft}, content_type="application/json").status_code == 200
    assert bob.post(f"{url}revision/").status_code == 404
    Assignment.objects.update(lease_until=timezone.now() - timedelta(hours=1))
    expire_leases()
    assert everything(cast, alice) == was
    assert alice.get(url).json()["draft"] == draft
    # As far as one had come; or, given up, as it was.
    assert alice.post(f"{url}revision/").json()["draft"] == draft
    assert alice.delete(f"{url}revision/").status_code == 204
    assert alice.put(f"{url}draft/", {"draft": draft}, content_type="application/json").status_code == 409
    assert alice.post(f"{url}revision/").json()["draft"]["first_error"] == 1
    assert submit(alice, claim, first_error=1).status_code == 200
    assert everything(cast, alice) == was

    # Said otherwise, what followed from it goes with it.
    alice.post(f"{url}revision/")
    assert submit(alice, claim, first_error=None).json()["derived"] == 0
    assert [j.values for j in Judgement.objects.filter(superseded_at=None)] == [[1, 1, 1]]
    # And skipped, it counts for nothing, and the task goes to others.
    alice.post(f"{url}revision/")
    assert alice.post(f"{url}skip/", {"reason": "cant_judge"}, content_type="application/json").status_code == 200
    assert not Judgement.objects.filter(superseded_at=None).exists()
    assert set(Task.objects.values_list("free", flat=True)) == {cast.project.annotations_per_task}


def set_tags(cast, tags):
    said = {"label_schema": {"tags": tags}}
    answer = Browser(cast.max).patch("projects/algebra/", said, content_type="application/json")
    assert answer.status_code == 200


def test_a_judgement_is_shown_with_what_could_be_said_then(cast, alice):
    tags = [{"key": "guess", "name": "Guess"}]
    set_tags(cast, tags)
    judged(cast, alice, "2 + 2?", {"first_error": None, "steps": [{"step": 0, "tags": ["guess"]}]})
    set_tags(cast, [])

    (row,) = alice.get(HISTORY).json()["results"]
    assert alice.get(f"judgements/{row['id']}/").json()["definition"]["tags"] == tags


def test_a_choice_is_shown_as_it_was_ordered(cast, alice):
    claim = claim_choice(cast, alice, ("a", "b", "c"))
    submit(alice, claim, preferred=by_text(claim)["b"])
    (row,) = alice.get(HISTORY).json()["results"]
    one = alice.get(f"judgements/{row['id']}/").json()
    assert [c["text"] for c in one["claim"]["candidates"]] == [c["text"] for c in claim["candidates"]]
    assert one["said"]["preferred"] == by_text(claim)["b"]
