"""What a project may ask beyond the verdict, and what becomes of it: submitted, shown, kept as a draft."""

import pytest

from annotate.projects.actions import update_project
from annotate.projects.models import LabelSchema
from tests.cast import Browser
from tests.desk import claim_trace, standing, submit

STARS = {"key": "clarity", "name": "Clarity", "scope": "step", "min": 1, "max": 5}
ASKED = {
    "tags": [{"key": "guess", "name": "Guess"}, {"key": "lookup", "name": "Look-up"}],
    "premises": True,
    "spans": [{"key": "irrelevant", "name": "Irrelevant"}],
    "rubric": [STARS, {**STARS, "key": "style", "scope": "trace"}],
    "questions": [
        {"key": "method", "name": "Which method?", "scope": "trace", "kind": "text"},
        {"key": "level", "name": "Level?", "scope": "problem", "kind": "rating", "min": 1, "max": 3},
        {
            "key": "needed",
            "name": "Needed?",
            "scope": "step",
            "kind": "choice",
            "options": [{"key": "yes", "name": "Yes"}, {"key": "no", "name": "No"}],
        },
        {"key": "size", "name": "How large?", "scope": "step", "kind": "number", "min": 0},
    ],
}
EVERYTHING = {
    "steps": [
        {
            "step": 1,
            "tags": ["lookup", "guess", "lookup"],
            "premises": [0],
            "rubric": {"clarity": 4},
            "spans": [{"start": 0, "end": 1, "label": "irrelevant"}],
            "answers": {"needed": "unsure", "size": 2.5},
            "comment": " Why? ",
        }
    ],
    "rubric": {"style": "unsure"},
    "answers": {"method": "guess and check", "level": 2},
    "problem_spans": [{"start": 0, "end": 4, "label": "irrelevant"}],
}
KEPT = {
    **EVERYTHING,
    "steps": [{**EVERYTHING["steps"][0], "tags": ["guess", "lookup"], "comment": "Why?"}],
}


@pytest.fixture
def alice(cast):
    update_project(actor=cast.max, project=cast.project, label_schema=ASKED)
    return Browser(cast.alice)


def refused(answer):
    assert answer.status_code == 400, answer.content
    (error,) = answer.json()["errors"]
    return error["field"], error["message"]


def test_everything_is_kept_shown_and_taken_back_as_a_draft(cast, alice):
    claim = claim_trace(cast, alice)
    body = {"first_error": 1, **EVERYTHING}
    assert submit(alice, claim, **body).status_code == 200
    assert submit(alice, claim, **body).status_code == 200  # the same again
    assert submit(alice, claim, first_error=1).status_code == 409
    judgement = standing(claim)
    assert judgement.details == KEPT

    detail = Browser(cast.max).get(f"traces/{judgement.trace_id}/").json()
    assert detail["labels"][0]["details"] == KEPT

    draft = alice.post(f"assignments/{claim['assignment']}/reopen/").json()["draft"]
    assert draft == {"first_error": 1, "active_ms": 0, **KEPT}


def test_nothing_more_is_needed(cast, alice):
    claim = claim_trace(cast, alice)
    assert submit(alice, claim, first_error=None).status_code == 200
    assert standing(claim).details == {}


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"steps": [{"step": 9, "comment": "x"}]}, "steps"),
        ({"steps": [{"step": 0, "comment": "x"}, {"step": 0}]}, "steps"),
        ({"steps": [{"step": 0, "value": "good"}]}, "steps"),
        ({"steps": [{"step": 2, "comment": "after the error"}]}, "steps[2]"),
        ({"steps": [{"step": 0, "error_types": ["format"]}]}, "steps[0].error_types"),
        ({"steps": [{"step": 0, "tags": ["other"]}]}, "steps[0].tags"),
        ({"steps": [{"step": 1, "premises": [1]}]}, "steps[1].premises"),
        ({"steps": [{"step": 1, "rubric": {"clarity": 6}}]}, "steps[1].rubric.clarity"),
        ({"steps": [{"step": 1, "rubric": {"clarity": 1.5}}]}, "steps[1].rubric.clarity"),
        ({"steps": [{"step": 1, "rubric": {"style": 1}}]}, "steps[1].rubric.style"),
        ({"steps": [{"step": 1, "answers": {"needed": "maybe"}}]}, "steps[1].answers.needed"),
        ({"steps": [{"step": 1, "answers": {"size": -1}}]}, "steps[1].answers.size"),
        ({"steps": [{"step": 0, "spans": [{"start": 0, "end": 2, "label": "irrelevant"}]}]}, "steps[0].spans"),
        ({"steps": [{"step": 0, "spans": [{"start": 0, "end": 1, "label": "x"}]}]}, "steps[0].spans"),
        ({"problem_spans": [{"start": 3, "end": 3, "label": "irrelevant"}]}, "problem_spans"),
        ({"answers": {"needed": "yes"}}, "answers.needed"),
        ({"answers": {"method": 3}}, "answers.method"),
        ({"answers": {"level": True}}, "answers.level"),
        ({"rubric": {"clarity": 1}}, "rubric.clarity"),
    ],
)
def test_what_does_not_fit_is_told(cast, alice, said, field):
    claim = claim_trace(cast, alice)
    assert refused(submit(alice, claim, first_error=1, **said))[0].startswith(field)


