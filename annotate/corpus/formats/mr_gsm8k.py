"""MR-GSM8K (Zeng et al., 2023): a JSON array of graded solutions of grade-school problems.

`model_output_solution_first_error_step` is 1-based, or "N/A" where the solution is right; with the reason it becomes a
label of the source "mr-gsm8k". `model_output_answer_correctness` ("correct" or "wrong") is what the data says of the
final answer; a solution can be wrong although its answer is right. Steps are kept as they are, "Step 1:" included.

Problems have no id, so equal questions are one problem, but for those of the type "POT": their reference solution is a
program, so they are problems of their own. Everything else, evaluation outputs included, is kept as metadata.
"""

import hashlib
from typing import Literal

import msgspec
from msgspec import Struct

from annotate.corpus.formats.base import (
    Format,
    Item,
    LineError,
    ProblemIn,
    TraceIn,
    check_problem,
    check_text,
    decode,
    from_one,
    has,
    label_first_error,
    others,
    text_steps,
)

SOURCE = "mr-gsm8k"


class _Line(Struct):
    uuid: str
    question: str
    model_output_steps: list[str]
    model_output_answer_correctness: Literal["correct", "wrong"]
    model_output_solution_correctness: Literal["correct", "wrong"]
    model_output_solution_first_error_step: int | str
    model_output_solution_first_error_reason: str = "N/A"
    ground_truth_solution: str | None = None
    ground_truth_answer: int | float | str | None = None
    question_type: str = "original"


_decoder = msgspec.json.Decoder(_Line)


def parse(line: bytes) -> list[Item]:
    raw = decode(_decoder, line)
    check_text(raw.uuid, "uuid")
    check_text(raw.question_type, "question_type")
    answer = None if raw.ground_truth_answer is None else str(raw.ground_truth_answer)
    problem = ProblemIn(raw.question, _problem_id(raw), answer, raw.ground_truth_solution)
    check_problem(problem)
    steps = text_steps(raw.model_output_steps, "model_output_steps")
    wrong = raw.model_output_solution_correctness == "wrong"
    number = raw.model_output_solution_first_error_step
    field = "model_output_solution_first_error_step"
    if isinstance(number, str) and number != "N/A":
        raise LineError("invalid", 'This must be the number of a step, counted from 1, or "N/A".', field)
    if wrong is (number == "N/A"):
        said = "wrong, but no step is named" if wrong else f"correct, but step {number} is named as wrong"
        raise LineError("contradiction", f"The solution is said to be {said}. Mend one of the two.", field)
    reason = raw.model_output_solution_first_error_reason
    trace = TraceIn(
        problem=problem,
        steps=steps,
        external_id=raw.uuid,
        correct=raw.model_output_answer_correctness == "correct",
        metadata={"question_type": raw.question_type, **others(line, _Line)},
        labels=[
            label_first_error(
                SOURCE,
                steps,
                from_one(number, steps, field) if isinstance(number, int) else None,
                comment="" if reason == "N/A" else reason,
            )
        ],
    )
    return [trace]


def _problem_id(raw: _Line) -> str | None:
    if raw.question_type != "POT":
        return None
    return f"mr-gsm8k/POT/{hashlib.sha256(raw.question.encode()).hexdigest()[:16]}"


FORMAT = Format(
    "mr-gsm8k",
    "MR-GSM8K: solutions with the first wrong step and the reason",
    parse,
    has("model_output_steps", "model_output_solution_first_error_step"),
)
