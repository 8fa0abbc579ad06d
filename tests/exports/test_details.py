"""What a project asks beyond the verdict leaves with the labels, and comes in again as it left."""

from annotate.corpus.models import SourceLabel
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