def test_a_misspelt_field_of_a_step_is_told(cast, alice):
    claim = claim_trace(cast, alice)
    assert submit(alice, claim, first_error=1, steps=[{"step": 0, "tag": ["guess"]}]).status_code == 400


def test_required_questions_are_required_of_every_step_that_is_judged(cast, alice):
    needed = [{**q, "required": q["key"] in ("needed", "method")} for q in ASKED["questions"]]
    update_project(actor=cast.max, project=cast.project, label_schema={"questions": needed})
    claim = claim_trace(cast, alice)
    assert refused(submit(alice, claim, first_error=1))[0] == "answers.method"
    answers = {"method": "x"}
    assert refused(submit(alice, claim, first_error=1, answers=answers))[0] == "steps[0].answers.needed"
    steps = [{"step": i, "answers": {"needed": "no"}} for i in (0, 1)]
    assert submit(alice, claim, first_error=1, answers=answers, steps=steps).status_code == 200


def test_a_projects_own_words_mean_the_values_that_are_stored(cast, alice):
    values = [
        {"key": "fine", "name": "Fine", "means": "good", "hotkey": "1"},
        {"key": "slip", "name": "Slip", "means": "bad", "hotkey": "2"},
        {"key": "bad", "name": "Nonsense", "means": "bad", "hotkey": "3"},
    ]
    update_project(actor=cast.max, project=cast.project, mode="every_step", label_schema={"values": values})
    claim = claim_trace(cast, alice, ("1", "2", "3", "4"))
    said = [
        {"step": 0, "value": "fine"},
        {"step": 1, "value": "slip", "error_types": ["format"]},
        {"step": 2, "value": "bad", "error_types": ["calculation"]},
        {"step": 3, "value": "unsure"},
    ]
    wrong = [{**said[0], "value": "good"}, *said[1:]]
    assert refused(submit(alice, claim, steps=wrong)) == (
        "labels",
        "There is no value good. This project has: fine, slip, bad, unsure.",
    )
    assert submit(alice, claim, steps=said).status_code == 200
    judgement = standing(claim)
    assert (judgement.values, judgement.error_types) == ([1, -1, -1, 2], ["format"])
    assert judgement.details == {
        "steps": [
            {"step": 0, "value": "fine"},
            {"step": 1, "value": "slip"},
            {"step": 2, "error_types": ["calculation"]},
        ]
    }
    draft = alice.post(f"assignments/{claim['assignment']}/reopen/").json()["draft"]
    assert draft["labels"] == [{"step": s["step"], "value": s["value"]} for s in said]
    assert draft["steps"] == [{"step": 2, "error_types": ["calculation"]}]


def test_confidence_can_be_switched_off(cast, alice):
    update_project(actor=cast.max, project=cast.project, label_schema={"confidence": False})
    claim = claim_trace(cast, alice)
    assert refused(submit(alice, claim, first_error=None, confidence=3))[0] == "confidence"


def test_a_schema_changes_part_by_part_in_versions(cast):
    max_ = Browser(cast.max)

    def patch(**schema):
        return max_.patch("projects/algebra/", {"label_schema": schema}, content_type="application/json")

    assert patch(tags=ASKED["tags"]).json()["label_schema"]["version"] == 2
    schema = patch(**ASKED).json()["label_schema"]
    assert schema["version"] == 3
    assert schema["tags"] == ASKED["tags"]
    assert schema["questions"][2]["options"] == ASKED["questions"][2]["options"]
    assert len(schema["error_types"]) == 9
    assert patch(**ASKED).json()["label_schema"]["version"] == 3  # nothing new
    assert LabelSchema.objects.filter(project=cast.project).count() == 3


@pytest.mark.parametrize(
    "schema",
    [
        {"tags": [{"key": "Not a key", "name": "x"}]},
        {"tags": [{"key": "unsure", "name": "x"}]},
        {"tags": [{"key": "a", "name": "x"}, {"key": "a", "name": "y"}]},
        {"values": [{"key": "a", "name": "x", "means": "good", "hotkey": "1"}]},
        {"values": [{"key": k, "name": "x", "means": "good", "hotkey": h} for k, h in (("a", "1"), ("b", "2"))]},
        {"values": [{"key": k, "name": "x", "means": k, "hotkey": "1"} for k in ("good", "bad")]},
        {"values": [{"key": "good", "name": "x", "means": "bad", "hotkey": "1"}, {"key": "b"}]},
        {"rubric": [{**STARS, "max": 50}]},
        {"rubric": [{**STARS, "scope": "problem"}]},
        {"questions": [{"key": "q", "name": "?", "scope": "step", "kind": "choice"}]},
        {"questions": [{"key": "q", "name": "?", "scope": "step", "kind": "text", "min": 1}]},
        {"questions": [{"key": "q", "name": "?", "scope": "step", "kind": "rating"}]},
        {"colour": True},
    ],
)
def test_a_schema_that_makes_no_sense_is_refused(cast, schema):
    answer = Browser(cast.max).patch("projects/algebra/", {"label_schema": schema}, content_type="application/json")
    assert answer.status_code == 400
    assert "label_schema" in answer.json()["errors"][0]["field"] or answer.json()["errors"][0]["field"] in (
        *schema,
        *(f"{name}[0]" for name in schema),
    )
