"""Every choice of an export: what it does to rows, which formats can honour it, and what is said where they can't."""

from typing import Any

import pytest

from annotate.core.errors import Invalid
from annotate.exports.asking import read
from annotate.exports.formats import FORMATS
from annotate.exports.stream import Stream
from annotate.labeling.models import Assignment, Task
from annotate.projects.actions import update_project
from annotate.projects.models import Mode
from tests.cast import Cast
from tests.exports.tree import Tree, rows, take_in_native, wish
from tests.factories import make_problem, make_trace

NEUTRAL_FIRST = ("neutral", "bad", "good")


@pytest.fixture
def rated(tree: Tree, cast: Cast) -> Tree:
    """One trace of three steps, rated neutral, bad, good."""
    tree.project.mode = Mode.EVERY_STEP
    tree.project.save(update_fields=["mode"])
    labels = [{"step": i, "value": value} for i, value in enumerate(NEUTRAL_FIRST)]
    tree.say(cast.alice, tree.wrong_middle, labels=labels)
    return tree


def trl(tree: Tree, **options: Any) -> list[Any]:
    return [row["labels"] for row in rows(tree.project, "trl-stepwise", **options)]


@pytest.mark.parametrize(
    ("options", "labels"),
    [
        ({}, [[False, False, True]]),
        ({"neutral": "as-good"}, [[True, False, True]]),
        ({"neutral": "drop"}, []),
        ({"after_first_error": "unlabelled"}, [[False, False]]),
        ({"after_first_error": "truncate"}, [[False, False]]),
        ({"after_first_error": "as-wrong"}, [[False, False, False]]),
        # The first error is what was said to be wrong, whatever neutral counts as.
        ({"neutral": "as-bad", "after_first_error": "as-wrong"}, [[False, False, False]]),
    ],
)
def test_neutral_and_what_follows_the_first_error(rated: Tree, options: dict[str, str], labels: list[Any]) -> None:
    assert trl(rated, **options) == labels


def test_a_trace_can_be_cut_at_its_first_error(judged: Tree) -> None:
    whole, cut = (rows(judged.project, "processbench", after_first_error=x) for x in ("unlabelled", "truncate"))
    assert [(row["label"], len(row["steps"])) for row in whole] == [(-1, 3), (0, 2), (1, 3), (2, 3), (2, 4)]
    assert [(row["label"], len(row["steps"])) for row in cut] == [(-1, 3), (0, 1), (1, 2), (2, 3), (2, 3)]


def test_the_counts_are_of_what_was_said(rated: Tree) -> None:
    stream = Stream(wish(rated.project, "prm800k", neutral="as-good"))
    list(stream.chunks())
    assert stream.manifest()["counts"] == {"first_error": 1}
    ratings = [
        s["completions"][0]["rating"] for s in rows(rated.project, "prm800k", neutral="drop")[0]["label"]["steps"]
    ]
    assert ratings == [None, -1]


def test_one_persons_judgements(tree: Tree, cast: Cast) -> None:
    tree.say(cast.alice, tree.right, first_error=None)
    tree.say(cast.bob, tree.right, first_error=2)
    tree.say(cast.bob, tree.wrong_start, first_error=0)
    assert trl(tree, labels="annotator", by="bob") == [[True, True, False], [False]]
    assert trl(tree, labels="annotator", by="alice") == [[True, True, True]]
    with pytest.raises(Invalid, match="Nobody named 'eve'"):
        wish(tree.project, "native", labels="annotator", by="eve")


def test_soft_labels_are_shares_of_votes(tree: Tree, cast: Cast) -> None:
    tree.say(cast.alice, tree.right, first_error=None)
    tree.say(cast.bob, tree.right, first_error=2)
    tree.say(cast.rita, tree.right, first_error=2)
    assert trl(tree, labels="soft") == [[1.0, 1.0, 1 / 3]]
    (label,) = next(row for row in rows(tree.project, "native", labels="soft") if row["id"] == "t-1")["labels"]
    assert (label["source"], label["first_error"]) == ("soft", 2)
    assert label["details"]["shares"] == [1.0, 1.0, 1 / 3]
    assert label["details"]["votes"] == [{"good": 3}, {"good": 3}, {"bad": 2, "good": 1}]
    flat = rows(tree.project, "math-aps", labels="soft")[0]["reasoning_steps"]
    assert [one["mc_value"] for one in flat] == [1.0, 1.0, 1 / 3]
    with pytest.raises(Invalid, match=r"no place for shares of votes\. These have: native,"):
        wish(tree.project, "processbench", labels="soft")


