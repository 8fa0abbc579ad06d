"""One run of an agent, in every format that trains on steps or pairs: right, neutral and wrong steps, a tool, what the
world answered, a picture, a rewrite, and not a word of English at its end. The rows are written by hand.
"""

import json
from typing import Any

import pytest

from tests.exports.every import CALL
from tests.exports.tree import Tree, rows

ASKED, THOUGHT, SAID, CALLED, SEEN, WRONG, RIGHT = (
    "What is in it?",
    "Look first.",
    "I look.",
    CALL["text"],
    "A cat.",
    "一只狗",
    "一只猫",
)
STEPS = [THOUGHT, SAID, CALLED, SEEN, WRONG]
BEFORE = f"{ASKED}\n{THOUGHT}\n{SAID}\n{CALLED}\n{SEEN}\n"


def rated(text: str, rating: int | None, chosen: int | None = 0, human: Any = None) -> dict[str, Any]:
    completion = {"text": text, "rating": rating, "flagged": None}
    return {"completions": [completion], "human_completion": human, "chosen_completion": chosen}


def turns(*said: str) -> list[dict[str, str]]:
    return [{"role": ("user", "assistant")[i % 2], "content": text} for i, text in enumerate(said)]


HUMAN = {"text": RIGHT, "rating": None, "source": "human", "flagged": None}
EXPECTED: dict[str, list[dict[str, Any]]] = {
    "prm800k": [
        {
            "labeler": ...,
            "timestamp": ...,
            "generation": None,
            "is_quality_control_question": False,
            "is_initial_screening_question": False,
            "question": {
                "problem": ASKED,
                "ground_truth_solution": None,
                "ground_truth_answer": RIGHT,
                "pre_generated_steps": STEPS,
                "pre_generated_answer": WRONG,
                "pre_generated_verifier_score": None,
            },
            "label": {
                "steps": [
                    rated(THOUGHT, 1),
                    rated(SAID, 0),
                    rated(CALLED, 0),
                    rated(SEEN, None),
                    rated(WRONG, -1, None, HUMAN),
                ],
                "total_time": 0,
                "finish_reason": "found_error",
            },
        }
    ],
    "processbench": [
        {
            "id": "run",
            "generator": "m",
            "problem": ASKED,
            "steps": STEPS,
            "final_answer_correct": False,
            "label": 4,
        }
    ],
    "math-shepherd": [
        {
            "input": f"{ASKED} Step 1: {THOUGHT} ки\nStep 2: {SAID} ки\nStep 3: {CALLED} ки\n"
            f"Step 4: {SEEN}\n{WRONG} ки",
            "label": f"{ASKED} Step 1: {THOUGHT} +\nStep 2: {SAID} +\nStep 3: {CALLED} +\nStep 4: {SEEN}\n{WRONG} -",
            "task": "algebra",
        }
    ],
    "rlhflow": [
        {"conversations": turns(f"{ASKED}\n\n{THOUGHT}", "+", SAID, "+", CALLED, "+", f"{SEEN}\n{WRONG}", "-")}
    ],
    "trl-stepwise": [
        {
            "prompt": ASKED,
            "completions": [THOUGHT, SAID, CALLED, f"{SEEN}\n{WRONG}"],
            "labels": [True, False, False, False],
        }
    ],
    "trl-unpaired": [
        {"prompt": f"{ASKED}\n", "completion": THOUGHT, "label": True},
        {"prompt": f"{ASKED}\n{THOUGHT}\n", "completion": SAID, "label": False},
        {"prompt": f"{ASKED}\n{THOUGHT}\n{SAID}\n", "completion": CALLED, "label": False},
        {"prompt": BEFORE, "completion": WRONG, "label": False},
    ],
    "trl-preference": [{"prompt": BEFORE, "chosen": RIGHT, "rejected": WRONG}],
    "step-dpo": [
        {
            "dataset": "algebra",
            "prompt": ASKED,
            "initial_reason_steps": "Let's think step by step.\n"
            f"Step 1: {THOUGHT}\nStep 2: {SAID}\nStep 3: {CALLED}\nStep 4: {SEEN}\nStep 5:",
            "chosen": f" {RIGHT}",
            "rejected": f" {WRONG}",
            "full_chosen": f" {RIGHT}",
            "full_rejected": f" {WRONG}",
            "answer": RIGHT,
        }
    ],
    "ultrainteract": [
        {
            "task": "algebra",
            "dataset": "algebra",
            "trajectory": [
                {"from": "user", "value": ASKED},
                {"from": "assistant", "value": THOUGHT},
                {"from": "assistant", "value": SAID},
                {"from": "assistant", "value": CALLED},
                {"from": "user", "value": SEEN},
            ],
            "chosen": RIGHT,
            "rejected": WRONG,
            "id": ...,
            "parent_id": ...,
        }
    ],
    "natural-program": [
        {
            "question": ASKED,
            "answer": f"#1. {ASKED}\n\n#2. Step 1: {THOUGHT}\n\n#3. Step 2: {SAID}\n\n#4. Step 3: {CALLED}\n\n"
            f"#5. Step 4: {SEEN}\n\n#6. Step 5: {WRONG}",
            "final_answer": WRONG,
            "gt_answer": None,
            "correct": False,
            "flag": 0,
        }
    ],
    "mr-gsm8k": [
        {
            "uuid": "run",
            "question": ASKED,
            "ground_truth_solution": None,
            "ground_truth_answer": RIGHT,
            "model_output_steps": STEPS,
            "model_output_answer_correctness": "wrong",
            "model_output_solution_correctness": "wrong",
            "model_output_solution_first_error_step": 5,
            "model_output_solution_first_error_reason": "It is a cat.",
            "question_type": "original",
        }
    ],
}


@pytest.mark.parametrize("format", list(EXPECTED))
def test_a_run(every: Tree, format: str) -> None:
    found = [row for row in rows(every.project, format) if ASKED in json.dumps(row, ensure_ascii=False)]
    assert [list(row) for row in found] == [list(row) for row in EXPECTED[format]]
    for row, hand in zip(found, EXPECTED[format], strict=True):
        assert {name: value for name, value in row.items() if hand[name] is not ...} == {
            name: value for name, value in hand.items() if value is not ...
        }


def test_what_none_was_acceptable_of_loses_to_what_was_written_instead(every: Tree) -> None:
    found = [row for row in rows(every.project, "trl-preference") if row["chosen"] == "c"]
    assert found == [{"prompt": "苹果?\nLet me see.\n", "chosen": "c", "rejected": text} for text in ("a", "b")]


def test_a_step_that_neutral_makes_wrong_has_nobodys_reason_and_rewrite(every: Tree) -> None:
    """The label calls the third step neutral and the fifth wrong: words and rewrite are of the fifth."""
    (row,) = [r for r in rows(every.project, "prm800k", neutral="as-bad") if r["question"]["problem"] == ASKED]
    assert row["label"]["steps"] == [rated(THOUGHT, 1), rated(SAID, -1, None)]
    (row,) = [r for r in rows(every.project, "mr-gsm8k", neutral="as-bad") if r["uuid"] == "run"]
    assert row["model_output_solution_first_error_step"] == 2
    assert row["model_output_solution_first_error_reason"] == "N/A"
    (row,) = [r for r in rows(every.project, "mr-ben", neutral="as-bad") if r["Question_UUID"] == "p-9"]
    assert (row["Model_Solution_First_Error_Step"], row["Model_Solution_Error_Reason"]) == ("2", "N/A")
    assert row["Model_Solution_Rectified_First_Error_Step"] == "N/A"
