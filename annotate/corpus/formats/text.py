"""Plain solutions that nobody has cut into steps: JSON lines of `{"problem", "solution"}`, both texts.

Also called `question` or `prompt`, and `response` or `completion`. The segmenter that was chosen cuts the solution, by
default at its blank lines; what stood between the steps is `segmented` in the trace's metadata, and with it the text is
whole again (see `annotate.corpus.segment`). `id` names the trace, `generator` what wrote it, `answer` is its final
answer, and all else is its metadata.
"""

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
    others,
    text_steps,
)
from annotate.corpus.segment import segment, told

SEGMENTER = "blank-line"
PROBLEM, SOLUTION = ("problem", "question", "prompt"), ("solution", "response", "completion")


class _Line(Struct):
    problem: str | None = None
    question: str | None = None
    prompt: str | None = None
    solution: str | None = None
    response: str | None = None
    completion: str | None = None
    id: str | None = None
    generator: str = ""
    answer: str | None = None


_decoder = msgspec.json.Decoder(_Line)


def cut(line: bytes, segmenter: str) -> list[Item]:
    raw = decode(_decoder, line)
    asked, statement = _one_of(raw, PROBLEM)
    said, solution = _one_of(raw, SOLUTION)
    problem = ProblemIn(statement)
    check_problem(problem, asked)
    for name in ("id", "generator", "answer"):
        check_text(getattr(raw, name), name)
    check_text(solution, said)
    pieces = segment(solution, segmenter)
    return [
        TraceIn(
            problem=problem,
            steps=text_steps(pieces.steps, said),
            external_id=raw.id,
            generator=raw.generator,
            answer=raw.answer,
            metadata={**others(line, _Line), "segmented": told(segmenter, pieces)},
        )
    ]


def _one_of(raw: _Line, names: tuple[str, ...]) -> tuple[str, str]:
    given = [(name, value) for name in names if (value := getattr(raw, name)) is not None]
    if len(given) != 1:
        raise LineError("invalid", f"There must be one of {', '.join(f'`{name}`' for name in names)}.", names[0])
    return given[0]


def parse(line: bytes) -> list[Item]:
    return cut(line, SEGMENTER)


def looks(row: dict[str, Any]) -> str:
    asked, said = ([name for name in names if isinstance(row.get(name), str)] for names in (PROBLEM, SOLUTION))
    known = {"steps", "labels", "label", "completions", "chosen", "rejected", "sections", "messages"} & set(row)
    if len(asked) != 1 or len(said) != 1 or known:
        return ""
    return f"has `{asked[0]}` and `{said[0]}` that are texts, and no steps"


FORMAT = Format("text", "Plain solutions, to be cut into steps", parse, looks, cut=cut, segmenter=SEGMENTER)
