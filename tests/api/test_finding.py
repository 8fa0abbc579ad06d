import json

import pytest

from annotate.corpus.models import Trace
from annotate.labeling.finding.blocks import fill_in
from annotate.scoring.models import Scorer
from tests.desk import submit
from tests.factories import make_problem, make_trace, open_all

URL = "projects/algebra/traces/"


@pytest.fixture
def traces(cast):
    """t0 to t6, of which the even ones are wrong and mention the half."""
    problem = make_problem(cast.project, r"What is $\frac{1}{2}$ of 因此 x?", id="p")
    for i in range(7):
        steps = [f"We begin with {i}.", "Half of it is less." if i % 2 == 0 else "Twice is more."]
        make_trace(cast.project, steps, problem, id=f"t{i}", correct=i % 2 == 1, generator="llama-3", tags=["hard"])
    open_all(cast.project)


def ids(page):
    return sorted(row["external_id"] for row in page["results"])


def test_a_query_finds_traces_page_by_page_and_says_how_many(rita, traces):
    first = rita.get(f"{URL}?q=half outcome:wrong&limit=3").json()
    assert first["count"] == {"value": 4, "at_least": False}
    second = rita.get(f"{URL}?q=half outcome:wrong&limit=3&cursor={first['next']}").json()
    assert second["next"] is None
    assert "count" not in second
    assert sorted(ids(first) + ids(second)) == ["t0", "t2", "t4", "t6"]
    assert ids(rita.get(URL + "?q=id:t3").json()) == ["t3"]
    assert rita.get(URL + "?q=nowhere").json() == {
        "results": [],
        "next": None,
        "count": {"value": 0, "at_least": False},
    }


def test_an_excerpt_shows_where_it_is(rita, traces):
    row = rita.get(URL, {"q": "HALF id:t2"}).json()["results"][0]
    assert (row["tags"], row["labels"]) == (["hard"], 0)
    assert row["excerpt"] == {
        "step": 1,
        "parts": [{"text": "Half", "hit": True}, {"text": " of it is less.", "hit": False}],
    }
    parts = rita.get(URL, {"q": r"\frac{1}{2} 因此 id:t2"}).json()["results"][0]["excerpt"]
    assert parts["step"] is None
    assert [p["text"] for p in parts["parts"] if p["hit"]] == ["frac{1}{2", "因此"]
    plain = rita.get(URL, {"q": "id:t2"}).json()["results"][0]["excerpt"]
    assert [p["hit"] for p in plain["parts"]] == [False]


def test_it_is_the_same_before_and_after_the_words_are_filled_in(rita, traces):
    before = [rita.get(URL, {"q": q}).json() for q in ("half", "-half", "more OR nothing", '"begin with 3"')]
    assert fill_in() > 0
    assert fill_in() == 0
    assert [rita.get(URL, {"q": q}).json() for q in ("half", "-half", "more OR nothing", '"begin with 3"')] == before
    assert [page["count"]["value"] for page in before] == [4, 3, 3, 1]


@pytest.mark.parametrize(
    ("address", "field", "position"),
    [
        (URL + "?q=half outcom:wrong", "q", 5),
        (URL + "?q=(half", "q", 0),
        (URL + "?querry=half", "querry", None),
        (URL + "?q=half&page=2", "page", None),
        ("projects/algebra/tasks/?q=scor.x<1", "q", 0),
        ("projects/algebra/tasks/?q=-score.aritmetic<1", "q", 7),
        (URL + '?q=half OR whole."my prm">0.5', "q", 14),
        ("projects/algebra/export/?format=csv&filter=score.nope:*", "filter", 6),
        ("projects/algebra/tasks/?offset=3", "offset", None),
    ],
)
def test_what_is_wrong_is_told_with_what_is_known(cast, max_, traces, address, field, position):
    Scorer.objects.create(project=cast.project, key="arithmetic", version="1")
    Scorer.objects.create(project=cast.project, key="nope", version="1", enabled=False)
    response = max_.get(address)
    assert response.status_code == 400
    (error,) = response.json()["errors"]
    assert error["field"] == field
    assert error.get("position") == position
    assert any(words in error["message"] for words in ("nown are:", "closed", "It has: arithmetic."))


def test_a_misspelt_parameter_is_told_wherever_there_is_a_list(max_):
    for address in (
        "projects/",
        "tokens/",
        "projects/algebra/members/",
        "projects/algebra/fields/",
        "projects/algebra/stats/",
    ):
        response = max_.get(f"{address}?limt=3")
        assert response.status_code == 400, address
        assert response.json()["errors"][0]["field"] == "limt"


def test_the_queue_is_searched_with_the_same_language(rita, alice, traces):
    found = rita.get("projects/algebra/tasks/", {"q": "half -id:t4"}).json()["results"]
    assert sorted(task["trace"] for task in found) == ["t0", "t2", "t6"]
    assert rita.get("projects/algebra/tasks/", {"q": "type:choice"}).json()["results"] == []


def test_the_fields_are_listed_with_values_that_occur(rita, alice, charlie, traces):
    fields = {f["name"]: f for f in rita.get("projects/algebra/fields/").json()["results"]}
    assert fields["generator"]["values"] == ["llama-3"]
    assert fields["tag"]["values"] == ["hard"]
    assert fields["outcome"]["values"] == ["right", "wrong", "unknown"]
    assert "alice" in fields["by"]["values"]
    assert alice.get("projects/algebra/fields/").status_code == 403
    assert charlie.get("projects/algebra/fields/").status_code == 404


def test_a_label_is_found_as_soon_as_it_is_given(rita, alice, traces):
    claim = alice.post("projects/algebra/tasks/next/").json()
    submit(alice, claim, first_error=1)
    (row,) = rita.get(URL, {"q": "label:first_error by:alice first_error:1"}).json()["results"]
    assert (row["external_id"], row["labels"]) == (claim["trace"]["id"], 1)


def test_a_trace_of_another_project_is_not_found(rita, cast, traces):
    assert json.dumps(rita.get(URL, {"q": "half"}).json()).count("excerpt") == 4
    assert Trace.objects.count() == 7


def test_a_trace_is_shown_with_what_else_could_have_come(rita, cast):
    problem = make_problem(cast.project, "What is it?")
    here = make_trace(cast.project, ["First", "second", "third"], problem, id="here")
    there = make_trace(cast.project, ["First", "otherwise"], problem, id="there")
    make_trace(cast.project, ["Quite different", "second"], problem, id="apart")
    steps = rita.get(f"traces/{here.pk}/").json()["steps"]
    assert [[s["text"] for s in step["siblings"]] for step in steps] == [["Quite different"], ["otherwise"], []]
    assert steps[1]["siblings"][0]["trace"] == str(there.pk)
