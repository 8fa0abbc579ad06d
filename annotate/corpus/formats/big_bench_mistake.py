"""BIG-Bench-Mistake (Tyen et al., 2023): JSON lines, each a chain of thought and where its first mistake is.

`mistake_index` is 0-based, null where nothing is wrong, and is kept as a label of the source "big-bench-mistake".
`answer` is what the chain came to, `target` the reference. `steps` came without the "Thought 1:" before each, and stay
so. There are no ids: equal inputs are one problem, equal chains one trace.
"""

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
    has,
    label_first_error,
    others,
    text_steps,
)

SOURCE = "big-bench-mistake"


class _Line(Struct):
    input: str
    steps: list[str]
    mistake_index: int | None
    answer: str | None = None
    target: str | None = None


_decoder = msgspec.json.Decoder(_Line)


def parse(line: bytes) -> list[Item]:
    raw = decode(_decoder, line)
    problem = ProblemIn(raw.input, answer=raw.target)
    check_problem(problem, "input")
    check_text(raw.answer, "answer")
    steps = text_steps(raw.steps)
    if raw.mistake_index is not None and not 0 <= raw.mistake_index < len(steps):
        message = f"This must be from 0 to {len(steps) - 1} (the first step is 0), or null for no mistake."
        raise LineError("no-such-step", message, "mistake_index")
    return [
        TraceIn(
            problem=problem,
            steps=steps,
            answer=raw.answer,
            metadata=others(line, _Line),
            labels=[label_first_error(SOURCE, steps, raw.mistake_index)],
        )
    ]


FORMAT = Format(
    "big-bench-mistake",
    "BIG-Bench-Mistake: chains of thought with the first mistake",
    parse,
    has("input", "steps", "mistake_index"),
)
