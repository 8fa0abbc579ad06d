"""Math-Shepherd (Wang et al., 2023): JSON lines of `{"input", "label", "task"}`.

`input` is the problem and the steps in one text, with the mark "ки" after each step; `label` is the same text with "+"
or "-" in the place of each mark. These Monte Carlo estimates become a label of the source "math-shepherd".

The problem ends before "Step 1:"; where no step says so, after the last question mark of what stands before the first
mark. A few prompts hold a mark themselves: it is taken out of the statement, and its sign kept as `stray_labels` in the
metadata. The space before a mark and the line break after it are the format's and go; "Step k:" is text and stays. What
follows the last mark, if anything, is a step without a label. The last step's "The answer is:" gives the trace's
answer, and since that step's label comes from comparing it with the reference, also whether it is right.
"""

import re

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
    others,
    text_steps,
)

SOURCE = "math-shepherd"
MARK = "ки"
ANSWER = "The answer is:"
FIRST_STEP = re.compile(r"[Ss]tep 1:")


class _Line(Struct):
    input: str
    label: str


_decoder = msgspec.json.Decoder(_Line)


def parse(line: bytes) -> list[Item]:
    raw = decode(_decoder, line)
    parts = raw.input.split(MARK)
    right = _signs(parts, raw.label)
    if not right:
        raise LineError("no-steps", f"There is no {MARK} in the input: nothing tells where a step ends.", "input")
    metadata = others(line, _Line)
    *stray, first = _prompt_parts(parts)
    statement, step = _split(first)
    if stray:
        metadata["stray_labels"] = ["+" if sign else "-" for sign in right[: len(stray)]]
    statement = "".join([*stray, statement])
    problem = ProblemIn(statement.removesuffix(" "))
    check_problem(problem, "input")
    labelled = [step, *parts[len(stray) + 1 : -1]]
    values: list[int | None] = [good_or_bad(sign) for sign in right[len(stray) :]]
    texts = [text.removeprefix("\n").removesuffix(" ") for text in labelled]
    rest = parts[-1].removeprefix("\n")
    if rest.strip():
        texts.append(rest)
        values.append(None)
    answer = texts[-1].rpartition(ANSWER)[2].strip() if ANSWER in texts[-1] else None
    return [
        TraceIn(
            problem=problem,
            steps=text_steps(texts, "input"),
            answer=answer,
            correct=right[-1] if answer is not None and values[-1] is not None else None,
            metadata=metadata,
            labels=[LabelIn(SOURCE, values)],
        )
    ]


def _signs(parts: list[str], label: str) -> list[bool]:
    """Whether each mark is a "+". A mark has two characters and a sign one, so the two texts are walked together."""
    right: list[bool] = []
    at = 0
    for i, part in enumerate(parts):
        at += len(part)
        if label[at - len(part) : at] != part:
            break
        if i == len(parts) - 1:
            if at == len(label):
                return right
        elif label[at : at + 1] in ("+", "-"):
            right.append(label[at] == "+")
            at += 1
        else:
            break
    message = f"After {len(right)} signs this is not the input's text with + or - for each {MARK}."
    raise LineError("label-mismatch", message, "label")


def _prompt_parts(parts: list[str]) -> list[str]:
    """The parts up to the one in which the first step begins."""
    for i, part in enumerate(parts[:-1]):
        if FIRST_STEP.search(part):
            return parts[: i + 1]
    return parts[:1]


def _split(first: str) -> tuple[str, str]:
    if match := FIRST_STEP.search(first):
        return first[: match.start()], first[match.start() :]
    question, mark, step = first.rpartition("?")
    if not mark or not step.strip():
        raise LineError("no-steps", 'Neither "Step 1:" nor a question mark tells where the problem ends.', "input")
    return question + mark, step.removeprefix(" ")


def looks(row: dict[str, object]) -> str:
    text = row.get("input")
    marked = isinstance(text, str) and MARK in text and "label" in row
    return f"has `label`, and an `input` with the mark {MARK}" if marked else ""


FORMAT = Format("math-shepherd", "Math-Shepherd: steps with Monte Carlo signs", parse, looks)
