"""PRMBench (Song et al., 2025): JSON lines, each a right solution and a copy of it with errors put in on purpose.

The modified process is a trace of the modified question with a label of the source "prmbench" that says of every step
whether it is wrong (`error_steps` are 1-based); `classification` is its error type, `reason` its comment. The original
process is a second, right trace of the original question: the control. The same control in several classes is one
trace; a row without an original process has none. The modified trace keeps both as its metadata, too, since nothing
else says what it was made of; the control's `classification` there is "original".

A row whose `error_steps` point past the end is refused: which step is meant can't be known. `modified_steps` that do so
only are kept as they are in the metadata, with `question` and all else that has no place of its own.
"""

import hashlib

import msgspec
from msgspec import Struct

from annotate.corpus.formats.base import (
    Format,
    Item,
    LabelIn,
    ProblemIn,
    TraceIn,
    check_problem,
    check_text,
    decode,
    from_one,
    good_or_bad,
    has,
    label_first_error,
    others,
    text_steps,
)

SOURCE = "prmbench"


class _Line(Struct):
    original_question: str
    modified_question: str
    original_process: list[str]
    modified_process: list[str]
    error_steps: list[int]
    idx: str
    classification: str
    reason: str = ""


_decoder = msgspec.json.Decoder(_Line)


def parse(line: bytes) -> list[Item]:
    raw = decode(_decoder, line)
    for name in ("idx", "classification", "reason"):
        check_text(getattr(raw, name), name)
    modified, original = ProblemIn(raw.modified_question), ProblemIn(raw.original_question)
    check_problem(modified, "modified_question")
    check_problem(original, "original_question")
    steps = text_steps(raw.modified_process, "modified_process")
    wrong = {from_one(number, steps, f"error_steps[{i}]") for i, number in enumerate(raw.error_steps)}
    values: list[int | None] = [good_or_bad(i not in wrong) for i in range(len(steps))]
    trace = TraceIn(
        problem=modified,
        steps=steps,
        external_id=f"{SOURCE}/{raw.classification}/{raw.idx}",
        metadata={
            "idx": raw.idx,
            "classification": raw.classification,
            "original_question": raw.original_question,
            "original_process": raw.original_process,
            **others(line, _Line),
        },
        labels=[LabelIn(SOURCE, values, [raw.classification] if wrong else [], raw.reason)],
    )
    if not raw.original_process:
        return [trace]
    controls = text_steps(raw.original_process, "original_process")
    control = TraceIn(
        problem=original,
        steps=controls,
        external_id=f"{SOURCE}/original/{raw.idx}/{_short_digest(raw.original_question, *raw.original_process)}",
        metadata={"idx": raw.idx, "classification": "original"},
        labels=[label_first_error(SOURCE, controls, None)],
    )
    return [trace, control]


def _short_digest(*texts: str) -> str:
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()[:16]


FORMAT = Format(
    "prmbench",
    "PRMBench: solutions with errors put in on purpose, and their originals",
    parse,
    has("modified_process", "error_steps"),
)
