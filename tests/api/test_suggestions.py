"""A connected model is asked for next steps: what it is sent, what becomes of its answers, and what it may not do."""

import itertools

import pytest

from annotate.audit.models import Event
from annotate.corpus.models import Step
from annotate.labeling.models import Preference, Suggestion, Task
from annotate.labeling.suggesting.actions import due, run
from annotate.labeling.suggesting.asking import read
from annotate.scoring.models import Usage
from tests.cast import Browser
from tests.desk import NEXT, claim_choice, claim_trace, standing, submit
from tests.factories import make_problem, make_trace
from tests.limits import seconds_of_processor
from tests.scoring import llm

SUGGESTER = "projects/algebra/suggester/"


@pytest.fixture
def server(settings):
    with llm.serving() as server:
        settings.SCORER_HOSTS = [server.url]
        settings.SCORER_KEYS = {"lab": {"key": "sk-secret", "hosts": [server.url]}}
        number = itertools.count(1)  # several are asked for at once
        server.behave = llm.chat(lambda body: f"Step 2: candidate {next(number)}")
        yield server


@pytest.fixture
def connected(server, cast, monkeypatch):
    """The model is connected; what is asked is done at once."""
    monkeypatch.setattr("annotate.api.suggestions.wake_suggestion", run)
    connect(cast, server)
    return server


def connect(cast, server, **more):
    chosen = {"url": server.url, "model": "writer", "key": "lab", "candidates": 2, "timeout": 2, **more}
    return Browser(cast.max).put(SUGGESTER, {"settings": chosen}, content_type="application/json")


def ask(browser, claim, **place):
    path = f"assignments/{claim['assignment']}/suggestions/"
    made = browser.post(path, place)
    assert made.status_code == 201, made.json()
    return browser.get(f"{path}{made.json()['id']}/").json()


def test_the_right_prefix_is_sent_and_the_pick_is_a_preference_pair(connected, cast, alice):
    claim = claim_trace(cast, alice, ("Two.", "Bad </step_1> three.", "Four."))
    assert claim["suggestions"] is True

    said = ask(alice, claim, step=1)

    assert (said["state"], said["model"], said["error"]) == ("done", "writer", "")
    assert sorted(one["text"] for one in said["candidates"]) == ["candidate 1", "candidate 2"]
    question = connected.asked[0]["messages"][1]["content"]
    assert "Two." in question
    assert "three" not in question
    assert connected.headers["Authorization"] == "Bearer sk-secret"

    picked = said["candidates"][0]["text"]
    assert submit(alice, claim, first_error=1, rewrite=picked).status_code == 200
    pair = Preference.objects.get(judgement=standing(claim))
    assert (pair.chosen.text, pair.rejected.text, pair.origin) == (picked, "Bad </step_1> three.", "suggested")
    assert str(pair.chosen_id) == said["candidates"][0]["step"]
    assert not Step.objects.filter(text=said["candidates"][1]["text"]).exists()


def test_a_changed_suggestion_is_the_persons_own(connected, cast, alice):
    claim = claim_trace(cast, alice)
    said = ask(alice, claim, step=0)
    submit(alice, claim, first_error=0, rewrite=said["candidates"][0]["text"] + "!")
    assert Preference.objects.get(judgement=standing(claim)).origin == "rewrite"


def test_all_is_logged_counted_and_for_admins_only(connected, cast, alice, bob, rita):
    claim = claim_trace(cast, alice)
    said = ask(alice, claim, step=0)

    log = Browser(cast.max).get("projects/algebra/suggestions/").json()["results"]
    assert [(row["id"], row["annotator"], row["tokens"], len(row["responses"])) for row in log] == [
        (said["id"], "alice", 2400, 2)
    ]
    assert log[0]["request"]["messages"][0]["role"] == "system"
    assert "sk-secret" not in str(log)
    used = Usage.objects.get(project=cast.project)
    assert (used.requests, used.tokens_in, used.tokens_out) == (2, 2000, 400)
    assert Event.objects.filter(verb="suggestion.ask", actor=cast.alice).count() == 1
    assert bob.get(f"assignments/{claim['assignment']}/suggestions/{said['id']}/").status_code == 404


def test_people_and_projects_have_limits(connected, cast, alice):
    connect(cast, connected, per_person_hour=1)
    claim = claim_trace(cast, alice)
    ask(alice, claim, step=0)
    again = alice.post(f"assignments/{claim['assignment']}/suggestions/", {"step": 1})
    assert (again.status_code, again.json()["code"]) == (429, "too-many-suggestions")

    connect(cast, connected, per_project_day=1)
    again = alice.post(f"assignments/{claim['assignment']}/suggestions/", {"step": 1})
    assert again.status_code == 429
    assert "24 hours" in again.json()["detail"]

    connect(cast, connected, tokens_per_day=10)
    assert "tokens of today" in ask(alice, claim, step=1)["error"]


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (llm.ok({"choices": []}), "holds no message"),
        (llm.ok({"choices": [{"message": {"content": None}}]}), "holds no text"),
        (llm.ok({"choices": [{"message": {"content": " \0 "}}]}), "is empty"),
        (llm.ok({"choices": [{"message": {"content": "x"}, "finish_reason": "length"}]}), "cut off"),
        (llm.ok({"choices": [{"message": {"content": "y" * 30_000}}]}), "more than"),
        ((200, {}, b"<html>"), "not a JSON object"),
        (llm.status(401, "who are you"), "who are you"),
        (llm.status(400, "no such thing"), "no such thing"),
        (llm.status(500, "broken"), "broken"),
    ],
)
def test_what_is_no_step_is_told(connected, cast, alice, monkeypatch, answer, why):
    monkeypatch.setattr("annotate.scoring.scorers.remote.client.Client._pause", lambda *_: None)
    connected.behave = lambda path, body: answer
    said = ask(alice, claim_trace(cast, alice), step=0)
    assert (said["state"], said["candidates"]) == ("failed", [])
    assert why in said["error"]
    assert len(Suggestion.objects.get().responses) == 2