def test_splits_keep_a_problem_together_and_stay_as_data_grows(tree: Tree, cast: Cast) -> None:
    def grow(first: int, last: int) -> None:
        for i in range(first, last):
            problem = make_problem(tree.project, f"Problem {i}", id=f"q-{i}")
            for text in ("a", "b"):
                make_trace(tree.project, (text,), problem, id=f"{text}-{i}")

    grow(0, 60)
    split = {"split": "train:0.5,validation:0.25,test:0.25"}
    before = {row["id"]: row["split"] for row in rows(tree.project, "native", **split)}
    assert all(before[f"a-{i}"] == before[f"b-{i}"] for i in range(60))
    shares = [list(before.values()).count(part) / len(before) for part in ("train", "validation", "test")]
    assert shares == pytest.approx([0.5, 0.25, 0.25], abs=0.15)
    grow(60, 90)
    after = {row["id"]: row["split"] for row in rows(tree.project, "native", **split)}
    assert {id: after[id] for id in before} == before
    for part in ("train", "validation", "test"):
        chosen = rows(tree.project, "native", part=part, **split)
        assert [row["id"] for row in chosen] == [id for id in after if after[id] == part]
        assert "split" not in chosen[0]
    other = {row["id"]: row["split"] for row in rows(tree.project, "native", seed="2", **split)}
    assert other != after


def test_a_filter_is_a_query_and_what_it_left_out_is_counted(judged: Tree) -> None:
    stream = Stream(wish(judged.project, "processbench", filter="generator:m"))
    text = b"".join(stream.chunks()).decode()
    assert ('"t-1"' in text, '"t-4"' in text) == (True, False)
    assert stream.tally.left_out["trace: not matched by the filter"] == 2
    with pytest.raises(Invalid) as error:
        wish(judged.project, "native", filter="generatr:m")
    assert [e.field for e in error.value.errors] == ["filter"]


def test_a_limit_per_problem_is_drawn_by_content(judged: Tree) -> None:
    whole = rows(judged.project, "step-dpo")
    assert len(whole) == 6
    few = rows(judged.project, "step-dpo", per_problem=2)
    assert [row["prompt"] for row in few] == ["What is x?"] * 2 + ["苹果?"]
    assert all(row in whole for row in few)
    stream = Stream(wish(judged.project, "step-dpo", per_problem=2))
    list(stream.chunks())
    assert (stream.tally.rows, stream.tally.left_out["over the limit per problem"]) == (3, 3)


def test_provenance_names_people_by_pseudonyms(tree: Tree, cast: Cast) -> None:
    tree.say(cast.alice, tree.right, first_error=None, confidence=4)
    tree.say(cast.bob, tree.right, first_error=None)
    tree.say(cast.rita, tree.right, first_error=2)
    tree.say(cast.alice, tree.after_prefix, preferred=0, rewrite="x = 7", strength=2)
    seen = [tree.after_prefix.candidates[i] for i in (2, 0, 1)]
    Assignment.objects.filter(task__choice=tree.after_prefix).update(candidate_order=seen)
    (row,) = rows(tree.project, "trl-stepwise", provenance="1")
    told = row["provenance"]
    assert (told["item"], told["problem"], told["kind"], told["votes"]) == ("t-1", "p-1", "trace", 3)
    assert (told["resolution"], told["origin"], told["source"], told["agree"]) == ("majority", "people", None, 2)
    assert (told["guidelines"], told["label_schemas"]) == ([1], [1])
    assert told["first_said_at"] < told["last_said_at"]
    assert len(told["annotators"]) == len(told["confidence"]) == 2
    assert sorted(told["confidence"], key=str) == [4, None]
    assert not any(name in str(told) for name in ("alice", "bob", "rita"))
    pairs = rows(tree.project, "step-dpo", provenance="1")
    assert [pair["provenance"]["origin"] for pair in pairs] == ["choice"] * 2 + ["rewrite"] * 3
    assert pairs[0]["provenance"]["annotators"][0] in told["annotators"]
    assert (pairs[0]["provenance"]["strength"], pairs[0]["provenance"]["shown"]) == ([2], [[2, 0, 1]])
    Task.objects.update(probability=None)  # as the order places them
    (row,) = rows(tree.project, "trl-stepwise", provenance="1")
    assert row["provenance"]["probability"] is None
    Task.objects.filter(trace=tree.right).update(probability=0.15)
    everybody = rows(tree.project, "trl-stepwise", labels="all", provenance="1")
    assert [row["provenance"]["probability"] for row in everybody] == [0.15] * 3
    assert [row["provenance"]["resolution"] for row in everybody] == ["vote"] * 3
    assert [(row["provenance"]["votes"], row["provenance"]["agree"]) for row in everybody] == [(3, 2), (3, 2), (3, 1)]


