"""Choices as reviewers read them: found by a query, and each with what everybody said of its candidates."""

from annotate.corpus.models import SourcePreference
from annotate.labeling.actions import claim
from annotate.labeling.answers import submit
from annotate.labeling.models import Assignment
from annotate.scoring.models import Scorer, StepScore
from tests.factories import make_choice, make_problem, make_trace, open_all

URL = "projects/algebra/choices/"


def test_a_choice_with_all_that_is_known_of_it(rita, cast):
    problem = make_problem(cast.project, statement="Which way?", answer="7", id="p-1")
    info = [{"generator": "m", "values": {"q": 0.5}}, {}, {}]
    choice = make_choice(cast.project, ["left", "right", "on"], ["begin", "go"], problem, id="c-1", candidate_info=info)
    open_all(cast.project)
    SourcePreference.objects.create(choice=choice, source="teacher", ranking=[[1]], shown=[2, 1, 0])
    scorer = Scorer.objects.create(project=cast.project, key="imported", version="1")
    StepScore.objects.create(scorer=scorer, step_id=choice.candidates[2], value=0.25, reason="so it is")
    assignment = claim(user=cast.alice, project=cast.project)
    order = [choice.candidates[i] for i in (1, 2, 0)]
    Assignment.objects.filter(pk=assignment.pk).update(candidate_order=order)
    best, worst = (str(choice.candidates[i]) for i in (2, 0))
    said = {"ranking": [[best], [worst]], "strength": 2, "rewrite": "up", "comment": "So."}
    submit(user=cast.alice, assignment_id=assignment.pk, answer=said)

    found = rita.get(f"choices/{choice.pk}/").json()
    assert (found["external_id"], found["steps"], found["labels"], found["state"]) == ("c-1", 2, 1, "done")
    assert (found["problem"]["id"], found["problem"]["answer"]) == ("p-1", "7")
    assert [step["text"] for step in found["prefix"]] == ["begin", "go"]
    assert [one["text"] for one in found["candidates"]] == ["left", "right", "on"]
    assert (found["candidates"][0]["generator"], found["candidates"][0]["values"]) == ("m", {"q": 0.5})
    assert found["candidates"][2]["scores"] == {"imported": {"value": 0.25, "reason": "so it is"}}
    person, source = found["preferences"]
    assert person == {
        "by": "alice",
        "judgement": person["judgement"],
        "ranking": [[2], [0], [1]],
        "shown": [1, 2, 0],
        "strength": 2,
        "comment": "So.",
        "rewrite": "up",
    }
    assert (source["source"], source["ranking"], source["shown"]) == ("teacher", [[1]], [2, 1, 0])


def test_choices_are_found_page_by_page(rita, cast):
    make_trace(cast.project, ["a trace, no choice"])
    for i in range(3):
        make_choice(cast.project, [f"candidate number {i}", "b"], ["first"], make_problem(cast.project), id=f"c-{i}")
    page = rita.get(URL, {"limit": 2}).json()
    rest = rita.get(URL, {"limit": 2, "cursor": page["next"]}).json()
    rows = page["results"] + rest["results"]
    assert sorted(row["external_id"] for row in rows) == ["c-0", "c-1", "c-2"]
    assert {(row["steps"], row["candidates"], row["labels"], row["state"]) for row in rows} == {(1, 2, 0, None)}
    assert (page["count"], rest["next"]) == ({"value": 3, "at_least": False}, None)

    (row,) = rita.get(URL, {"q": '"number 1"'}).json()["results"]
    assert row["external_id"] == "c-1"
    assert row["excerpt"]["step"] == 1
    assert [part["text"] for part in row["excerpt"]["parts"] if part["hit"]] == ["number 1"]
    refused = rita.get(URL, {"q": "steps:"})
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (400, "q")
