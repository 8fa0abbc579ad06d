"""Agreement in what a label schema asks beyond the first error: submitted, and counted by hand."""

import pytest

from annotate.labeling.models import Task
from annotate.projects.actions import update_project
from annotate.quality.beyond import Beyond, Opinion, things
from tests.factories import make_trace, open_all

RATED = {"scope": "step", "min": 1, "max": 5}
SCHEMA = {
    "tags": [{"key": "guess", "name": "Guess"}, {"key": "recall", "name": "Recall"}],
    "premises": True,
    "spans": [{"key": "vague", "name": "Vague"}],
    "rubric": [{"key": "clarity", "name": "Clarity", **RATED}],
    "questions": [
        {"key": "size", "name": "How large?", "scope": "step", "kind": "number"},
        {"key": "why", "name": "Why?", "scope": "trace", "kind": "text"},
        {
            "key": "fair",
            "name": "Fair?",
            "scope": "problem",
            "kind": "choice",
            "options": [{"key": "yes", "name": "Yes"}, {"key": "no", "name": "No"}],
        },
    ],
}


def vague(start, end):
    return [{"start": start, "end": end, "label": "vague"}]


# Of three steps each. Both judge all of them in `right` and `late`, and the first two in `wrong`.
ALICE = {
    "right": {
        "first_error": None,
        "confidence": 5,
        "steps": [
            {"step": 0, "tags": ["guess"], "rubric": {"clarity": 4}, "answers": {"size": 2}, "spans": vague(0, 4)},
            {"step": 1, "premises": [0], "answers": {"size": 10}},
            {"step": 2, "premises": [0, 1]},
        ],
        "answers": {"fair": "yes", "why": "So"},
    },
    "wrong": {
        "first_error": 1,
        "confidence": 4,
        "error_types": ["calculation"],
        "steps": [{"step": 0, "rubric": {"clarity": 2}}],
        "answers": {"fair": "yes"},
    },
    "late": {"first_error": 2, "confidence": 1, "error_types": ["format"], "answers": {"fair": "unsure"}},
}
BOB = {
    "right": {
        "first_error": None,
        "confidence": 5,
        "steps": [
            {"step": 0, "tags": ["guess"], "rubric": {"clarity": 5}, "answers": {"size": 2}, "spans": vague(2, 6)},
            {"step": 1, "tags": ["guess"], "premises": [0], "answers": {"size": 12}},
            {"step": 2, "premises": [1]},
        ],
        "answers": {"fair": "yes"},
    },
    "wrong": {
        "first_error": 1,
        "confidence": 2,
        "error_types": ["calculation", "format"],
        "steps": [{"step": 0, "rubric": {"clarity": 2}}],
        "answers": {"fair": "no"},
    },
    "late": {"first_error": None, "confidence": 5, "answers": {"fair": "no"}},
}


def test_what_was_submitted_is_compared_by_its_own_scale(cast, alice, bob, rita):
    update_project(actor=cast.max, project=cast.project, label_schema=SCHEMA)
    traces = {name: make_trace(cast.project, ("It is 2.", "It is 3.", "It is 4."), id=name) for name in ALICE}
    open_all(cast.project)
    Task.objects.update(wanted=2, free=2)
    empty = rita.get("projects/algebra/agreement/").json()["beyond"]
    assert (empty["traces"], empty["confidence"]) == (0, [])
    assert {(one["items"], one["same"], one["alpha"]) for one in empty["things"]} == {(0, None, None)}

    for browser, says in ((alice, ALICE), (bob, BOB)):
        while (claim := browser.post("projects/algebra/tasks/next/")).status_code == 200:
            given = claim.json()
            sent = browser.post(f"assignments/{given['assignment']}/submit/", says[given["trace"]["id"]])
            assert sent.status_code == 200, sent.content

    beyond = rita.get("projects/algebra/agreement/").json()["beyond"]
    assert beyond["traces"] == 3
    found = {(one["part"], one["key"]): one for one in beyond["things"]}
    assert [key for part, key in found if part != "error_type"] == [
        *("", "guess", "recall", "", "vague", "clarity", "size", "fair")
    ]

    def figures(*of):
        return tuple(found[of][name] for name in ("items", "marked", "same", "f1", "alpha", "differ"))

    about = pytest.approx
    # Eight steps. Good and good six times, bad and bad once, and once not the same: n = 16, 13 good, 3 bad.
    assert figures("value", "") == (8, None, 14 / 16, None, about(1 - 15 * 2 / (256 - 169 - 9)), 1)
    # Both on one step, one of them on another.
    assert figures("tag", "guess") == (8, 2, 14 / 16, about(2 / 3), about(1 - 15 * 2 / (256 - 169 - 9)), 1)
    assert figures("tag", "recall") == (8, 0, 1, None, None, 0)
    # One step is wrong for both. What only one of them calls wrong is not compared.
    assert figures("error_type", "calculation") == (1, 1, 1, 1, None, 0)
    assert figures("error_type", "format") == (1, 1, 0, 0, 0, 1)
    # Five steps have others before them, seven in all: two are named by both, one by one, four by nobody.
    assert figures("premises", "") == (5, 2, 12 / 14, 0.8, about(1 - 13 * 2 / (196 - 25 - 81)), 1)
    # Eight steps and three problems; of four characters each, two are the same.
    assert figures("span", "vague") == (11, 1, None, 0.5, None, 1)
    # 4 beside 5, and 2 twice: their middle ranks are 2.5, 3.5 and 1, with a mean of 2.
    assert figures("rubric", "clarity") == (2, None, 0.5, None, about(1 - 3 * 2 / (8 * (2 + 0.25 + 2.25))), 1)
    # 2 twice, and 10 beside 12: a mean of 6.5.
    assert figures("question", "size") == (2, None, 0.5, None, about(1 - 3 * 8 / (8 * (40.5 + 12.25 + 30.25))), 1)
    # Who is unsure gave no answer, so the third trace has only one.
    assert figures("question", "fair") == (2, None, 0.5, None, 0, 1)
    assert found["question", "fair"]["examples"] == [str(traces["wrong"].pk)]
    assert [tuple(one.values()) for one in beyond["confidence"]] == [
        (1, 1, 0),
        (2, 1, 1),
        (4, 1, 1),
        (5, 3, about(2 / 3)),
    ]


def test_who_was_not_asked_is_not_compared():
    old = things([], {"tags": [{"key": "a", "name": "A"}], "rubric": [{"key": "r", "name": "R", **RATED}]})
    new = things([], {"tags": [{"key": "b", "name": "B"}], "rubric": [{"key": "r", "name": "R", **RATED, "max": 3}]})
    beyond = Beyond({2: new, 1: old})

    def opinion(schema, tags, **more):
        return Opinion([1, None], [], {"steps": [{"step": 0, "tags": tags, "rubric": {"r": 1}}]}, schema, **more)

    # Of three people two were asked for one tag and rated on one scale; the third was asked for another.
    beyond.see([opinion(1, ["a"]), opinion(2, ["b"]), opinion(1, [])])
    # Nobody was asked.
    beyond.see([opinion(1, ["a"], derived=True), opinion(1, ["a"], derived=True)])
    assert beyond.traces == 1
    assert [(one["part"], one["name"], one["items"]) for one in beyond.figures()] == [
        ("value", "", 1),
        ("tag", "B", 0),
        ("rubric", "R", 0),
        ("tag", "A", 1),
        ("rubric", "R", 1),
    ]
