"""A project's scorers over the API: added, changed, paused, scored again, and what is never said."""

import pytest
from django.db import connection

from annotate.scoring.models import Scorer, StepScore, TraceScore, Usage
from annotate.scoring.planning import ensure_default_scorers, plan
from annotate.scoring.scorers.base import Failed, Scored
from annotate.scoring.scorers.registry import embedded
from annotate.scoring.work import drain
from tests.factories import make_choice, make_trace

pytestmark = pytest.mark.django_db
P = "projects/algebra/scorers/"


@pytest.fixture
def project(cast):
    ensure_default_scorers(cast.project)
    return cast.project


def listed(browser) -> dict[str, dict]:
    return {one["key"]: one for one in browser.get(P).json()["scorers"]}


def consensus(browser, **settings):
    return browser.post(P, {"kind": "consensus", "settings": {"first": "a", "second": "b", **settings}})


@pytest.fixture
def two_sources(project):
    """A trace with scores of two imported scorers, which agree, and one on which they don't."""
    agreed = make_trace(project, ("1", "2", "3"), scores={"a": [0.9, 0.2, 0.8], "b": [0.7, 0.4, 0.1]})
    differ = make_trace(project, ("1", "2", "3"), scores={"a": [0.9, 0.2, 0.8], "b": [0.7, 0.9, 0.1]})
    plan(project.pk)
    return agreed, differ


def test_they_are_listed_with_what_they_do_and_what_can_be_added(max_, project, settings):
    settings.SCORER_HOSTS = ["https://llm.example.org"]
    settings.SCORER_KEYS = {"llm": {"key": "sk-very-secret", "hosts": ["llm.example.org"]}}
    make_trace(project)
    plan(project.pk)
    drain(project.pk, seconds=60)

    response = max_.get(P)

    answer = {one["key"]: one for one in response.json()["scorers"]}["answer"]
    assert (answer["done"], answer["pending"], answer["failed"], answer["eta_seconds"]) == (1, 0, 0, None)
    assert answer["rate_per_minute"] > 0
    kinds = {one["key"]: one for one in response.json()["kinds"]}
    assert {"length", "consensus"} <= set(kinds)
    assert [one["name"] for one in kinds["consensus"]["settings"]] == ["first", "second", "threshold"]
    assert response.json()["keys"] == ["llm"]
    assert b"sk-very-secret" not in response.content


def test_one_is_added_and_scores_everything(max_, project, two_sources):
    agreed, differ = two_sources
    made = consensus(max_)
    assert made.status_code == 201

    drain(project.pk, seconds=60)

    scores = {s.step_id: s.value for s in StepScore.objects.filter(scorer=made.json()["id"])}
    assert scores == {agreed.path[0]: pytest.approx(0.8), agreed.path[1]: pytest.approx(0.3)}
    row = TraceScore.objects.get(scorer=made.json()["id"], trace=differ)
    assert row.reason == "no agreement on the first error: a sees it at step 2, b sees it at step 3"


