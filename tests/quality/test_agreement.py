"""Agreement and gold: figures counted by hand, figures from a file by other means, and who may see what."""

import json
import random
from collections import defaultdict
from pathlib import Path

import pytest
from sklearn.metrics import cohen_kappa_score

from annotate.corpus.formats import FORMATS
from annotate.corpus.models import SourceLabel
from annotate.imports.intake import take_in
from annotate.labeling.models import Assignment, Judgement, Task
from annotate.projects.models import Guideline, LabelSchema
from annotate.quality.agreeing import Coincidences, alpha, coincide, compared, wilson
from tests.factories import make_problem, make_trace, open_all

URL = "projects/algebra/agreement/"
DATA = Path(__file__).resolve().parents[3] / "shared" / "data" / "processbench"


def test_kappa_is_cohens_and_undefined_where_chance_explains_everything():
    # A textbook's table: 50 cases, 20 yes-yes, 5 yes-no, 10 no-yes, 15 no-no; kappa is 0.4.
    table = {(0, 0): 20, (0, -1): 5, (-1, 0): 10, (-1, -1): 15}
    found = compared(table)
    assert (found["traces"], found["differ"], found["exact"]) == (50, 15, 0.7)
    assert found["exact_kappa"] == pytest.approx(0.4)
    assert found["verdict_kappa"] == pytest.approx(0.4)
    # Both see errors everywhere, in different places: of error or none there is nothing to tell beyond chance.
    found = compared({(1, 2): 3, (1, 1): 1})
    assert (found["exact"], found["verdict"], found["verdict_kappa"]) == (0.25, 1.0, None)
    assert found["exact_kappa"] == 0  # the first always says 1: guessing would do as well
    assert compared({})["exact"] is compared({})["exact_kappa"] is None
    assert wilson(0, 0) is None
    assert wilson(8, 10) == pytest.approx((0.4901625, 0.9433178), abs=1e-6)


def test_alpha_is_krippendorffs():
    # Krippendorff 2011, section C: four observers, some answers missing; the values for other scales are those that
    # `irr` for R gives for the same data.
    pairs: Coincidences = defaultdict(float)
    for said in ["111", "2232", "3333", "3333", "2222", "1234", "4444", "1121", "2222", "555", "11"]:
        coincide(pairs, [int(one) for one in said])
    assert alpha(pairs) == pytest.approx(0.743, abs=5e-4)
    assert alpha(pairs, "ordinal") == pytest.approx(0.815, abs=5e-4)
    assert alpha(pairs, "interval") == pytest.approx(0.849, abs=5e-4)
    assert alpha({(1, 1): 4.0}, "interval") is None
    assert alpha({}) is None
    assert alpha({(0, 10**400): 1.0, (10**400, 0): 1.0}, "interval") is None
    assert alpha({(0, 1e200): 1.0, (1e200, 0): 1.0}, "interval") is None


def said(trace, person, values, derived_from=None) -> Judgement:
    open_all(trace.project)
    held = Assignment.objects.create(
        project=trace.project,
        task=Task.objects.get(trace=trace),
        annotator=person,
        state="submitted",
        lease_until="2026-01-01T00:00Z",
    )
    return Judgement.objects.create(
        project=trace.project,
        assignment=held,
        annotator=person,
        trace=trace,
        values=values,
        derived_from=derived_from,
        guideline=Guideline.objects.get(project=trace.project),
        label_schema=LabelSchema.objects.get(project=trace.project),
    )


@pytest.fixture
def few(cast):
    """Ten traces. By person and source, the first error that their values tell; "?" where they tell none.

         alice  bob  rita  bench
     1     0     0           0
     2     1     2     1     1
     3   none    0         none
     4   none  none          2     its second step is an observation
     5     ?   none        none    not sure
     6     ?                 2     not sure of a step before the wrong one
     7   none                ?     a step was left out
     8    (0)  none          0     alice was not asked: it is derived
     9    (0)   (0)        none    nobody was asked
    10           0           2
    """
    alice, bob = cast.alice, cast.bob
    problem = make_problem(cast.project)
    traces = {
        n: make_trace(
            cast.project, (f"{n}", ("it answers", "observation" if n == 4 else "reasoning"), "so"), problem, id=f"t{n}"
        )
        for n in range(1, 11)
    }
    origin = said(traces[1], alice, [-1, None, None])
    theirs = said(traces[1], bob, [-1, None, None])
    said(traces[2], alice, [1, -1, None])
    said(traces[2], bob, [1, 1, -1])
    said(traces[2], cast.rita, [1, -1, 1])  # every step was asked for
    said(traces[3], alice, [1, 1, 1])
    said(traces[3], bob, [-1, 1, -1])
    said(traces[4], alice, [1, None, 0])
    said(traces[4], bob, [1, None, 1])
    said(traces[5], alice, [1, 2, 1])
    said(traces[5], bob, [1, 0, 1])
    said(traces[6], alice, [1, 2, -1])
    said(traces[7], alice, [1, 1, 1])
    said(traces[8], alice, [-1, None, None], origin)
    said(traces[8], bob, [1, 1, 1])
    said(traces[9], alice, [-1, None, None], origin)
    said(traces[9], bob, [-1, None, None], theirs)
    said(traces[10], bob, [-1, None, None])
    came = {
        1: [-1, None, None],
        2: [1, -1, None],
        3: [1, 1, 1],
        4: [1, None, -1],
        5: [1, 1, 1],
        6: [1, 1, -1],
        7: [1, None, 1],
        8: [-1, 1, 1],
        9: [1, 1, 1],
        10: [1, 1, -1],
    }
    for n, values in came.items():
        SourceLabel.objects.create(trace=traces[n], source="bench", values=values)
    return traces


