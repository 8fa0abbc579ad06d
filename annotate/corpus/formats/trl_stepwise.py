"""TRL's stepwise supervision, as its PRMTrainer takes it: `{"prompt", "completions": [text], "labels": [bool]}`.

A label for each completion: true is good, false is bad, of the source "trl-stepwise". The trainer makes an integer of
whatever it finds there, so 0 and 1 (also 0.0 and 1.0) are taken as false and true. A row with a label between them is
no verdict but a soft estimate, and gives scores of the scorer "trl-stepwise": 0.9 would become 0 without a word.
Numbers outside are refused. Completions are steps as they are: TRL's separator stands between them, not in them.
"""

import msgspec
from msgspec import Struct

from annotate.corpus.formats.base import (
    Format,
    Item,
    LabelIn,
    LineError,
    ProblemIn,
    TraceIn,
    check_problem,
    decode,
    good_or_bad,
    has,
    others,
    text_steps,
)

SOURCE = "trl-stepwise"


class _Line(Struct):
    prompt: str
    completions: list[str]
    labels: list[bool | float]


_decoder = msgspec.json.Decoder(_Line)


def parse(line: bytes) -> list[Item]:
    raw = decode(_decoder, line)
    problem = ProblemIn(raw.prompt)
    check_problem(problem, "prompt")
    steps = text_steps(raw.completions, "completions")
    if len(raw.labels) != len(steps):
        message = f"There must be one label for each of {len(steps)} completions; here are {len(raw.labels)}."
        raise LineError("label-count", message, "labels")
    for i, label in enumerate(raw.labels):
        if not 0 <= label <= 1:
            message = "A label is true or false, or a number from 0 to 1."
            raise LineError("invalid", message, f"labels[{i}]")
    trace = TraceIn(problem, steps, metadata=others(line, _Line))
    if all(label in (0, 1) for label in raw.labels):
        trace.labels = [LabelIn(SOURCE, [good_or_bad(bool(label)) for label in raw.labels])]
    else:
        trace.scores = {SOURCE: [float(label) for label in raw.labels]}
    return [trace]


FORMAT = Format(
    "trl-stepwise",
    "TRL stepwise supervision, for PRMTrainer",
    parse,
    has("prompt", "completions", "labels"),
)
