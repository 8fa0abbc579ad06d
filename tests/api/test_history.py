"""What one has said: found again, read as it was judged, revised with every version kept."""

from tests.cast import Browser
from tests.desk import by_text, claim_choice, claim_trace, submit
from tests.factories import make_problem

HISTORY = "projects/algebra/history/"


def judged(cast, browser, statement, answer, **fields):
    claim = claim_trace(cast, browser, problem=make_problem(cast.project, statement), **fields)
    assert submit(browser, claim, **answer).status_code == 200
    return claim


def test_newest_first_page_by_page(cast, alice, bob):
    for n in range(5):
        judged(cast, alice, f"What is {n} + 1?", {"first_error": None}, id=f"t-{n}")
    assert bob.get(HISTORY).json()["results"] == []
    found, cursor = [], ""
    while cursor is not None:
        page = alice.get(f"{HISTORY}?limit=2&cursor={cursor}").json()
        found += [row["trace"] for row in page["results"]]
        cursor = page["next"]
    assert found == [f"t-{n}" for n in (4, 3, 2, 1, 0)]


def test_it_is_searched_by_words(cast, alice):
    judged(cast, alice, "How many bakers bake?", {"first_error": 1, "comment": "Half a loaf, 50% off"}, id="bread")
    judged(cast, alice, "How many bakers sleep?", {"first_error": None}, id="beds")

    def found(q):
        return [row["trace"] for row in alice.get(HISTORY, {"q": q}).json()["results"]]

    assert found("bakers") == ["beds", "bread"]
    assert found("LOAF baker") == ["bread"]
    assert found("50%") == ["bread"]
    assert found("5_%") == []
    assert found("beds") == ["beds"]


def test_a_revision_keeps_the_earlier_one(cast, alice, bob):
    claim = judged(cast, alice, "2 + 2?", {"first_error": 1, "comment": "no"}, steps=("a", "b", "c"))
    alice.post(f"assignments/{claim['assignment']}/reopen/")
    (row,) = alice.get(HISTORY).json()["results"]
    assert (row["state"], row["superseded_at"] is None) == ("leased", False)
    assert submit(alice, claim, first_error=None).status_code == 200

    (row,) = alice.get(HISTORY).json()["results"]
    assert row["said"]["first_error"] is None
    one = alice.get(f"judgements/{row['id']}/").json()
    assert [step["text"] for step in one["claim"]["steps"]] == ["a", "b", "c"]
    versions = [
        (v["said"]["first_error"], v["said"].get("comment"), v["superseded_at"] is None) for v in one["revisions"]
    ]
    assert versions == [(None, None, True), (1, "no", False)]
    assert (one["guideline_version"], one["revisions"][1]["guideline_version"]) == (1, 1)
    assert bob.get(f"judgements/{row['id']}/").status_code == 404


def set_tags(cast, tags):
    said = {"label_schema": {"tags": tags}}
    answer = Browser(cast.max).patch("projects/algebra/", said, content_type="application/json")
    assert answer.status_code == 200


def test_a_judgement_is_shown_with_what_could_be_said_then(cast, alice):
    tags = [{"key": "guess", "name": "Guess"}]
    set_tags(cast, tags)
    judged(cast, alice, "2 + 2?", {"first_error": None, "steps": [{"step": 0, "tags": ["guess"]}]})
    set_tags(cast, [])

    (row,) = alice.get(HISTORY).json()["results"]
    assert alice.get(f"judgements/{row['id']}/").json()["definition"]["tags"] == tags


def test_a_choice_is_shown_as_it_was_ordered(cast, alice):
    claim = claim_choice(cast, alice, ("a", "b", "c"))
    submit(alice, claim, preferred=by_text(claim)["b"])
    (row,) = alice.get(HISTORY).json()["results"]
    one = alice.get(f"judgements/{row['id']}/").json()
    assert [c["text"] for c in one["claim"]["candidates"]] == [c["text"] for c in claim["candidates"]]
    assert one["said"]["preferred"] == by_text(claim)["b"]
