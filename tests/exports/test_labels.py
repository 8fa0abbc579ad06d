"""Which judgements are in a dataset: resolved, imported, all."""

import json

import pytest

from annotate.core.errors import Invalid
from annotate.exports.formats import FORMATS
from annotate.exports.stream import Stream
from annotate.labeling.answers import reopen
from annotate.labeling.models import Assignment
from annotate.projects.models import Mode
from tests.cast import Cast
from tests.exports.tree import Tree, by_id, rows, take_in_native, wish


def labels(tree: Tree, which: str = "resolved", source: str = "") -> dict[str, list]:
    found = by_id(rows(tree.project, "native", which, source))
    return {key: row.get("labels") or row.get("preferences") or [] for key, row in found.items()}


def test_a_draw_is_left_out_and_counted(tree: Tree, cast: Cast) -> None:
    tree.say(cast.alice, tree.right, first_error=None)
    tree.say(cast.bob, tree.right, first_error=2)
    tree.say(cast.alice, tree.at_start, preferred=0)
    tree.say(cast.bob, tree.at_start, preferred=1)
    stream = Stream(wish(tree.project, "processbench"))
    assert list(stream.chunks()) == [b"[]\n"]
    assert stream.manifest()["left_out"] == {"trace: no label": 5, "unresolved": 1}
    assert labels(tree)["t-1"] == labels(tree)["c-2"] == []


def test_more_than_half_decide(tree: Tree, cast: Cast) -> None:
    for user, answer in ((cast.alice, 1), (cast.bob, 1), (cast.rita, None)):
        extra = {} if answer is None else {"comment": user.username, "error_types": ["format", "calculation"]}
        tree.say(user, tree.wrong_middle, first_error=answer, **extra)
    assert labels(tree)["t-3"] == [
        {
            "source": "resolved",
            "first_error": 1,
            "error_types": ["calculation", "format"],
            "comment": "alice\n\nbob",
        }
    ]


def test_error_types_need_more_than_half_of_those_who_agree(tree: Tree, cast: Cast) -> None:
    tree.say(cast.alice, tree.wrong_middle, first_error=1, error_types=["calculation", "format"])
    tree.say(cast.bob, tree.wrong_middle, first_error=1, error_types=["calculation"])
    assert labels(tree)["t-3"][0]["error_types"] == ["calculation"]


def test_every_rewrite_of_those_who_agree_makes_a_pair(tree: Tree, cast: Cast) -> None:
    tree.say(cast.alice, tree.wrong_middle, first_error=1, rewrite="A")
    tree.say(cast.bob, tree.wrong_middle, first_error=1, rewrite="B")
    tree.say(cast.rita, tree.wrong_middle, first_error=0, rewrite="C")
    assert [row["chosen"] for row in rows(tree.project, "step-dpo")] == [" A", " B"]
    assert sorted(row["chosen"] for row in rows(tree.project, "step-dpo", "all")) == [" A", " B", " C"]


def test_the_same_ranking_in_other_words_is_the_same_answer(tree: Tree, cast: Cast) -> None:
    tree.say(cast.alice, tree.at_start, preferred=0)
    tree.say(cast.bob, tree.at_start, ranking=[[0], [1]])
    assert labels(tree)["c-2"] == [{"source": "resolved", "ranking": [[0], [1]]}]


def test_all_has_every_vote_by_name(tree: Tree, cast: Cast) -> None:
    tree.say(cast.bob, tree.right, first_error=None)
    tree.say(cast.alice, tree.right, first_error=2)
    assert labels(tree, "all")["t-1"] == [
        {"source": "person:alice", "first_error": 2},
        {"source": "person:bob", "first_error": None},
    ]
    assert [row["label"] for row in rows(tree.project, "processbench", "all")] == [2, -1]
    labelers = {row["labeler"] for row in rows(tree.project, "prm800k", "all")}
    assert len(labelers) == 2


def test_what_was_taken_back_is_not_there(tree: Tree, cast: Cast) -> None:
    tree.say(cast.alice, tree.right, first_error=2)
    assignment = Assignment.objects.get(task__trace=tree.right)
    reopen(user=cast.alice, assignment_id=assignment.pk)
    assert labels(tree, "all")["t-1"] == []
    tree.say(cast.alice, tree.right, first_error=None)
    assert labels(tree, "all")["t-1"] == [{"source": "person:alice", "first_error": None}]


IMPORTED = json.dumps(
    {
        "id": "i-1",
        "problem": {"statement": "?"},
        "steps": ["a", "b", "c"],
        "labels": [
            {"source": "x", "values": [1, 0, 2]},
            {"source": "y", "first_error": 1, "rewrite": "B"},
            {"source": "z", "values": [1, None, None]},
        ],
    }
)
PREFERRED = json.dumps(
    {
        "id": "j-1",
        "problem": {"statement": "?"},
        "candidates": ["a", "b", "c"],
        "preferences": [{"source": "y", "ranking": [[1]]}, {"source": "x", "none_acceptable": True}],
    }
)


