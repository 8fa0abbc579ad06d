"""ProcessBench (Zheng et al., 2024; data set card Qwen/ProcessBench): a JSON array of labelled solutions.

`{"id", "generator", "problem", "steps": [text], "final_answer_correct", "label"}`; `label` is the 0-based index of the
earliest wrong step, -1 where there is none, and is kept as a label of the source "processbench". Problems have no id
of their own, so equal statements are one problem. What else a row holds is kept as metadata.
"""

import msgspec
from msgspec import Struct

from annotate.corpus.formats.base import (
    Format,
    Item,
    LabelIn,
    LineError,
    ProblemIn,
    StepIn,
    TraceIn,
    check_problem,
    check_steps,
    check_text,
    decode,
    has,
    others,
)
from annotate.corpus.labels import first_error_values

SOURCE = "processbench"


class _Line(Struct):
    id: str
    generator: str
    problem: str
    steps: list[str]
    final_answer_correct: bool | None
    label: int


_decoder = msgspec.json.Decoder(_Line)


def parse(line: bytes) -> list[Item]:
    raw = decode(_decoder, line)
    problem = ProblemIn(raw.problem)
    check_problem(problem)
    steps = [StepIn(text) for text in raw.steps]
    check_steps(steps)
    check_text(raw.id, "id")
    check_text(raw.generator, "generator")
    if not -1 <= raw.label < len(steps):
        raise LineError("invalid", f"`label` must be from 0 to {len(steps) - 1}, or -1 for no error.", "label")
    values = first_error_values([True] * len(steps), None if raw.label == -1 else raw.label)
    trace = TraceIn(
        problem=problem,
        steps=steps,
        external_id=raw.id,
        generator=raw.generator,
        correct=raw.final_answer_correct,
        metadata=others(line, _Line),
        labels=[LabelIn(SOURCE, values)],
    )
    return [trace]


FORMAT = Format(
    "processbench",
    "ProcessBench: solutions with the earliest wrong step",
    parse,
    has("problem", "steps", "final_answer_correct", "label"),
)