def test_imported_labels_say_their_source(tree: Tree) -> None:
    line = '{"id": "i", "problem": {"statement": "?"}, "steps": ["a"], "labels": [{"source": "z", "first_error": 0}]}'
    take_in_native(tree.project, line)
    (row,) = rows(tree.project, "prm800k", labels="imported", source="z", provenance="1")
    assert (row["provenance"]["source"], row["provenance"]["origin"]) == ("z", "data")
    assert row["provenance"]["annotators"] == []


def test_agreement_is_in_the_manifest(tree: Tree, cast: Cast) -> None:
    guess = {"tags": [{"key": "guess", "name": "Guess"}, {"key": "never", "name": "Never"}]}
    update_project(actor=cast.max, project=tree.project, label_schema=guess)
    tagged = {"steps": [{"step": 0, "tags": ["guess"]}]}
    tree.say(cast.alice, tree.right, first_error=None, **tagged)
    tree.say(cast.bob, tree.right, first_error=None)
    tree.say(cast.alice, tree.wrong_end, first_error=2, **tagged)
    tree.say(cast.bob, tree.wrong_end, first_error=None)
    stream = Stream(wish(tree.project, "processbench"))
    list(stream.chunks())
    agreement = stream.manifest()["agreement"]
    assert (agreement["items"], agreement["exact"]) == (2, 0.5)
    # Six steps, all said to be good by both but one: Do = 2/12, De = 2·11·1/(12·11).
    assert agreement["alpha"] == pytest.approx(0.0)
    # Alice says it of two of these six steps, and Bob of none of them.
    tag, never = agreement["things"]
    assert (tag["name"], tag["items"], tag["marked"], tag["f1"]) == ("Guess", 6, 2, 0)
    assert tag["alpha"] == pytest.approx(1 - 11 * 4 / (144 - 100 - 4))
    assert (never["marked"], never["f1"]) == (0, None)


@pytest.mark.parametrize(
    ("given", "field", "says"),
    [
        ({"format": "native", "labls": "all"}, "labls", "Known are: format"),
        ({"format": "native", "neutral": "drop"}, "neutral", "native has no choice of neutral"),
        ({"format": "processbench", "neutral": "keep"}, "neutral", "It takes: as-good, as-bad, drop"),
        ({"format": "prm800k", "after_first_error": "as-wrong"}, "after_first_error", "unlabelled, truncate"),
        ({"format": "step-dpo", "labels": "soft"}, "labels", "It takes: resolved"),
        ({"format": "csv", "container": "parquet"}, "container", "It takes: csv"),
        ({"format": "csv", "provenance": "1"}, "provenance", "no room for another column"),
        ({"format": "csv", "split": "a:0.5,b:0.5"}, "split", "Name one part"),
        ({"format": "prm800k", "per_problem": "3"}, "per_problem", "These are:"),
        ({"format": "native", "labels": "annotator"}, "by", "by=USERNAME"),
        ({"format": "native", "by": "bob"}, "by", "labels=annotator"),
        ({"format": "native", "split": "train:0.9"}, "split", "sum to 1"),
        ({"format": "native", "split": "train:0.9,test:x"}, "split", "share of test"),
        ({"format": "native", "split": "train:1", "part": "test"}, "part", "one of train"),
        ({"format": "native", "part": "test"}, "part", "split=train"),
        ({"format": "native", "seed": "1"}, "seed", "goes with split"),
        ({"format": "native", "shards": "0"}, "shards", "from 1 to"),
        ({"format": "native", "provenance": "maybe"}, "provenance", "1 or 0"),
    ],
)
def test_what_can_not_be_honoured_is_told_with_what_can(given: dict[str, str], field: str, says: str) -> None:
    with pytest.raises(Invalid) as error:
        read(given)
    assert [e.field for e in error.value.errors] == [field]
    assert says in error.value.message


@pytest.mark.parametrize("format", list(FORMATS))
def test_options_come_back_from_where_they_are_kept(format: str) -> None:
    asked = {"format": format, "split": "train:0.8,test:0.2", "part": "train", "seed": "7", "shards": 3}
    if FORMATS[format].scored:
        asked["scorer"] = "mc"
    options = read(asked)
    assert read(options.as_dict()) == options
