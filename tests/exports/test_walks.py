"""Walks in datasets: PRM800K with its own reasons, and as traces and choices in every other format."""

import csv
import io
import itertools
import json

import pytest

from annotate.corpus.models import Problem, Trace
from annotate.labeling.models import Task
from tests.cast import Browser
from tests.desk import NEXT, submit
from tests.exports.tree import Tree
from tests.factories import make_choice, make_problem, make_trace, open_all

INGEST = "projects/algebra/traces/?format=native"


@pytest.fixture
def walked(cast, alice):
    """alice went "double", wrote the second step herself, and called it solved; bob found the problem bad."""
    problem = make_problem(cast.project, id="p-1", answer="4", statement="2 + 2?")
    make_trace(cast.project, ("halve",), problem)
    make_choice(cast.project, ("add one", "add two"), problem=problem, prefix=("double",))
    Browser(cast.max).post("projects/algebra/tasks/", {"kind": "walk", "query": "", "annotations_per_task": 2})
    Task.objects.exclude(kind="walk").delete()
    claim = alice.post(NEXT).json()
    ids = {step["text"]: step["id"] for step in claim["tree"]["steps"]}

    def rated(**values):
        return [{"step": ids[text.replace("_", " ")], "value": value} for text, value in values.items()]

    steps = [
        {"ratings": rated(halve="bad", double="good"), "chosen": ids["double"]},
        {"ratings": rated(add_one="bad", add_two="neutral"), "written": "add *two*"},
    ]
    assert submit(alice, claim, walk={"finish": "solved", "steps": steps}, comment="Fine.").status_code == 200
    bob = Browser(cast.bob)
    assert submit(bob, bob.post(NEXT).json(), walk={"finish": "bad_problem", "steps": []}).status_code == 200
    return Browser(cast.max)


def exported_text(browser, query):
    answer = browser.get(f"projects/algebra/export/?{query}")
    assert answer.status_code == 200, answer.json()
    return b"".join(answer.streaming_content).decode()


def exported(browser, query):
    return [json.loads(line) for line in exported_text(browser, query).splitlines()]


def test_prm800k_has_the_alternatives_the_choice_and_the_reason(walked):
    solved, bad = exported(walked, "format=prm800k&labels=all")

    assert solved["label"]["finish_reason"] == "solution"
    first, second = solved["label"]["steps"]
    assert [(c["text"], c["rating"]) for c in first["completions"]] == [("halve", -1), ("double", 1)]
    assert (first["chosen_completion"], first["human_completion"]) == (1, None)
    assert [c["rating"] for c in second["completions"]] == [-1, 0]
    assert (second["chosen_completion"], second["human_completion"]["text"]) == (None, "add *two*")
    assert (bad["label"]["finish_reason"], bad["label"]["steps"]) == ("bad_problem", [])
    assert solved["labeler"] != bad["labeler"]


def test_pairs_and_stepwise_formats_have_their_part(walked):
    pairs = exported(walked, "format=step-dpo&labels=all")
    assert ("double", "halve") in {(row["chosen"].strip(), row["rejected"].strip()) for row in pairs}
    assert len(pairs) >= 3
    (row,) = exported(walked, "format=trl-stepwise&labels=all")
    assert row["completions"][0].strip() == "double"


def test_walks_stand_beside_the_rest_of_their_problem(walked, cast):
    """So a limit by problem, say, sees them together."""
    tree = Tree.__new__(Tree)
    tree.project = cast.project
    nameless = [make_problem(cast.project, f"Nameless {i}") for i in range(3)]
    for problem in (*nameless, make_problem(cast.project, id="p-2"), make_problem(cast.project, id="p-0")):
        make_trace(cast.project, ("well",), problem)
    open_all(cast.project)
    for trace in Trace.objects.filter(project=cast.project):
        tree.say(cast.bob, trace, first_error=0, rewrite="better")

    def by_problem():
        rows = csv.DictReader(io.StringIO(exported_text(walked, "format=csv&labels=all").removeprefix("\ufeff")))
        together = itertools.groupby(rows, lambda row: (row["Problem ID"], row["Problem"]))
        return [(name, [row["Labelled by"] for row in of_it]) for (name, _), of_it in together]

    found = by_problem()
    assert [name for name, _ in found] == ["p-0", "p-1", "p-2", "", "", ""]
    assert (found[1][1][0], found[1][1][-1]) == ("person:bob", "person:alice")
    limited = exported(walked, "format=step-dpo&labels=all&per_problem=1")
    assert len(limited) == len({row["prompt"] for row in limited}) == 6

    Problem.objects.filter(external_id="p-1").update(external_id=None)
    found = by_problem()
    assert [name for name, _ in found] == ["p-0", "p-2", "", "", "", ""]
    assert sum("person:alice" in people and people[0] == "person:bob" for _, people in found) == 1


def test_a_filter_and_a_person_narrow_walks_down(walked):
    assert len(exported(walked, "format=prm800k&labels=annotator&by=bob")) == 1
    assert exported(walked, "format=prm800k&filter=problem:other") == []
    assert len(exported(walked, "format=prm800k&labels=all&filter=problem:p-1")) == 2


def test_native_lines_bring_a_walk_back_in_with_its_reason(walked):
    lines = exported(walked, "format=native&labels=all")
    mine = [line for line in lines if str(line.get("id", "")).startswith("walk:p-1:alice")]
    assert [sorted(set(line) & {"labels", "preferences"}) for line in mine] == [
        ["labels"],
        ["preferences"],
        ["preferences"],
    ]
    assert mine[0]["labels"][0]["details"]["walk"]["finish"] == "solved"

    walked.post("projects/", {"slug": "copy", "name": "Copy"})
    text = "\n".join(map(json.dumps, mine))
    came = walked.post("projects/copy/traces/?format=native", text.encode(), content_type="application/x-ndjson").json()
    assert (came["accepted"], came["errors"]) == (3, [])
    answer = walked.get("projects/copy/export/?format=native&labels=imported&source=person:alice")
    assert [json.loads(line) for line in b"".join(answer.streaming_content).splitlines()] == mine
    answer = walked.get("projects/copy/export/?format=prm800k&labels=imported&source=person:alice")
    (row,) = [json.loads(line) for line in b"".join(answer.streaming_content).splitlines()]
    assert row["label"]["finish_reason"] == "solution"
    assert row["label"]["steps"][1]["human_completion"]["text"] == "add *two*"
