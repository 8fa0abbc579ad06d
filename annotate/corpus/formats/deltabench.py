"""DeltaBench (He et al., 2025): JSON lines, each a long chain of thought in sections, of which people judged some.

A section is a step. `reason_error_section_numbers` (from 1) names those with an error; in `sections_labeled_info`,
`reasoning_correctness` is "1" for a section with an error, "0" for one without, and "" for one that nobody judged. From
these comes a label of the source "deltabench": bad, good, or nothing. Its comment is what is said of the first section
with an error, and `error_type` its error type. Where the two contradict each other the row is refused.

All that is said of a section, useful or not, corrections and what the section is for, is its step's metadata.
`final_correct` is whether the answer is right; `long_cot`, the lists of numbers and all else are the trace's metadata.
"""

from typing import Any, Literal

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
    check_text,
    decode,
    from_one,
    good_or_bad,
    has,
    objects,
    others,
    text_steps,
    unnamed,
)

SOURCE = "deltabench"
NUMBERS = "reason_error_section_numbers"


class _Section(Struct):
    content: str


class _Info(Struct):
    section_number: int
    reasoning_correctness: Literal["0", "1", ""] = ""
    explanation: str = ""


class _Line(Struct):
    id: str
    question: str
    sections: list[_Section]
    reason_error_section_numbers: list[int]
    sections_labeled_info: list[_Info] = []
    final_correct: Literal[0, 1] | None = None
    solution: str | None = None
    answer: str | None = None
    error_type: str | None = None


class _Placed(Struct):
    """What others than the trace's metadata keep whole."""

    id: Any = None
    question: Any = None
    sections: Any = None
    sections_labeled_info: Any = None
    solution: Any = None
    answer: Any = None


_decoder = msgspec.json.Decoder(_Line)


def parse(line: bytes) -> list[Item]:
    raw = decode(_decoder, line)
    problem = ProblemIn(raw.question, answer=raw.answer, solution=raw.solution)
    check_problem(problem, "question")
    check_text(raw.id, "id")
    metadata = others(line, _Placed)
    steps = text_steps([section.content for section in raw.sections], "sections")
    notes = [unnamed(section, _Section) for section in objects(line, "sections")]
    info: dict[int, _Info] = {}
    if raw.sections_labeled_info:
        for i, (one, given) in enumerate(
            zip(raw.sections_labeled_info, objects(line, "sections_labeled_info"), strict=True)
        ):
            field = f"sections_labeled_info[{i}].section_number"
            index = from_one(one.section_number, steps, field)
            if index in info:
                raise LineError("contradiction", "This section is judged twice. Leave one out.", field)
            info[index] = one
            notes[index]["labeled_info"] = {k: v for k, v in given.items() if k != "section_number"}
    labels = _label(raw, steps, info)
    return [
        TraceIn(
            problem=problem,
            steps=steps,
            external_id=raw.id,
            correct=None if raw.final_correct is None else bool(raw.final_correct),
            metadata=metadata,
            step_metadata=[note or None for note in notes] if any(notes) else None,
            labels=labels,
        )
    ]


def _label(raw: _Line, steps: list[StepIn], info: dict[int, _Info]) -> list[LabelIn]:
    wrong = {from_one(number, steps, f"{NUMBERS}[{i}]") for i, number in enumerate(raw.reason_error_section_numbers)}
    values: list[int | None] = []
    for i in range(len(steps)):
        said = info[i].reasoning_correctness if i in info else ""
        if said and (said == "1") is not (i in wrong):
            what = "with an error" if said == "1" else "without an error"
            message = f"Section {i + 1} is judged to be {what}, and the numbers say otherwise. Mend one of the two."
            raise LineError("contradiction", message, NUMBERS)
        values.append(good_or_bad(i not in wrong) if said or i in wrong else None)
    if not any(value is not None for value in values):
        return []
    comment = info[min(wrong)].explanation if wrong and min(wrong) in info else ""
    return [LabelIn(SOURCE, values, [raw.error_type] if wrong and raw.error_type else [], comment)]


FORMAT = Format(
    SOURCE,
    "DeltaBench: long chains of thought in sections, with those that have an error",
    parse,
    has("long_cot", "sections", NUMBERS),
)
