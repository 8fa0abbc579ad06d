"""Where pairs come from, and which of them are taken. The rows are written by hand, not by the code under test."""

import json
from typing import Any

import pytest

from annotate.core.errors import Invalid
from annotate.corpus.models import Step
from annotate.exports.asking import read
from annotate.exports.stream import Stream
from annotate.labeling.models import Judgement, Suggestion, Task
from annotate.projects.models import Project
from annotate.scoring.models import Scorer, StepScore
from tests.cast import Cast
from tests.exports.tree import CJK, LATEX, Tree, rows, take_in_native, wish
from tests.factories import make_trace, open_all

BEGIN = f"What is x?\n{CJK}\n"


def pairs(project: Project, **options: Any) -> list[tuple[str, str, str, str]]:
    found = rows(project, "trl-preference", provenance="1", **options)
    return [(row["provenance"]["origin"], row["prompt"], row["chosen"], row["rejected"]) for row in found]


def left_out(project: Project, **options: Any) -> dict[str, int]:
    stream = Stream(wish(project, "trl-preference", **options))
    list(stream.chunks())
    return dict(stream.tally.left_out)


def test_right_and_wrong_siblings_across_traces(judged: Tree) -> None:
    assert pairs(judged.project, pairs="siblings") == [
        ("siblings", "What is x?\n", CJK, "No."),
        ("siblings", BEGIN, LATEX, "x = 8"),
        ("siblings", f"{BEGIN}{LATEX}\n", "7", "8"),
    ]
    reasons = left_out(judged.project, pairs="siblings")
    assert (reasons["no pair"], reasons["trace: no label"]) == (3, 1)


def test_a_pair_of_several_origins_is_there_once_under_the_first(judged: Tree) -> None:
    found = pairs(judged.project, pairs="siblings,choice")
    assert [origin for origin, *_ in found].count("choice") == 2
    assert ("choice", BEGIN, LATEX, "x = 8") in found
    assert ("siblings", BEGIN, LATEX, "x = 8") not in found
    assert left_out(judged.project, pairs="siblings,choice")["the same pair again"] == 1


def test_what_follows_a_right_sibling_is_known_where_all_of_it_is_right(judged: Tree) -> None:
    found = rows(judged.project, "step-dpo", pairs="siblings")
    assert found[1]["chosen"] == f" {LATEX}"
    assert found[1]["full_chosen"] == f" {LATEX}\nStep 3: 7"
    assert found[1]["full_rejected"] == " x = 8\nStep 3: So 8"


def test_steps_called_both_and_steps_after_a_wrong_one_make_no_siblings(tree: Tree, cast: Cast) -> None:
    tree.say(cast.alice, tree.right, first_error=None)
    tree.say(cast.bob, tree.right, first_error=0)
    tree.say(cast.alice, tree.wrong_middle, first_error=1)
    # The beginning is called wrong by somebody, so neither it nor what comes after it is an example of anything.
    assert pairs(tree.project, pairs="siblings", labels="all") == []
    assert left_out(tree.project, pairs="siblings", labels="all")["a step called both right and wrong"] == 1


def score(project: Project, key: str, values: dict[str, float]) -> None:
    scorer = Scorer.objects.create(project=project, key=key, version="1")
    for step in Step.objects.filter(problem__project=project):
        if step.text in values:
            StepScore.objects.create(scorer=scorer, step=step, value=values[step.text])


def test_values_make_pairs_from_the_margin_on_but_none_against_a_label(tree: Tree, cast: Cast) -> None:
    values = {CJK: 0.5, "No.": 0.1, LATEX: 0.9, "x = 8": 0.6, "x = 9": 0.55, "7": 0.2, "8": 0.8}
    score(
        tree.project, "critic", values | {"One.": 0.6, "Two.": 0.4}
    )  # which is 0.2 more, or a bit less by a processor
    stream = Stream(wish(tree.project, "trl-preference", pairs="values", scorer="critic"))
    list(stream.chunks())
    manifest = stream.manifest()
    assert (manifest["scorers"], manifest["pairs_from"]) == ({"critic": "1"}, {"values": 5})
    asked = {"pairs": "values", "scorer": "critic", "margin": "0.3"}
    assert pairs(tree.project, **asked) == [
        ("values", "What is x?\n", CJK, "No."),
        ("values", BEGIN, LATEX, "x = 8"),
        ("values", f"{BEGIN}{LATEX}\n", "8", "7"),
        ("values", BEGIN, LATEX, "x = 9"),
    ]
    tree.say(cast.alice, tree.wrong_end, first_error=2)
    found = pairs(tree.project, **asked)
    assert (len(found), any(chosen == "8" for _, _, chosen, _ in found)) == (3, False)
    assert left_out(tree.project, **asked)["goes against a label"] == 1