def test_an_answer_of_blanks_holds_nobody_up():
    text = f"<step_2> Step 2: x{' ' * 1_000_000}x </step_2>"
    with seconds_of_processor(20):
        answer = read({"choices": [{"message": {"content": text}}]})
    assert "characters" in answer.why


def test_what_only_looks_like_a_nul_is_logged_as_it_is(connected, cast, alice):
    connected.behave = lambda path, body: llm.ok({"choices": [{"message": {"content": "so \\u0000 is\0 shown"}}]})
    assert ask(alice, claim_trace(cast, alice), step=0)["state"] == "done"
    (body, *_) = (one["body"] for one in Suggestion.objects.get().responses)
    assert body["choices"][0]["message"]["content"] == "so \\u0000 is shown"


def test_one_that_takes_too_long_fails_alone(connected, cast, alice, monkeypatch):
    monkeypatch.setattr("annotate.scoring.scorers.remote.client.TRIES", 1)
    slow = llm.chat(lambda body: "late", delay=3)
    quick = llm.chat(lambda body: "in time")
    number = itertools.count()
    connected.behave = lambda path, body: (quick if next(number) else slow)(path, body)
    said = ask(alice, claim_trace(cast, alice), step=0)
    assert (said["state"], [one["text"] for one in said["candidates"]]) == ("done", ["in time"])
    assert "did not answer within 2 s" in said["error"]


def test_what_stands_there_already_is_not_suggested(connected, cast, alice):
    connected.behave = llm.chat(lambda body: "**Step 1:** 2")
    assert ask(alice, claim_trace(cast, alice, ("2", "3")), step=0)["candidates"] == []


def test_only_listed_servers_and_open_tasks(server, cast, alice):
    claim = claim_trace(cast, alice)
    path = f"assignments/{claim['assignment']}/suggestions/"
    assert alice.post(path, {"step": 0}).json()["code"] == "no-model"
    refused = connect(cast, server, url="http://10.0.0.1:8000")
    assert "not among the servers" in refused.json()["errors"][0]["message"]
    assert connect(cast, server, model="").json()["errors"][0]["field"] == "settings.model"

    connect(cast, server)
    submit(alice, claim, first_error=None)
    assert alice.post(path, {"step": 0}).json()["code"] == "not-open"
    choice = claim_choice(cast, alice)
    assert alice.post(f"assignments/{choice['assignment']}/suggestions/", {"step": 0}).status_code == 400
    assert Browser(cast.max).delete(SUGGESTER).status_code == 204
    assert alice.get(f"assignments/{choice['assignment']}/").json()["suggestions"] is False


def test_asking_twice_asks_once_and_a_lost_wake_up_is_found(server, cast, alice, monkeypatch):
    monkeypatch.setattr("annotate.api.suggestions.wake_suggestion", lambda _: None)
    connect(cast, server)
    claim = claim_trace(cast, alice)
    first, second = ask(alice, claim, step=0), ask(alice, claim, step=0)
    assert (first["id"], first["state"]) == (second["id"], "waiting")
    Suggestion.objects.update(created_at="2026-01-01T00:00:00Z")
    assert due() == [first["id"]]
    run(first["id"])
    run(first["id"])
    assert len(server.asked) == 2
    assert due() == []


def test_on_a_walk_suggestions_join_the_alternatives_also_after_ones_own_step(connected, cast, alice):
    problem = make_problem(cast.project, id="p-1")
    make_trace(cast.project, ("a",), problem)
    Browser(cast.max).post("projects/algebra/tasks/", {"kind": "walk", "query": ""})
    Task.objects.exclude(kind="walk").delete()
    claim = alice.post(NEXT).json()
    a = claim["tree"]["steps"][0]["id"]

    said = ask(alice, claim, prefix=[{"text": "mine"}])
    assert ask(alice, claim, prefix=[{"id": a}])["parent"] == a
    assert alice.post(
        f"assignments/{claim['assignment']}/suggestions/", {"prefix": [{"id": a}, {"id": a}]}
    ).status_code == 400  # fmt: skip

    again = alice.get(f"assignments/{claim['assignment']}/").json()["tree"]["steps"]
    assert {step["text"]: step["suggested"] for step in again}["a"] is False
    mine = [step for step in again if step["parent"] == said["parent"]]
    assert [step["suggested"] for step in mine] == [True, True]

    steps = [
        {"ratings": [{"step": a, "value": "bad"}], "written": "mine"},
        {
            "ratings": [{"step": mine[0]["id"], "value": "good"}, {"step": mine[1]["id"], "value": "bad"}],
            "chosen": mine[0]["id"],
        },
    ]
    answer = submit(alice, claim, walk={"finish": "solved", "steps": steps})
    assert answer.status_code == 200, answer.json()
    pairs = Preference.objects.filter(judgement=standing(claim)).values_list("chosen__text", "origin")
    assert set(pairs) == {("mine", "rewrite"), (mine[0]["text"], "suggested")}
