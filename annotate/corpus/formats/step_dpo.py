"""Step-DPO (Lai et al., 2024): a better and a worse next step after the same beginning, in eight text columns.

`dataset`, `prompt`, `initial_reason_steps`, `chosen`, `rejected`, `full_chosen`, `full_rejected`, `answer`. Each row is
a choice between two candidates with a preference of the source "step-dpo". There are no ids: the same two candidates
after the same steps are one choice.

The beginning is cut before each line that starts with the next number's "Step k:", and the line break before it goes.
Where the beginning ends with "Step k:", as the trainer wants it, these headers and "Let's think step by step." in front
are the format's frame: they go, with the space after each. A header without that space is the step's own and stays, and
`chosen` and `rejected` without it get "Step k:" in front. That is how our own export reads back. Where the beginning
does not end so, nothing is taken off: headers are text like any other.

`full_chosen` and `full_rejected` are kept as metadata where they say more than the step, and so are further columns.
"""

import re

import msgspec
from msgspec import Struct

from annotate.corpus.formats.base import (
    ChoiceIn,
    Format,
    Item,
    LineError,
    PreferenceIn,
    ProblemIn,
    StepIn,
    check_problem,
    check_text,
    decode,
    has,
    others,
    text_steps,
)

SOURCE = "step-dpo"
OPENING = "Let's think step by step.\n"
HEADER = re.compile(r"^Step (\d{1,9}):", re.MULTILINE)
LAST_HEADER = re.compile(r"(?:^|\n)Step (\d{1,9}):[ ]?\Z")


class _Line(Struct):
    prompt: str
    initial_reason_steps: str
    chosen: str
    rejected: str
    dataset: str | None = None
    full_chosen: str | None = None
    full_rejected: str | None = None
    answer: str | None = None


_decoder = msgspec.json.Decoder(_Line)


def parse(line: bytes) -> list[Item]:
    raw = decode(_decoder, line)
    problem = ProblemIn(raw.prompt, answer=raw.answer or None)
    check_problem(problem, "prompt")
    prefix, candidates = _steps(raw)
    if candidates[0].text == candidates[1].text:
        raise LineError("invalid", "`chosen` and `rejected` are the same step: there is nothing to choose.", "rejected")
    metadata = {"dataset": raw.dataset} if raw.dataset else {}
    for name, full, step in (
        ("full_chosen", raw.full_chosen, raw.chosen),
        ("full_rejected", raw.full_rejected, raw.rejected),
    ):
        if full and full != step:
            metadata[name] = full
    for name, text in metadata.items():
        check_text(text, name)
    return [
        ChoiceIn(
            problem=problem,
            prefix=prefix,
            candidates=candidates,
            info=[{}, {}],
            metadata={**metadata, **others(line, _Line)},
            preferences=[PreferenceIn(SOURCE, [[0], [1]])],
        )
    ]


def _steps(raw: _Line) -> tuple[list[StepIn], list[StepIn]]:
    """The prefix and the two candidates, without the format's frame."""
    beginning = raw.initial_reason_steps
    last = LAST_HEADER.search(beginning)
    if last is None:
        prefix = [text for _, text in _cut(beginning.removesuffix("\n"))]
        candidates = [raw.chosen, raw.rejected]
    else:
        framed = f"{beginning[: last.start()]}\n".removeprefix(OPENING)
        prefix = [_unframed(number, text) for number, text in _cut(framed[:-1])]
        candidates = [_unframed(int(last[1]), last[0].lstrip("\n") + text) for text in (raw.chosen, raw.rejected)]
    return text_steps(prefix, "initial_reason_steps", least=0), text_steps(candidates, "candidates")


def _cut(beginning: str) -> list[tuple[int, str]]:
    """Each step with the number of its header, 0 without one.

    The cut is before a header with the number that comes next, so that a "Step 2:" inside of step 5 is text.
    """
    starts = [(0, 0)]
    number = 1
    for match in HEADER.finditer(beginning):
        if int(match[1]) == number:
            starts.append((number, match.start()))
            number += 1
    ends = [max(0, start - 1) for _, start in starts[1:]] + [len(beginning)]
    return [(n, beginning[start:end]) for (n, start), end in zip(starts, ends, strict=True) if start < end]


def _unframed(number: int, text: str) -> str:
    return text.removeprefix(f"Step {number}: ")


FORMAT = Format(
    "step-dpo",
    "Step-DPO: a better and a worse next step",
    parse,
    has("prompt", "initial_reason_steps", "chosen", "rejected"),
)
