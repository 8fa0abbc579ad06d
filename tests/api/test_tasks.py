"""`projects/{slug}/tasks/next/` and `projects/{slug}/tasks/`."""

import json

import pytest

from annotate.corpus.formats import FORMATS
from annotate.corpus.models import Trace
from annotate.imports.intake import take_in
from annotate.labeling.models import Assignment, Task
from annotate.projects.models import Project
from tests.factories import make_choice, make_problem, make_project, make_tasks, make_trace, open_all

NEXT = "projects/algebra/tasks/next/"


def test_it_hands_out_a_trace_with_all_that_is_needed(cast, alice):
    problem = make_problem(cast.project, "Add.", id="p-1", answer="4", solution="2 + 2", metadata={"level": 1})
    steps = [("2", "thought"), ("5", "observation"), ("7", "reasoning")]
    make_trace(
        cast.project,
        steps,
        problem,
        id="t-1",
        generator="model-x",
        correct=False,
        metadata={"hint": "step 1"},
    )
    open_all(cast.project)

    claim = alice.post(NEXT).json()

    assert claim["kind"] == "trace"
    assert claim["trace"] == {"id": "t-1"}
    assert claim["problem"] == {
        "id": "p-1",
        "statement": "Add.",
        "answer": "4",
        "solution": "2 + 2",
        "metadata": {"level": 1},
        "material": [],
        "media": [],
        "reference_steps": None,
        "reference_states": None,
    }
    assert [(s["text"], s["kind"], s["judged"]) for s in claim["steps"]] == [
        ("2", "thought", True),
        ("5", "observation", False),
        ("7", "reasoning", True),
    ]
    assert claim["draft"] is None
    assert claim["assignment"] == Assignment.objects.get(annotator=cast.alice).pk


def test_a_verifiers_verdict_is_shown_at_a_formal_step_and_an_opinion_is_not(cast, alice):
    scores = {"lean": [{"value": 1, "reason": "no goals"}, 0, None], "prm": [0.4, 0.9, 0.2], "other": [None, 1, 1]}
    steps = [{"text": "rfl", "kind": "formal"}, {"text": "simp", "kind": "formal"}, "So it holds."]
    line = {"problem": {"statement": "Prove it."}, "steps": steps, "scores": scores}
    assert take_in(cast.project, FORMATS["native"], [json.dumps(line).encode()]).accepted == 1

    claimed = alice.post(NEXT).json()["steps"]

    assert claimed[0]["verdicts"] == [{"by": "lean", "value": 1, "reason": "no goals"}]
    assert [(v["by"], v["value"]) for v in claimed[1]["verdicts"]] == [("lean", 0), ("other", 1)]
    assert "verdicts" not in claimed[2]


def test_what_is_beside_the_text_is_handed_out_and_shown_to_reviewers(cast, alice, rita):
    picture = {"type": "image", "url": "https://example.org/a.png"}
    problem = {
        "statement": "Where?",
        "reference_steps": ["Look."],
        "reference_states": [1],
        "material": ["A map."],
        "media": [picture],
    }
    call = {"text": "zoom(2)", "kind": "tool_call", "data": {"tool": "zoom"}, "media": [picture], "premises": [0]}
    scores = {"prover": [None, {"value": 0, "reason": "unsolved goals"}]}
    line = {"problem": problem, "steps": ["Look.", call], "scores": scores, "values": {"q": [None, -3]}}
    assert take_in(cast.project, FORMATS["native"], [json.dumps(line).encode()]).accepted == 1

    claim = alice.post(NEXT).json()

    about = {"reference_steps": [{"text": "Look."}], "reference_states": [1], "material": [{"text": "A map."}]}
    assert claim["problem"].items() >= (about | {"media": [picture]}).items()
    content = {"data": {"tool": "zoom"}, "media": [picture], "premises": [0]}
    assert claim["steps"][1].items() >= content.items()
    assert (claim["steps"][0]["media"], claim["steps"][0]["data"], claim["steps"][0]["premises"]) == ([], None, None)
    assert "prover" not in json.dumps(claim)
    trace = rita.get(f"traces/{Trace.objects.get().pk}/").json()
    assert trace["problem"].items() >= about.items()
    assert trace["steps"][1].items() >= content.items()
    assert trace["steps"][1]["values"] == {"q": -3}
    assert trace["steps"][1]["scores"]["prover"] == {"value": 0, "reason": "unsolved goals"}


def test_it_says_nothing_that_could_sway(cast, alice):
    make_trace(cast.project, generator="secret-model", correct=False, scores={"prm": [0.1]}, answer="seventeen")
    open_all(cast.project)

    text = alice.post(NEXT).content.decode()

    for secret in ("secret-model", "prm", "0.1", "correct", "seventeen", "priority", "why"):
        assert secret not in text


def test_the_reference_is_hidden_where_the_project_says_so(cast, alice):
    Project.objects.filter(pk=cast.project.pk).update(show_reference=False)
    make_trace(cast.project, problem=make_problem(cast.project, answer="42", solution="Because."))
    open_all(cast.project)

    claim = alice.post(NEXT).json()

    assert not {"answer", "solution", "reference_steps", "reference_states"} & set(claim["problem"])


def test_it_hands_out_a_choice_with_its_prefix(cast, alice):
    make_choice(cast.project, ("a", "b", "c"), prefix=("first", "second"))
    open_all(cast.project)

    claim = alice.post(NEXT).json()

    assert claim["kind"] == "choice"
    assert [step["text"] for step in claim["prefix"]] == ["first", "second"]
    assert sorted(step["text"] for step in claim["candidates"]) == ["a", "b", "c"]
    assert "steps" not in claim


