"""Flags and questions: who reads them, who answers, and what their author learns of it."""

import uuid

import pytest

from annotate.audit.models import Event
from annotate.labeling.models import Note, Task
from tests.desk import claim_trace
from tests.factories import make_problem

NOTES = "projects/algebra/notes/"


def ask(browser, text="Do units count?", **more):
    note = {"key": str(uuid.uuid4()), "kind": "question", "text": text, **more}
    return browser.post(NOTES, note)


def listed(browser, view="mine"):
    return [
        (note["id"], note["state"], note["unseen"]) for note in browser.get(f"{NOTES}?view={view}").json()["results"]
    ]


def test_a_question_and_its_answer(cast, alice, bob, rita):
    note = ask(alice).json()
    assert (note["state"], note["author"], note["messages"][0]["text"]) == ("open", "alice", "Do units count?")
    assert rita.get("projects/algebra/stats/").json()["notes"]["open_questions"] == 1
    assert bob.get(f"notes/{note['id']}/").status_code == 404

    answered = rita.post(f"notes/{note['id']}/messages/", {"text": "Yes, they do."}).json()
    assert (answered["state"], answered["unseen"]) == ("answered", False)
    assert listed(alice) == [(note["id"], "answered", True)]
    assert alice.get("projects/algebra/stats/").json()["notes"]["unseen"] == 1
    alice.post(f"notes/{note['id']}/seen/")
    assert listed(alice) == [(note["id"], "answered", False)]

    asked_back = alice.post(f"notes/{note['id']}/messages/", {"text": "Also degrees?"}).json()
    assert [(m["mine"], m["from_author"]) for m in asked_back["messages"]] == [
        (True, True),
        (False, False),
        (True, True),
    ]
    assert listed(rita, "inbox") == [(note["id"], "open", False)]
    rita.patch(f"notes/{note['id']}/", {"state": "closed"}, content_type="application/json")
    assert listed(alice) == [(note["id"], "closed", True)]
    assert list(
        Event.objects.filter(verb__startswith="note.").order_by("id").values_list("verb", "actor__username")
    ) == [
        ("note.write", "alice"),
        ("note.say", "rita"),
        ("note.say", "alice"),
        ("note.change", "rita"),
    ]


def test_an_answer_for_everybody_tells_no_names(cast, alice, bob, rita):
    claim = claim_trace(cast, alice)
    note = ask(alice, kind="flag", assignment=claim["assignment"], step=1).json()
    assert (note["about"]["task"], note["about"]["step"]) == (claim["task"], 1)
    publish = {"public": True}
    early = rita.patch(f"notes/{note['id']}/", publish, content_type="application/json")
    assert (early.status_code, early.json()["code"]) == (409, "nothing-said")
    rita.post(f"notes/{note['id']}/messages/", {"text": "Skip such ones."})
    assert alice.patch(f"notes/{note['id']}/", publish, content_type="application/json").status_code == 403
    assert rita.patch(f"notes/{note['id']}/", publish, content_type="application/json").json()["public"]

    assert listed(bob) == []
    assert [n["author"] for n in bob.get(f"{NOTES}?view=public").json()["results"]] == [None]
    seen = bob.get(f"notes/{note['id']}/").json()
    assert (seen["about"], {m["author"] for m in seen["messages"]}) == (None, {None})
    assert bob.post(f"notes/{note['id']}/messages/", {"text": "I think not."}).status_code == 403
    assert bob.patch(f"notes/{note['id']}/", {"state": "open"}, content_type="application/json").status_code == 403
    assert bob.get(f"{NOTES}?view=inbox").status_code == 403


def test_one_that_is_sent_twice_is_kept_once(cast, alice):
    key = str(uuid.uuid4())
    first, second = (ask(alice, key=key).json() for _ in range(2))
    assert first == second
    assert Note.objects.count() == 1


@pytest.mark.parametrize(
    ("more", "field"),
    [({"kind": "flag"}, "assignment"), ({"step": 0}, "step"), ({"text": "  "}, "text"), ({"colour": "red"}, "colour")],
)
def test_what_is_missing_is_named(cast, alice, more, field):
    answer = ask(alice, **more)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, field)


def test_somebody_elses_task_is_not_flagged(cast, alice, bob):
    claim = claim_trace(cast, alice)
    assert ask(bob, kind="flag", assignment=claim["assignment"]).status_code == 404


def test_pages_begin_with_what_waits(cast, alice, rita):
    ids = [ask(alice, f"Question {n}").json()["id"] for n in range(5)]
    rita.post(f"notes/{ids[3]}/messages/", {"text": "Yes."})
    found, cursor = [], ""
    while cursor is not None:
        page = rita.get(f"{NOTES}?view=inbox&limit=2&cursor={cursor}").json()
        found += [note["id"] for note in page["results"]]
        cursor = page["next"]
    assert found == [ids[4], ids[2], ids[1], ids[0], ids[3]]
    assert alice.get(f"{NOTES}?view=mine&limit=1").json()["results"][0]["id"] == ids[3]
    assert alice.get(f"{NOTES}?view=secret").status_code == 400


@pytest.mark.parametrize("notes", [1, 4])
def test_a_page_of_notes_is_a_constant_number_of_queries(cast, alice, rita, django_assert_num_queries, notes):
    walk = Task.objects.create(project=cast.project, kind="walk", problem=make_problem(cast.project), wanted=1, free=0)
    for _ in range(notes):
        Note.objects.filter(pk=ask(alice).json()["id"]).update(task=walk)
    with django_assert_num_queries(4):  # session, user, membership, and the notes with all that they are about
        results = rita.get(f"{NOTES}?view=inbox").json()["results"]
    assert [(note["about"]["kind"], note["excerpt"]) for note in results] == [("walk", "Do units count?")] * notes
