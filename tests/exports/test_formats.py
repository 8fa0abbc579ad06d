"""Row by row, against what each format is. The rows are written by hand, not by the code under test."""

from uuid import UUID

import pytest
from django.db.models import F

from annotate.exports.formats import FORMATS
from annotate.labeling.models import Preference
from tests.cast import Cast
from tests.exports.tree import CJK, LATEX, RESULT, SEARCH, Tree, by_id, export, rows, take_in_native

P1 = {
    "id": "p-1",
    "statement": "What is x?",
    "answer": "7",
    "solution": "Look it up.",
    "metadata": {"level": 3, "a": [1.5]},
}
P2 = {"id": "p-2", "statement": "苹果?"}


def test_processbench(judged: Tree) -> None:
    found = rows(judged.project, "processbench")
    assert [(row["id"], row["label"], row["final_answer_correct"]) for row in found] == [
        ("t-1", -1, True),
        ("t-2", 0, False),
        ("t-3", 1, None),
        ("t-4", 2, None),
        ("t-5", 2, None),
    ]
    assert list(found[0].items()) == [
        ("id", "t-1"),
        ("generator", "m"),
        ("problem", "What is x?"),
        ("steps", [CJK, LATEX, "7"]),
        ("final_answer_correct", True),
        ("label", -1),
    ]
    assert found[4]["steps"] == [SEARCH[0], RESULT[0], "x = 7", "done"]


def test_processbench_is_one_json_array_even_without_rows(tree: Tree) -> None:
    assert export(tree.project, "processbench") == "[]\n"


def test_prm800k_of_a_right_trace(judged: Tree) -> None:
    row = rows(judged.project, "prm800k")[0]
    UUID(row["labeler"])
    assert row.pop("timestamp").startswith("20")
    assert list(row) == [
        "labeler",
        "generation",
        "is_quality_control_question",
        "is_initial_screening_question",
        "question",
        "label",
    ]
    assert (row["generation"], row["is_quality_control_question"]) == (None, False)
    assert row["is_initial_screening_question"] is False
    assert row["question"] == {
        "problem": "What is x?",
        "ground_truth_solution": "Look it up.",
        "ground_truth_answer": "7",
        "pre_generated_steps": [CJK, LATEX, "7"],
        "pre_generated_answer": "7",
        "pre_generated_verifier_score": None,
    }
    assert row["label"] == {
        "steps": [
            {
                "completions": [{"text": text, "rating": 1, "flagged": None}],
                "human_completion": None,
                "chosen_completion": 0,
            }
            for text in (CJK, LATEX, "7")
        ],
        "total_time": 1500,
        "finish_reason": "solution",
    }


def test_prm800k_ends_with_the_first_error_and_its_rewrite(judged: Tree) -> None:
    found = {tuple(r["question"]["pre_generated_steps"]): r["label"] for r in rows(judged.project, "prm800k")}
    label = found[(CJK, "x = 8", "So 8")]
    assert label["finish_reason"] == "found_error"
    assert [step["completions"][0]["rating"] for step in label["steps"]] == [1, -1]
    assert label["steps"][1] == {
        "completions": [{"text": "x = 8", "rating": -1, "flagged": None}],
        "human_completion": {"text": "x = 7", "rating": None, "source": "human", "flagged": None},
        "chosen_completion": None,
    }
    assert [len(label["steps"]) for label in found.values()] == [3, 1, 2, 3, 3]
    agent = found[(SEARCH[0], RESULT[0], "x = 7", "done")]
    assert [step["completions"][0]["rating"] for step in agent["steps"]] == [1, None, -1]


def test_trl_stepwise_ends_with_the_first_error_and_keeps_what_a_step_answers_to(judged: Tree) -> None:
    assert rows(judged.project, "trl-stepwise") == [
        {"prompt": "What is x?", "completions": [CJK, LATEX, "7"], "labels": [True, True, True]},
        {"prompt": "What is x?", "completions": ["No."], "labels": [False]},
        {"prompt": "What is x?", "completions": [CJK, "x = 8"], "labels": [True, False]},
        {"prompt": "What is x?", "completions": [CJK, LATEX, "8"], "labels": [True, True, False]},
        {"prompt": "苹果?", "completions": [SEARCH[0], RESULT[0] + "\nx = 7"], "labels": [True, False]},
    ]