def test_a_choice_may_be_about_the_first_step(cast, alice):
    make_choice(cast.project, ("a", "b"), prefix=())
    open_all(cast.project)

    assert alice.post(NEXT).json()["prefix"] == []


def test_candidates_come_in_an_order_of_ones_own_that_stays(cast, alice, bob):
    Project.objects.filter(pk=cast.project.pk).update(annotations_per_task=2)
    for i in range(12):
        make_choice(cast.project, [f"{i} {c}" for c in "abcd"])
    open_all(cast.project)

    def orders(browser):
        held, seen = [], {}
        while (answer := browser.post(NEXT, {"holding": held})).status_code == 200:
            held.append(answer.json()["assignment"])
            seen[answer.json()["task"]] = [c["id"] for c in answer.json()["candidates"]]
        return seen, held

    of_alice, held = orders(alice)
    of_bob, _ = orders(bob)

    assert of_alice.keys() == of_bob.keys()
    assert of_alice != of_bob
    assert {tuple(sorted(o)) for o in of_alice.values()} == {tuple(sorted(o)) for o in of_bob.values()}
    again = alice.get(f"assignments/{held[0]}/").json()
    assert [c["id"] for c in again["candidates"]] == of_alice[again["task"]]
    stored = Assignment.objects.get(pk=held[0]).candidate_order
    assert [str(key) for key in stored] == of_alice[again["task"]]


def test_what_i_have_not_finished_comes_first_unless_i_hold_it(cast, alice):
    make_tasks(cast.project, 3)

    first = alice.post(NEXT).json()
    lost = alice.post(NEXT, {"holding": []}).json()
    ahead = alice.post(NEXT, {"holding": [first["assignment"]]}).json()

    assert lost["assignment"] == first["assignment"]
    assert ahead["assignment"] != first["assignment"]


def test_nobody_is_given_a_task_twice(cast, alice, bob):
    make_tasks(cast.project, 1)

    claim = alice.post(NEXT).json()

    assert alice.post(NEXT, {"holding": [claim["assignment"]]}).status_code == 204
    assert bob.post(NEXT).status_code == 204


def test_the_highest_priority_comes_first_and_the_oldest_of_several(cast, alice):
    tasks = make_tasks(cast.project, 4)
    Task.objects.filter(pk=tasks[2].pk).update(priority=0.9)

    held, order = [], []
    while (answer := alice.post(NEXT, {"holding": held})).status_code == 200:
        held.append(answer.json()["assignment"])
        order.append(answer.json()["task"])

    assert order == [tasks[2].pk, tasks[0].pk, tasks[1].pk, tasks[3].pk]


def test_another_projects_tasks_stay_there(cast, alice):
    make_tasks(make_project("other", admin=cast.max), 1)

    assert alice.post(NEXT).status_code == 204


@pytest.mark.parametrize("holding", ["x", [1.5], [-1], [2**63], {"a": 1}, [None], list(range(101))])
def test_it_rejects_what_is_no_list_of_assignments(cast, alice, holding):
    answer = alice.post(NEXT, {"holding": holding})

    assert answer.status_code == 400
    assert answer.json()["code"] == "invalid"


def test_only_members_claim(cast, charlie, nobody):
    make_tasks(cast.project, 1)

    assert charlie.post(NEXT).status_code == 404
    assert nobody.post(NEXT).status_code == 401


def test_a_claim_is_a_constant_number_of_queries(cast, alice, django_assert_num_queries):
    """Session, user, membership; the claim is one, what is known of it another; its answer two, and what is known."""
    make_trace(cast.project, [f"step {i}" for i in range(30)])
    open_all(cast.project)

    with django_assert_num_queries(9):
        assert alice.post(NEXT).status_code == 200


def test_the_queue_lists_open_tasks_in_claim_order(cast, rita, alice):
    tasks = make_tasks(cast.project, 5)
    Task.objects.filter(pk=tasks[4].pk).update(priority=0.75, why="Because.")
    taken = alice.post(NEXT).json()["task"]

    rows, cursor = [], ""
    while cursor is not None:
        page = rita.get(f"projects/algebra/tasks/?limit=2&cursor={cursor}").json()
        rows, cursor = rows + page["results"], page["next"]

    assert taken == tasks[4].pk
    assert [row["id"] for row in rows] == [task.pk for task in tasks[:4]]
    assert rows[0]["problem"]
    assert rows[0]["trace"]
    assert rows[0]["excerpt"].startswith("What is")
    assert (rows[0]["wanted"], rows[0]["free"]) == (1, 1)


def test_the_queue_is_one_query_for_any_number_of_tasks(cast, rita, django_assert_num_queries):
    make_tasks(cast.project, 10)
    make_choice(cast.project)
    open_all(cast.project)

    with django_assert_num_queries(4):
        assert len(rita.get("projects/algebra/tasks/").json()["results"]) == 11


def test_the_queue_is_for_reviewers(cast, alice, charlie):
    assert alice.get("projects/algebra/tasks/").status_code == 403
    assert charlie.get("projects/algebra/tasks/").status_code == 404


def test_the_queue_rejects_a_cursor_of_somebody_elses(cast, rita):
    assert rita.get("projects/algebra/tasks/?cursor=abc").status_code == 400
