"""GSM8K's example solutions (Cobbe et al., 2021): JSON lines, each a problem with the solutions of several models.

`{"question", "ground_truth", MODEL: {"solution", "is_correct"}, …}`: each model's solution is a trace of the generator
of that name, and `is_correct` says whether its final answer is right. A solution is cut at its lines unless another
segmenter is chosen; what stood between the steps is `segmented` in the trace's metadata. What follows "A:" or "####" in
the last line is the answer. `ground_truth` is the problem's solution, its last line the reference answer.
"""

import re
from typing import Any

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
    objects_of,
    text_steps,
    unnamed,
)
from annotate.corpus.segment import segment, told

SEGMENTER = "line"
ANSWER = re.compile(r"(?:A:|####)(.*)")


class _Line(Struct):
    question: str
    ground_truth: str | None = None


class _Solution(Struct):
    solution: str
    is_correct: bool | None = None


_decoder = msgspec.json.Decoder(_Line)
_solution = msgspec.json.Decoder(_Solution)


def cut(line: bytes, segmenter: str) -> list[Item]:
    raw = decode(_decoder, line)
    problem = ProblemIn(raw.question, answer=_answer(raw.ground_truth), solution=raw.ground_truth)
    check_problem(problem, "question")
    items: list[Item] = []
    models, rest = objects_of(line, _Line, "solution")
    for model, given in models.items():
        check_text(model, model)
        try:
            one = msgspec.convert(given, _Solution)
        except msgspec.ValidationError as error:
            raise LineError("invalid", f"{error}.", model) from None
        check_text(one.solution, f"{model}.solution")
        pieces = segment(one.solution, segmenter)
        items.append(
            TraceIn(
                problem=problem,
                steps=text_steps(pieces.steps, f"{model}.solution"),
                generator=model,
                answer=_answer(one.solution),
                correct=one.is_correct,
                metadata={**rest, **unnamed(given, _Solution), "segmented": told(segmenter, pieces)},
            )
        )
    if not items:
        raise LineError("no-steps", "No model's solution is here: an object with `solution`, under its name.", "")
    return items


def _answer(solution: str | None) -> str | None:
    found = ANSWER.fullmatch((solution or "").rstrip().rpartition("\n")[2])
    return found[1].strip() or None if found else None


def parse(line: bytes) -> list[Item]:
    return cut(line, SEGMENTER)


def looks(row: dict[str, Any]) -> str:
    models = [name for name, value in row.items() if isinstance(value, dict) and "is_correct" in value]
    asked = isinstance(row.get("question"), str) and "ground_truth" in row and models
    return f"has `question`, `ground_truth`, and `{models[0]}` with `is_correct`" if asked else ""


FORMAT = Format(
    "gsm8k",
    "GSM8K: problems with the solutions of several models, right or wrong",
    parse,
    looks,
    cut=cut,
    segmenter=SEGMENTER,
)