def test_step_dpo(judged: Tree) -> None:
    found = rows(judged.project, "step-dpo")
    begin = f"Let's think step by step.\nStep 1: {CJK}\nStep 2:"
    assert found[0] == {
        "dataset": "algebra",
        "prompt": "What is x?",
        "initial_reason_steps": begin,
        "chosen": " x = 7",
        "rejected": " x = 8",
        "full_chosen": " x = 7",
        "full_rejected": " x = 8\nStep 3: So 8",
        "answer": "7",
    }
    assert all(list(row) == list(found[0]) for row in found)
    assert all(isinstance(value, str) for row in found for value in row.values())
    # The choice prefers LATEX, and its rewrite to all; "x = 7" over "x = 8" is there already, from the trace.
    assert [(row["chosen"], row["rejected"]) for row in found[1:5]] == [
        (f" {LATEX}", " x = 8"),
        (f" {LATEX}", " x = 9"),
        (" x = 7", f" {LATEX}"),
        (" x = 7", " x = 9"),
    ]
    assert {row["initial_reason_steps"] for row in found[:5]} == {begin}
    assert [(row["prompt"], row["chosen"], row["rejected"], row["full_rejected"]) for row in found[5:]] == [
        ("苹果?", " Found 7", " x = 7", " x = 7\nStep 4: done")
    ]
    assert found[5]["initial_reason_steps"] == (
        f"Let's think step by step.\nStep 1: {SEARCH[0]}\nStep 2: {RESULT[0]}\nStep 3:"
    )


def test_a_step_that_names_its_number_is_not_numbered_twice(tree: Tree, cast: Cast) -> None:
    from tests.factories import make_choice, make_problem, open_all

    problem = make_problem(tree.project, "?", id="p-3")
    choice = make_choice(tree.project, ("Step 2: b", "c"), ("Step 1: a",), problem)
    open_all(tree.project)
    tree.say(cast.alice, choice, preferred=0)
    (row,) = rows(tree.project, "step-dpo")
    assert row["initial_reason_steps"] + row["chosen"] == "Let's think step by step.\nStep 1: a\nStep 2: b"
    assert row["rejected"] == " c"


def test_native(judged: Tree) -> None:
    found = rows(judged.project, "native")
    assert [row["id"] for row in found] == ["t-1", "t-2", "t-3", "t-4", "t-5", "t-6", "c-1", "c-2"]
    row = by_id(found)
    assert row["t-1"] == {
        "id": "t-1",
        "problem": P1,
        "generator": "m",
        "steps": [CJK, LATEX, "7"],
        "answer": "7",
        "correct": True,
        "labels": [{"source": "resolved", "first_error": None}],
    }
    assert row["t-2"]["labels"] == [
        {
            "source": "resolved",
            "first_error": 0,
            "error_types": ["calculation"],
            "comment": "Not even close",
        }
    ]
    assert row["t-3"]["labels"] == [{"source": "resolved", "first_error": 1, "rewrite": "x = 7"}]
    assert row["t-3"]["scores"] == {"prm": [0.9, None, 0.25]}
    assert row["t-4"]["metadata"] == {"seed": 1}
    assert row["t-5"] == {
        "id": "t-5",
        "problem": P2,
        "steps": [
            {"text": SEARCH[0], "kind": "tool_call", "metadata": {"tool": "search"}},
            {"text": RESULT[0], "kind": "observation"},
            "x = 7",
            {"text": "done", "kind": "observation", "metadata": {}},
        ],
        "labels": [{"source": "resolved", "first_error": 2, "rewrite": "Found 7"}],
    }
    assert row["t-6"] == {"id": "t-6", "problem": P2, "steps": ["A guess"]}
    assert row["c-1"] == {
        "id": "c-1",
        "problem": P1,
        "prefix": [CJK],
        "candidates": [LATEX, "x = 8", "x = 9"],
        "preferences": [{"source": "resolved", "ranking": [[0]], "rewrite": "x = 7"}],
    }
    assert row["c-2"] == {
        "id": "c-2",
        "problem": P2,
        "prefix": [],
        "candidates": [
            {"text": "One.", "generator": "m", "scores": {"prm": 0.5}, "metadata": {"k": 1}},
            "Two.",
        ],
        "preferences": [{"source": "resolved", "ranking": [[0, 1]]}],
    }


def test_native_keys_come_in_one_order(judged: Tree) -> None:
    line = export(judged.project, "native").splitlines()[0]
    order = ["id", "problem", "generator", "steps", "answer", "correct", "labels"]
    places = [line.index(f'"{key}":') for key in order if key != "answer"]
    assert places == sorted(places)


@pytest.mark.parametrize("format", [name for name in FORMATS if name != "csv"])
def test_an_empty_project_gives_no_rows(cast: Cast, format: str) -> None:
    if FORMATS[format].scored:
        take_in_native(cast.project, '{"problem": {"statement": "?"}, "steps": ["a"], "values": {"q": [1]}}')
        assert rows(cast.project, format, scorer="q") == []
        return
    assert rows(cast.project, format) == []


def test_pairs_are_those_of_the_preference_view(judged: Tree, cast: Cast) -> None:
    judged.say(cast.bob, judged.after_prefix, ranking=[[2, 0], [1]])
    judged.say(cast.bob, judged.at_start, none_acceptable=True, rewrite="Three.")
    view = (
        Preference.objects.filter(project_id=judged.project.pk, tie=False)
        .values_list(F("chosen__text"), F("rejected__text"))
        .distinct()
    )
    found = rows(judged.project, "step-dpo", "all")
    assert sorted((r["chosen"][1:], r["rejected"][1:]) for r in found) == sorted(view)
