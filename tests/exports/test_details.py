"""What a project asks beyond the verdict leaves with the labels, and comes in again as it left."""

import json
from typing import Any

from msgspec import Raw

from annotate.corpus.models import SourceLabel
from annotate.exports.items import Label
from annotate.exports.merging import merged
from annotate.exports.votes import resolve
from annotate.labeling.actions import claim
from annotate.labeling.answers import submit
from annotate.projects.actions import update_project
from tests.cast import Browser
from tests.factories import make_problem, make_project, make_trace, open_all

SAID = {"steps": [{"step": 0, "tags": ["guess"], "comment": "="}]}


def test_details_and_origins_go_out_and_come_back(cast):
    update_project(actor=cast.max, project=cast.project, label_schema={"tags": [{"key": "guess", "name": "Guess"}]})
    problem = make_problem(cast.project, id="p")
    for name, last in (("t-1", "c"), ("t-2", "d")):
        make_trace(cast.project, ("a", "b", last), problem, id=name)
    open_all(cast.project)
    mine = claim(user=cast.alice, project=cast.project)
    submit(user=cast.alice, assignment_id=mine.pk, answer={"first_error": 1, **SAID})
    max_ = Browser(cast.max)
    origin, other = ("t-1", "t-2") if mine.task.trace.external_id == "t-1" else ("t-2", "t-1")

    text = max_.get("projects/algebra/export/?format=native&labels=all").getvalue().decode()
    table = max_.get("projects/algebra/export/?format=csv&labels=all").getvalue().decode()

    rows = max_.get("projects/algebra/export/?format=math-shepherd&labels=all&provenance=1").getvalue().decode()

    assert f'"derived_from":["{origin}"]' in rows
    assert '"derived_from":[]' in rows
    assert '"derived_from"' in text
    assert '""guess""' in table
    make_project("copy", admin=cast.max)
    answer = max_.post("projects/copy/traces/", text, content_type="application/x-ndjson")
    assert answer.json()["accepted"] == 2, answer.json()
    came = {label.trace.external_id: label.details for label in SourceLabel.objects.select_related("trace")}
    assert came == {origin: SAID, other: {**SAID, "derived_from": origin}}


def said(**details: Any) -> Raw:
    return Raw(json.dumps(details).encode())


def test_of_what_people_who_agree_said_beyond_it_the_most_often_said_stands():
    mark, other = {"start": 0, "end": 3, "label": "vague"}, {"start": 1, "end": 3, "label": "vague"}
    first = said(
        steps=[
            {"step": 1, "tags": ["guess", "recall"], "premises": [0], "rubric": {"clarity": 4}, "comment": "Why?"},
            {"step": 2, "spans": [mark]},
        ],
        answers={"fair": "yes", "sums": 2},
        walk={"finish": "solved"},
    )
    second = said(
        steps=[
            {"step": 2, "spans": [mark, other]},
            {"step": 1, "tags": ["guess"], "premises": [0], "rubric": {"clarity": 3}, "comment": "Hm."},
        ],
        answers={"fair": "yes", "sums": 3},
    )
    third = said(steps=[{"step": 1, "rubric": {"clarity": 4}}], problem_spans=[mark])
    votes = [Label(by=f"person:{i}", values=[1, 1, 1], details=one) for i, one in enumerate((first, second, third))]

    resolved = resolve(votes)

    assert resolved is not None
    assert resolved.details is not None
    assert json.loads(bytes(resolved.details)) == {
        "answers": {"fair": "yes"},
        "steps": [
            {"step": 1, "tags": ["guess"], "premises": [0], "rubric": {"clarity": 4}, "comment": "Why?\n\nHm."},
            {"step": 2, "spans": [mark]},
        ],
    }
    alone = merged([first, None, None])
    assert alone is not None
    assert json.loads(bytes(alone)) == {"steps": [{"step": 1, "comment": "Why?"}]}
    assert merged([None, None]) is None