def test_nothing_is_concluded_against_what_somebody_said_of_the_two(tree: Tree, cast: Cast) -> None:
    score(tree.project, "critic", {LATEX: 0.9, "x = 8": 0.5, "x = 9": 0.1, "One.": 0.9, "Two.": 0.1})
    values = {"pairs": "choice,values", "scorer": "critic"}
    assert [pair[0] for pair in pairs(tree.project, **values)] == ["values"] * 4
    tree.say(cast.alice, tree.at_start, ranking=[[0, 1]])  # equally good, whatever a scorer says
    tree.say(cast.alice, tree.after_prefix, ranking=[[1], [0], [2]])
    tree.say(cast.alice, tree.right, first_error=None)
    tree.say(cast.alice, tree.wrong_middle, first_error=1)
    said = [
        ("choice", BEGIN, better, worse) for better, worse in (("x = 8", LATEX), ("x = 8", "x = 9"), (LATEX, "x = 9"))
    ]
    assert pairs(tree.project, **values) == said
    assert left_out(tree.project, **values)["goes against a choice"] == 2
    # Labels call one right and the other wrong, and a choice prefers the latter: people contradict each other.
    assert pairs(tree.project, pairs="siblings") == []
    assert pairs(tree.project, pairs="choice,siblings") == said


def test_what_a_model_suggested_is_a_pair_of_its_own_origin(tree: Tree, cast: Cast) -> None:
    """Only if everybody who gave it took it from there, word for word."""
    Task.objects.update(wanted=3)
    for user in (cast.alice, cast.bob):
        said = tree.say(user, tree.wrong_middle, first_error=1, rewrite="x = 7")
        if user == cast.alice:
            suggest(said)
    suggest(tree.say(cast.alice, tree.at_start, none_acceptable=True, rewrite="Three."))
    everybody = {"labels": "all"}
    assert pairs(tree.project, **everybody) == [
        ("suggested", BEGIN, "x = 7", "x = 8"),
        ("suggested", "苹果?\n", "Three.", "One."),
        ("suggested", "苹果?\n", "Three.", "Two."),
    ]
    assert [origin for origin, *_ in pairs(tree.project)] == ["rewrite", "suggested", "suggested"]
    assert [pair[2] for pair in pairs(tree.project, pairs="rewrite")] == ["x = 7"]
    sources = [
        row["label"]["steps"][-1]["human_completion"]["source"] for row in rows(tree.project, "prm800k", labels="all")
    ]
    assert sources == ["suggested", "human"]
    told = [row["provenance"]["suggested"] for row in rows(tree.project, "refinement", labels="all", provenance="1")]
    assert told == [True, False]


def suggest(said: Judgement) -> None:
    """As if the connected model had said it before."""
    Suggestion.objects.create(
        project=said.project,
        assignment=said.assignment,
        annotator=said.annotator,
        wanted=1,
        prefix=[],
        kind="reasoning",
        request={},
        candidates=[{"step": str(said.rewrite_id), "text": said.rewrite.text}],
    )


def test_a_pair_names_all_who_gave_it(tree: Tree, cast: Cast) -> None:
    Task.objects.update(wanted=3)
    tree.say(cast.alice, tree.after_prefix, ranking=[[0], [1], [2]])
    tree.say(cast.bob, tree.after_prefix, ranking=[[0], [2], [1]])
    tree.say(cast.rita, tree.after_prefix, ranking=[[0], [1], [2]])
    found = rows(tree.project, "trl-preference", labels="all", provenance="1")
    assert [
        (row["chosen"], row["rejected"], len(row["provenance"]["annotators"]), row["provenance"]["agree"])
        for row in found
    ] == [(LATEX, "x = 8", 3, 3), (LATEX, "x = 9", 3, 3), ("x = 8", "x = 9", 2, 2), ("x = 9", "x = 8", 1, 1)]
    assert {row["provenance"]["votes"] for row in found} == {3}