def found(browser, query) -> int:
    answer = browser.get("projects/algebra/traces/", {"q": query})
    assert answer.status_code == 200, answer.content
    return answer.json()["count"]["value"]


def figures(row) -> tuple:
    return tuple(row[name] for name in ("traces", "differ", "exact", "verdict"))


@pytest.mark.django_db
def test_agreement_is_as_counted_by_hand_and_each_figure_leads_to_its_traces(cast, few, rita):
    answer = rita.get(URL).json()

    people = answer["people"]
    assert (people["traces"], people["alpha"]) == (5, pytest.approx(2 / 7))
    pairs = {(row["person"], row["other"]): row for row in people["pairs"]}
    assert {who: figures(row) for who, row in pairs.items()} == {
        ("alice", "bob"): (5, 3, 0.4, 0.6),
        ("alice", "rita"): (1, 0, 1, 1),
        ("bob", "rita"): (1, 1, 0, 1),
    }
    assert pairs["alice", "bob"]["exact_kappa"] == pytest.approx(2 / 17)
    assert pairs["alice", "bob"]["verdict_kappa"] == pytest.approx(1 / 6)
    assert pairs["alice", "rita"]["exact_kappa"] is pairs["bob", "rita"]["verdict_kappa"] is None
    sources = {row["person"]: row for row in answer["sources"]}
    assert {row["source"] for row in answer["sources"]} == {"bench"}
    assert {who: figures(row)[:3] for who, row in sources.items()} == {
        None: (12, 6, 0.5),
        "alice": (4, 1, 0.75),
        "bob": (7, 5, pytest.approx(2 / 7)),
        "rita": (1, 0, 1),
    }
    assert found(rita, sources.pop(None)["query"]) == 5  # on one of them two people do
    for row in (*people["pairs"], *sources.values()):
        assert found(rita, row["query"]) == row["differ"], row["query"]
    assert found(rita, "differs.bob:*") == 3
    assert answer["gold"] == {"sources": [], "traces": 0, "contradictory": 0, "people": []}


@pytest.mark.django_db
def test_gold_is_what_an_admin_says_it_is(cast, few, alice, rita, max_):
    def patch(sources):
        return max_.patch("projects/algebra/", {"gold_sources": sources}, content_type="application/json")

    refused = patch(["bensh"])
    assert refused.status_code == 400
    assert refused.json()["errors"][0]["field"] == "gold_sources"
    assert "There are labels of: bench." in refused.json()["detail"]
    assert patch(["bench"]).json()["gold_sources"] == ["bench"]
    # Who judges is not told what they are measured by.
    assert rita.get("projects/algebra/").json()["gold_sources"] == ["bench"]
    assert alice.get("projects/algebra/").json()["gold_sources"] == []

    gold = rita.get(URL).json()["gold"]
    assert (gold["sources"], gold["traces"], gold["contradictory"]) == (["bench"], 9, 0)
    kinds = ("exact", "earlier", "later", "missed", "false_alarm", "unsure")
    assert {row["person"]: tuple(row[kind] for kind in kinds) for row in gold["people"]} == {
        "alice": (3, 0, 0, 1, 0, 2),
        "bob": (2, 1, 1, 2, 1, 0),
        "rita": (1, 0, 0, 0, 0, 0),
    }
    bob = gold["people"][1]
    assert (bob["traces"], bob["share"]) == (7, pytest.approx(2 / 7))
    assert 0 < bob["low"] < bob["share"] < bob["high"] < 1
    for row in gold["people"]:
        assert [found(rita, row["queries"][kind]) for kind in kinds[:5]] == [row[kind] for kind in kinds[:5]]
    assert found(rita, "gold.bob:wrong") == 5
    assert rita.get("projects/algebra/traces/", {"q": "gold.bob:late"}).status_code == 400

    # Where gold sources contradict each other there is no gold.
    SourceLabel.objects.create(trace=few[10], source="zen", values=[1, 1, 1])
    SourceLabel.objects.create(trace=few[1], source="zen", values=[-1, 1, 1])
    SourceLabel.objects.create(trace=few[7], source="zen", values=[1, -1, 1])
    assert patch(["bench", "zen"]).status_code == 200
    gold = rita.get(URL).json()["gold"]
    assert (gold["traces"], gold["contradictory"]) == (9, 1)
    assert gold["people"][1]["earlier"] == 0
    assert gold["people"][0]["missed"] == 2

    # Scorers can be measured against it, too.
    answer = rita.get("projects/algebra/scorers/evaluation/?labels=gold").json()
    assert [one["labels"] for one in answer["choices"]] == ["people", "gold", "imported:bench", "imported:zen"]
    assert (answer["state"], answer["result"]["traces"], answer["result"]["erroneous"]) == ("current", 9, 6)
    assert answer["result"]["left_out"] == 1