def test_one_that_reads_others_waits_for_them(max_, project):
    make_trace(project, ("1 + 1 = 3",), scores={"a": [0.1]})
    plan(project.pk)
    arithmetic = project.scorers.get(key="arithmetic")
    max_.post(f"scorers/{arithmetic.pk}/pause/")
    made = max_.post(P, {"kind": "consensus", "settings": {"first": "a", "second": "arithmetic"}}).json()

    drain(project.pk, seconds=60)
    assert listed(max_)["consensus"]["notice"] == "It waits until a and arithmetic have seen the rest."
    max_.post(f"scorers/{arithmetic.pk}/resume/")
    max_.post(f"scorers/{made['id']}/resume/")
    drain(project.pk, seconds=60)

    [score] = StepScore.objects.filter(scorer=made["id"])
    assert score.reason == "a 0.10, arithmetic 0.03: both see the first error here"
    assert listed(max_)["consensus"]["notice"] == ""


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"kind": "oracle"}, "kind"),
        ({"kind": "embedded", "key": "oracle"}, "key"),
        ({"kind": "consensus", "settings": {"first": "answer"}}, "settings.second"),
        ({"kind": "consensus", "settings": {"first": "answer", "second": "answer"}}, "settings.second"),
        ({"kind": "consensus", "settings": {"first": "answer", "second": "nobody"}}, "settings"),
        ({"kind": "consensus", "key": "Up Per", "settings": {"first": "answer", "second": "arithmetic"}}, "key"),
        ({"kind": "consensus", "key": "length", "settings": {"first": "answer", "second": "arithmetic"}}, "key"),
        ({"kind": "embedded", "key": "length", "settings": {"speed": 3}}, "settings.speed"),
        ({"kind": "embedded", "key": "length", "queue": "gpu"}, "queue"),
        ({"kind": "embedded", "key": "length", "secret": "x"}, "secret"),
    ],
)
def test_what_is_wrong_is_named(max_, project, body, field):
    response = max_.post(P, body)
    assert response.status_code == 400
    assert [error["field"] for error in response.json()["errors"]] == [field]


def test_a_name_is_taken_once(max_, project):
    assert max_.post(P, {"kind": "embedded", "key": "answer"}).json()["code"] == "scorer-exists"


def test_other_settings_are_another_version_and_the_old_scores_stay(max_, project, two_sources):
    old = consensus(max_).json()
    drain(project.pk, seconds=60)
    settings = {"first": "a", "second": "b", "threshold": 0.3}

    new = max_.patch(f"scorers/{old['id']}/", {"settings": settings}, content_type="application/json").json()

    assert new["id"] != old["id"]
    assert new["version"] != old["version"]
    assert StepScore.objects.filter(scorer=old["id"]).exists()
    drain(project.pk, seconds=60)
    assert TraceScore.objects.filter(scorer=new["id"], state="done").count() == 2
    assert max_.get(f"scorers/{old['id']}/failures/").status_code == 404
    # The same as before is the same version as before, with its scores.
    back = max_.patch(
        f"scorers/{new['id']}/", {"settings": {**settings, "threshold": 0.5}}, content_type="application/json"
    ).json()
    assert back["id"] == old["id"]
    assert TraceScore.objects.filter(scorer=old["id"], state="pending").count() == 0


def test_paused_it_does_nothing(max_, project):
    make_trace(project)
    plan(project.pk)
    scorer = project.scorers.get(key="arithmetic")

    assert max_.post(f"scorers/{scorer.pk}/pause/").json()["paused"] is True
    drain(project.pk, seconds=60)
    assert TraceScore.objects.get(scorer=scorer).state == "pending"
    assert max_.post(f"scorers/{scorer.pk}/resume/").json()["paused"] is False
    drain(project.pk, seconds=60)
    assert TraceScore.objects.get(scorer=scorer).state == "done"


def test_turned_off_it_stays_off_and_its_scores_stay(max_, project):
    make_trace(project, ("1 + 1 = 3",))
    plan(project.pk)
    drain(project.pk, seconds=60)
    scorer = project.scorers.get(key="arithmetic")

    assert max_.delete(f"scorers/{scorer.pk}/").status_code == 204
    ensure_default_scorers(project)
    assert "arithmetic" not in listed(max_)
    assert StepScore.objects.filter(scorer=scorer).count() == 1

    again = max_.post(P, {"kind": "embedded", "key": "arithmetic"}).json()
    assert again["id"] == scorer.pk
    assert listed(max_)["arithmetic"]["done"] == 1


def test_one_that_others_read_is_not_turned_off(max_, project, two_sources):
    consensus(max_)
    a = project.scorers.get(key="a")
    assert max_.delete(f"scorers/{a.pk}/").json()["code"] == "scorer-in-use"