def test_two_sides_that_read_the_same_are_no_pair(tree: Tree, cast: Cast) -> None:
    """They differ in pictures, which rows of texts can't show; where there is not even a word, there is no row."""
    picture = [{"type": "image", "url": "https://example.org/a.png"}]
    for candidates in (["See.", {"text": "See.", "media": picture}, "No."], ["See.", {"text": "", "media": picture}]):
        labels = [{"source": "z", "ranking": [[i] for i in range(len(candidates))]}]
        line = {"problem": {"statement": "Which?"}, "prefix": [], "candidates": candidates, "preferences": labels}
        take_in_native(tree.project, json.dumps(line))
    stream = Stream(wish(tree.project, "trl-preference", labels="imported", source="z"))
    found = [json.loads(line) for line in b"".join(stream.chunks()).splitlines()]
    assert [(row["chosen"], row["rejected"]) for row in found] == [("See.", "No.")] * 2
    assert (stream.tally.left_out["both read the same"], stream.tally.left_out["a step without words"]) == (1, 1)


def test_advantages_are_against_the_value_of_where_they_start(tree: Tree) -> None:
    lines = [
        {"problem": {"statement": "Which?"}, "steps": steps, "values": {"q": values}}
        for steps, values in ((["a", "b"], [2, 3.5]), (["a", "c"], [2, 1]), (["d"], [1]), (["e"], [None]))
    ]
    take_in_native(tree.project, *map(json.dumps, lines))
    assert rows(tree.project, "step-apo", scorer="q", margin=0.5) == [
        {
            "prompt": "Which?",
            "prefix": ["a"],
            "chosen_step": "b",
            "rejected_step": "c",
            "value": 2.0,
            "advantage_chosen": 1.5,
            "advantage_rejected": -1.0,
        },
        {
            "prompt": "Which?",
            "prefix": [],
            "chosen_step": "a",
            "rejected_step": "d",
            "value": 1.5,
            "advantage_chosen": 0.5,
            "advantage_rejected": -0.5,
        },
    ]


def test_where_pairs_are_limited_places_take_turns_and_the_hardest_come_first(tree: Tree, cast: Cast) -> None:
    first = tree.right.problem
    for i in range(4):
        make_trace(tree.project, (f"Wrong {i}",), first, id=f"w-{i}")
    open_all(tree.project)
    tree.say(cast.alice, tree.right, first_error=None)
    tree.say(cast.alice, tree.wrong_middle, first_error=1)
    for i in range(4):
        tree.say(cast.alice, tree.project.trace_set.get(external_id=f"w-{i}"), first_error=0)
    score(tree.project, "critic", {"Wrong 0": 0.2, "Wrong 1": 0.7, "Wrong 2": 0.9, "Wrong 3": 0.1, "x = 8": 0.3})
    asked = {"pairs": "siblings", "hard": "critic"}
    assert len(pairs(tree.project, pairs="siblings")) == 5
    two, three = ({p[3] for p in pairs(tree.project, per_problem=n, **asked)} for n in (2, 3))
    assert (two, three) == ({"Wrong 2", "x = 8"}, {"Wrong 2", "x = 8", "Wrong 1"})
    stream = Stream(wish(tree.project, "trl-preference", per_problem=2, **asked))
    list(stream.chunks())
    assert stream.manifest()["pairs_from"] == {"siblings": 2}


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"pairs": "choices"}, "pairs"),
        ({"pairs": "values"}, "scorer"),
        ({"margin": "0.5"}, "margin"),
        ({"pairs": "values", "scorer": "q", "margin": "-1"}, "margin"),
        ({"pairs": "values", "scorer": "q", "margin": "nan"}, "margin"),
        ({"hard": "q"}, "hard"),
        ({"scorer": "q"}, "scorer"),
        ({"format": "prm800k", "pairs": "choice"}, "pairs"),
        ({"format": "prm800k", "scorer": "q"}, "scorer"),
    ],
)
def test_what_does_not_go_together_is_told(given: dict[str, str], field: str) -> None:
    with pytest.raises(Invalid) as error:
        read({"format": "step-dpo", **given})
    assert [e.field for e in error.value.errors] == [field]


def test_a_scorer_that_is_not_there_is_told(judged: Tree) -> None:
    with pytest.raises(Invalid, match="There is no scorer 'nobody' here"):
        wish(judged.project, "step-apo", scorer="nobody")