@pytest.mark.django_db
def test_annotators_are_handed_the_same_with_gold_and_without(cast, alice, bob):
    """Of everything that they get before they submit, nothing tells that a label came with the trace, or which."""
    trace = make_trace(cast.project, ("2", "3"), correct=False)
    open_all(cast.project)
    Task.objects.update(wanted=2, free=2)
    cast.project.gold_sources = ["bench"]
    cast.project.save()
    next_task = "projects/algebra/tasks/next/"
    without = bob.post(next_task).json()
    SourceLabel.objects.create(trace=trace, source="bench", values=[1, -1], comment="It is 4", error_types=["logic"])
    claimed = alice.post(next_task).json()
    again = alice.get(f"assignments/{claimed['assignment']}/").json()
    private = ("assignment", "lease_until", "server_time", "now")
    for given in (claimed, again):
        assert {k: v for k, v in given.items() if k not in private} == {
            k: v for k, v in without.items() if k not in private
        }
    assert "bench" not in json.dumps(claimed)
    for path in (URL, f"traces/{trace.pk}/", "projects/algebra/traces/?q=gold.alice:wrong"):
        assert alice.get(path).status_code == 403


@pytest.mark.django_db
def test_a_scripted_annotator_is_found_out_on_processbench(cast, alice, rita):
    if not DATA.exists():
        pytest.skip(f"ProcessBench is not here: {DATA}")
    rows = json.loads((DATA / "gsm8k.json").read_bytes())[::10]
    take_in(cast.project, FORMATS["processbench"], [json.dumps(rows).encode()])
    cast.project.gold_sources = ["processbench"]
    cast.project.save()
    truth = {row["id"]: row for row in rows}
    draw = random.Random(4)
    pairs = []
    while (claim := alice.post("projects/algebra/tasks/next/")).status_code == 200:
        given = claim.json()
        row = truth[given["trace"]["id"]]
        # Right in half of the cases, otherwise anywhere, or nowhere.
        first = row["label"] if draw.random() < 0.5 else draw.randrange(-1, len(row["steps"]))
        sent = alice.post(f"assignments/{given['assignment']}/submit/", {"first_error": None if first < 0 else first})
        assert sent.status_code == 200, sent.content
        pairs.append((first, row["label"]))
    assert len(pairs) >= 35

    answer = rita.get(URL).json()
    everybody, mine = answer["sources"]
    assert (everybody["person"], mine["person"], mine["source"]) == (None, "alice", "processbench")
    ours, theirs = zip(*pairs, strict=True)
    for row in (everybody, mine):
        assert (row["traces"], row["differ"]) == (len(pairs), sum(a != b for a, b in pairs))
        assert row["exact_kappa"] == pytest.approx(cohen_kappa_score(ours, theirs))
        assert row["verdict_kappa"] == pytest.approx(
            cohen_kappa_score([a >= 0 for a in ours], [b >= 0 for b in theirs])
        )
    (gold,) = answer["gold"]["people"]
    assert answer["gold"]["traces"] == len(rows)
    wrong = [(a, b) for a, b in pairs if b >= 0]
    assert {kind: gold[kind] for kind in ("exact", "earlier", "later", "missed", "false_alarm", "unsure")} == {
        "exact": sum(a == b for a, b in pairs),
        "earlier": sum(-1 < a < b for a, b in wrong),
        "later": sum(a > b for a, b in wrong),
        "missed": sum(a == -1 for a, _ in wrong),
        "false_alarm": sum(a >= 0 > b for a, b in pairs),
        "unsure": 0,
    }
    assert found(rita, "gold.alice:wrong") == mine["differ"]