def test_failures_are_told_and_scored_again(max_, project, monkeypatch):
    good, bad = make_trace(project, ("fine",)), make_trace(project, ("poison",), id="t-13")
    plan(project.pk)

    def picky(trace):
        return (
            Failed("It is over-long: 9,000 tokens of 4,096.", final=True)
            if "poison" in trace.steps[0].text
            else Scored()
        )

    scorer = project.scorers.get(key="arithmetic")
    with monkeypatch.context() as patched:
        patched.setattr(embedded("arithmetic"), "score", lambda traces: iter([picky(t) for t in traces]))
        drain(project.pk, seconds=60, keys=["arithmetic"])
    told = max_.get(f"scorers/{scorer.pk}/failures/").json()
    assert told["reasons"] == [{"reason": "It is over-long: 9,000 tokens of 4,096.", "times": 1}]
    assert told["results"][0]["external_id"] == "t-13"
    assert told["results"][0]["attempts"] == 1

    assert max_.post(f"scorers/{scorer.pk}/rescore/", {"only": "failed"}).json() == {"again": 1}
    assert TraceScore.objects.get(trace=good, scorer=scorer).state == "done"
    drain(project.pk, seconds=60)
    assert TraceScore.objects.get(trace=bad, scorer=scorer).state == "done"


def test_a_selection_is_scored_again(max_, project):
    one, other = make_trace(project, ("apples",), id="a"), make_trace(project, ("pears",), id="b")
    make_choice(project, ("apples", "pears"))
    plan(project.pk)
    drain(project.pk, seconds=60)
    scorer = project.scorers.get(key="arithmetic")

    assert max_.post(f"scorers/{scorer.pk}/rescore/", {"query": "id:b"}).json() == {"again": 1}
    assert TraceScore.objects.get(trace=other, scorer=scorer).state == "pending"
    assert TraceScore.objects.get(trace=one, scorer=scorer).state == "done"
    for query in ("colour:blue", "score.nope<0.5"):
        wrong = max_.post(f"scorers/{scorer.pk}/rescore/", {"query": query})
        assert (wrong.status_code, wrong.json()["errors"][0]["field"]) == (400, "query")


def test_scoring_again_takes_what_reads_the_scores_along(max_, project, two_sources):
    one = max_.post(P, {"kind": "consensus", "settings": {"first": "a", "second": "arithmetic"}}).json()
    drain(project.pk, seconds=60)
    arithmetic = project.scorers.get(key="arithmetic")
    TraceScore.objects.filter(scorer=arithmetic).update(attempts=2)

    assert max_.post(f"scorers/{arithmetic.pk}/rescore/").json() == {"again": 2}

    assert set(TraceScore.objects.filter(scorer=one["id"]).values_list("state", flat=True)) == {"pending"}
    imported = project.scorers.get(key="a")
    assert max_.post(f"scorers/{imported.pk}/rescore/").json()["code"] == "scores-imported"


def test_candidates_of_a_choice_are_scored(project):
    make_choice(project, ("1 + 1 = 2", "1 + 1 = 3"), prefix=("2 + 2 = 5",))
    plan(project.pk)
    drain(project.pk, seconds=60)

    [score] = StepScore.objects.select_related("step")
    assert score.step.text == "1 + 1 = 3"
    row = TraceScore.objects.get()
    assert (row.scorer.key, row.state, row.value) == ("arithmetic", "done", None)


def test_what_it_asked_of_its_server_today_is_shown(max_, project):
    with connection.cursor() as cursor:
        cursor.execute("SELECT (now() AT TIME ZONE 'UTC')::date")
        (today,) = cursor.fetchone()
    Usage.objects.create(project=project, key="answer", day=today, requests=3, tokens_in=10, tokens_out=5, money=0.25)
    assert listed(max_)["answer"]["usage"] == {"requests": 3, "tokens_in": 10, "tokens_out": 5, "money": 0.25}
    assert Scorer.objects.count() == 2
