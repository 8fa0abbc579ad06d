"""Steps and pairs as trainers read them. The rows are written by hand, not by the code under test."""

from typing import Any

import pytest

from annotate.exports.stream import Stream
from annotate.projects.models import Mode
from tests.cast import Cast
from tests.exports.tree import CJK, LATEX, RESULT, SEARCH, Tree, rows, take_in_native, wish
from tests.factories import make_choice, make_problem, make_trace, open_all

BEGIN = f"What is x?\n{CJK}\n"


def left_out(tree: Tree, format: str) -> dict[str, int]:
    stream = Stream(wish(tree.project, format))
    list(stream.chunks())
    return dict(stream.tally.left_out)


def turns(*said: str) -> dict[str, Any]:
    roles = ("user", "assistant")
    return {"conversations": [{"role": roles[i % 2], "content": text} for i, text in enumerate(said)]}


def test_math_shepherd_ends_with_the_first_error(judged: Tree) -> None:
    found = rows(judged.project, "math-shepherd")
    assert found[0] == {
        "input": f"What is x? Step 1: {CJK} ки\nStep 2: {LATEX} ки\nStep 3: 7 ки",
        "label": f"What is x? Step 1: {CJK} +\nStep 2: {LATEX} +\nStep 3: 7 +",
        "task": "algebra",
    }
    assert [row["label"] for row in found[1:]] == [
        "What is x? Step 1: No. -",
        f"What is x? Step 1: {CJK} +\nStep 2: x = 8 -",
        f"What is x? Step 1: {CJK} +\nStep 2: {LATEX} +\nStep 3: 8 -",
        f"苹果? Step 1: {SEARCH[0]} +\nStep 2: {RESULT[0]}\nx = 7 -",
    ]
    assert all(list(row) == ["input", "label", "task"] for row in found)


def test_math_shepherd_can_be_walked_by_its_marks(judged: Tree) -> None:
    for row in rows(judged.project, "math-shepherd"):
        label = list(row["label"])
        one_wide = row["input"].replace("ки", "\0")
        at = [i for i, c in enumerate(one_wide) if c == "\0"]
        assert at
        assert {label[i] for i in at} <= {"+", "-"}
        for i in at:
            label[i] = "\0"
        assert "".join(label) == one_wide


def test_math_shepherd_does_not_number_twice_and_keeps_the_task(tree: Tree, cast: Cast) -> None:
    problem = make_problem(tree.project, "?", id="p-3")
    texts = ("Step 1: a", "Step 2: The answer is: 1")
    trace = make_trace(tree.project, texts, problem, id="t-7", metadata={"task": "MATH", "x": 1})
    open_all(tree.project)
    tree.say(cast.alice, trace, first_error=1)
    assert rows(tree.project, "math-shepherd") == [
        {
            "input": "? Step 1: a ки\nStep 2: The answer is: 1 ки",
            "label": "? Step 1: a +\nStep 2: The answer is: 1 -",
            "task": "MATH",
        }
    ]


@pytest.mark.parametrize(
    ("statement", "steps"),
    [
        ("Какие оценки?", ("5",)),
        ("?", ("a", "Нет ошибки.")),
        ("Correct step 1: 1 + 1 = 3", ("2",)),
        ("?", ("Step 1: In Step 1: we add", "b")),
    ],
)
def test_math_shepherd_leaves_out_what_its_marks_would_be_mistaken_in(
    tree: Tree, cast: Cast, statement: str, steps: tuple[str, ...]
) -> None:
    trace = make_trace(tree.project, steps, make_problem(tree.project, statement))
    open_all(tree.project)
    tree.say(cast.alice, trace, first_error=None)
    assert rows(tree.project, "math-shepherd") == []
    assert left_out(tree, "math-shepherd")["holds the format's marks"] == 1
    assert len(rows(tree.project, "rlhflow")) == 1


def test_rlhflow_ends_with_the_first_error(judged: Tree) -> None:
    assert rows(judged.project, "rlhflow") == [
        turns(f"What is x?\n\n{CJK}", "+", LATEX, "+", "7", "+"),
        turns("What is x?\n\nNo.", "-"),
        turns(f"What is x?\n\n{CJK}", "+", "x = 8", "-"),
        turns(f"What is x?\n\n{CJK}", "+", LATEX, "+", "8", "-"),
        turns(f"苹果?\n\n{SEARCH[0]}", "+", f"{RESULT[0]}\nx = 7", "-"),
    ]


def test_rlhflow_parts_a_problem_from_step_1_by_a_space(tree: Tree, cast: Cast) -> None:
    trace = make_trace(tree.project, ("Step 1: a", "Step 2: b"), make_problem(tree.project, "Add."))
    open_all(tree.project)
    tree.say(cast.alice, trace, first_error=1)
    assert rows(tree.project, "rlhflow") == [turns("Add. Step 1: a", "+", "Step 2: b", "-")]


def test_trl_preference(judged: Tree) -> None:
    assert rows(judged.project, "trl-preference") == [
        {"prompt": BEGIN, "chosen": "x = 7", "rejected": "x = 8"},
        {"prompt": BEGIN, "chosen": LATEX, "rejected": "x = 8"},
        {"prompt": BEGIN, "chosen": LATEX, "rejected": "x = 9"},
        {"prompt": BEGIN, "chosen": "x = 7", "rejected": LATEX},
        {"prompt": BEGIN, "chosen": "x = 7", "rejected": "x = 9"},
        {"prompt": f"苹果?\n{SEARCH[0]}\n{RESULT[0]}\n", "chosen": "Found 7", "rejected": "x = 7"},
    ]
    reasons = {"no pair": 1, "the same pair again": 1, "trace: no rewrite": 4}
    assert left_out(judged, "trl-preference") == reasons == left_out(judged, "step-dpo")