def test_imported_labels_are_those_of_their_source_and_never_mixed_with_people(judged: Tree, cast: Cast) -> None:
    take_in_native(judged.project, IMPORTED, PREFERRED)
    assert labels(judged, "imported", "y") == {
        **{key: [] for key in ("t-1", "t-2", "t-3", "t-4", "t-5", "t-6", "c-1", "c-2")},
        "i-1": [{"source": "y", "first_error": 1, "rewrite": "B"}],
        "j-1": [{"source": "y", "ranking": [[1]]}],
    }
    assert [label["source"] for label in labels(judged, "imported")["i-1"]] == ["x", "y", "z"]
    assert [(r["id"], r["label"]) for r in rows(judged.project, "processbench", "imported", "y")] == [("i-1", 1)]
    (record,) = rows(judged.project, "prm800k", "imported", "y")
    assert (record["timestamp"], record["label"]["total_time"]) == (None, None)
    pairs = rows(judged.project, "step-dpo", "imported", "y")
    assert [(row["chosen"], row["rejected"]) for row in pairs] == [(" B", " b"), (" b", " a"), (" b", " c")]


def test_labels_that_do_not_tell_the_first_error_are_not_made_to(tree: Tree) -> None:
    take_in_native(tree.project, IMPORTED)
    assert rows(tree.project, "processbench", "imported", "x") == []
    assert rows(tree.project, "processbench", "imported", "z") == []
    assert [r["labels"] for r in rows(tree.project, "trl-stepwise", "imported", "x")] == [[True, False]]
    assert [r["labels"] for r in rows(tree.project, "trl-stepwise", "imported", "z")] == [[True]]
    ratings = [
        [step["completions"][0]["rating"] for step in row["label"]["steps"]]
        for source in "xz"
        for row in rows(tree.project, "prm800k", "imported", source)
    ]
    assert ratings == [[1, 0, None], [1]]
    reasons = [rows(tree.project, "prm800k", "imported", s)[0]["label"]["finish_reason"] for s in "xz"]
    assert reasons == ["solution", "give_up"]


def test_every_step_mode_says_more_than_a_first_error(tree: Tree, cast: Cast) -> None:
    tree.project.mode = Mode.EVERY_STEP
    tree.project.save(update_fields=["mode"])
    said = [{"step": i, "value": v} for i, v in enumerate(("neutral", "bad", "good"))]
    tree.say(cast.alice, tree.wrong_middle, labels=said)
    assert labels(tree)["t-3"] == [{"source": "resolved", "values": [0, -1, 1]}]
    assert [r["labels"] for r in rows(tree.project, "trl-stepwise")] == [[False, False, True]]
    assert [r["label"] for r in rows(tree.project, "processbench")] == [1]
    (record,) = rows(tree.project, "prm800k")
    assert [s["completions"][0]["rating"] for s in record["label"]["steps"]] == [0, -1]


@pytest.mark.parametrize(
    ("asked", "field", "says"),
    [
        ({"format": "yaml"}, "format", ", ".join(FORMATS)),
        ({"format": "native", "labels": "best"}, "labels", "resolved, imported, all"),
        ({"format": "native", "source": "y"}, "source", "labels=imported"),
        ({"format": "trl-stepwise", "labels": "imported"}, "source", "Known are: x, y, z"),
        ({"format": "native", "labels": "imported", "source": "w"}, "source", "Known are: x, y, z"),
    ],
)
def test_a_wish_that_makes_no_sense_is_told_what_would(
    tree: Tree, asked: dict[str, str], field: str, says: str
) -> None:
    take_in_native(tree.project, IMPORTED)
    with pytest.raises(Invalid) as error:
        wish(tree.project, **asked)
    assert [e.field for e in error.value.errors] == [field]
    assert says in error.value.message


def test_without_imported_labels_there_is_no_source_to_name(tree: Tree) -> None:
    with pytest.raises(Invalid, match="No labels came with"):
        wish(tree.project, "processbench", labels="imported", source="x")


def test_the_manifest_says_what_is_in_and_what_is_not(judged: Tree) -> None:
    stream = Stream(wish(judged.project, "step-dpo"))
    assert len(b"".join(stream.chunks()).splitlines()) == 6
    manifest = stream.manifest()
    assert manifest.pop("read_at").endswith("Z")
    assert manifest == {
        "project": "algebra",
        "options": {
            "format": "step-dpo",
            "labels": "resolved",
            "pairs": "choice,rewrite,suggested",
            "container": "ndjson",
        },
        "counts": {"first_error": 2, "preferred": 1},
        "guidelines": 1,
        "label_schema": 1,
        "said_under": {"guidelines": [1], "label_schemas": [1]},
        "rows": 6,
        "by": {"resolved": 3},
        "labels_from": {"people: annotator": {"first_error": 2, "preferred": 1}},
        "imports": [],
        "pairs_from": {"choice": 2, "rewrite": 4},
        "steps": {"bad": 2, "good": 2},
        "left_out": {"no pair": 1, "the same pair again": 1, "trace: no rewrite": 4},
        "annotators": 1,
        "agreement": None,
    }