def test_trl_preference_at_the_start_has_only_the_problem_as_prompt(tree: Tree, cast: Cast) -> None:
    tree.say(cast.alice, tree.at_start, none_acceptable=True, rewrite="Three.")
    tree.say(cast.bob, tree.at_start, preferred=1)
    assert rows(tree.project, "trl-preference", "all") == [
        {"prompt": "苹果?\n", "chosen": "Three.", "rejected": "One."},
        {"prompt": "苹果?\n", "chosen": "Three.", "rejected": "Two."},
        {"prompt": "苹果?\n", "chosen": "Two.", "rejected": "One."},
    ]


def test_trl_unpaired_has_each_labelled_step_once_and_nothing_after_the_first_error(judged: Tree) -> None:
    assert rows(judged.project, "trl-unpaired") == [
        {"prompt": "What is x?\n", "completion": CJK, "label": True},
        {"prompt": BEGIN, "completion": LATEX, "label": True},
        {"prompt": f"{BEGIN}{LATEX}\n", "completion": "7", "label": True},
        {"prompt": "What is x?\n", "completion": "No.", "label": False},
        {"prompt": BEGIN, "completion": "x = 8", "label": False},
        {"prompt": f"{BEGIN}{LATEX}\n", "completion": "8", "label": False},
        {"prompt": "苹果?\n", "completion": SEARCH[0], "label": True},
        {"prompt": f"苹果?\n{SEARCH[0]}\n{RESULT[0]}\n", "completion": "x = 7", "label": False},
    ]
    assert left_out(judged, "trl-unpaired") == {"the same step again": 3, "trace: no label": 1}


def test_trl_unpaired_has_both_of_what_contradicts_each_other(tree: Tree, cast: Cast) -> None:
    tree.say(cast.alice, tree.wrong_start, first_error=0)
    tree.say(cast.bob, tree.wrong_start, first_error=1)
    found = rows(tree.project, "trl-unpaired", "all")
    assert [(row["completion"], row["label"]) for row in found] == [("No.", False), ("No.", True), ("8", False)]


@pytest.mark.parametrize(
    ("values", "signs", "unpaired"),
    [
        (("neutral", "bad", "good"), "+-+", [False, False, True]),
        (("good", "unsure", "bad"), "+", [True, False]),
        (("unsure", "good", "bad"), "", [True, False]),
        (("unsure", "unsure", "unsure"), "", []),
    ],
)
def test_what_was_said_of_every_step_is_kept_as_far_as_it_goes(
    tree: Tree, cast: Cast, values: tuple[str, ...], signs: str, unpaired: list[bool]
) -> None:
    tree.project.mode = Mode.EVERY_STEP
    tree.project.save(update_fields=["mode"])
    tree.say(cast.alice, tree.wrong_middle, labels=[{"step": i, "value": v} for i, v in enumerate(values)])
    conversations = [row["conversations"] for row in rows(tree.project, "rlhflow")]
    assert ["".join(turn["content"] for turn in c[1::2]) for c in conversations] == ([signs] if signs else [])
    labels = [row["label"] for row in rows(tree.project, "math-shepherd")]
    assert ["".join(line[-1] for line in label.split("\n")) for label in labels] == ([signs] if signs else [])
    assert [row["label"] for row in rows(tree.project, "trl-unpaired")] == unpaired
    for format, reason, none in (
        ("rlhflow", "partial", not signs),
        ("math-shepherd", "partial", not signs),
        ("trl-unpaired", "empty", not unpaired),
    ):
        assert left_out(tree, format).get(reason, 0) == none


def test_imported_labels_end_where_their_source_said_nothing_more(tree: Tree) -> None:
    line = """{"id": "i-1", "problem": {"statement": "?"}, "steps": ["a", "b", "c"],
        "labels": [{"source": "z", "values": [1, null, -1]}]}""".replace("\n", "")
    take_in_native(tree.project, line)
    assert rows(tree.project, "rlhflow", "imported", "z") == [turns("?\n\na", "+")]
    assert [row["label"] for row in rows(tree.project, "math-shepherd", "imported", "z")] == ["? Step 1: a +"]
    assert rows(tree.project, "trl-unpaired", "imported", "z") == [
        {"prompt": "?\n", "completion": "a", "label": True},
        {"prompt": "?\na\nb\n", "completion": "c", "label": False},
    ]


def test_the_same_step_of_another_problem_is_another_row(tree: Tree, cast: Cast) -> None:
    for id in ("p-7", "p-8"):
        problem = make_problem(tree.project, "?", id=id)
        trace = make_trace(tree.project, ("a",), problem)
        choice = make_choice(tree.project, ("b", "c"), (), problem)
        open_all(tree.project)
        tree.say(cast.alice, trace, first_error=None)
        tree.say(cast.alice, choice, preferred=0)
    assert len(rows(tree.project, "trl-unpaired")) == len(rows(tree.project, "trl-preference")) == 2
