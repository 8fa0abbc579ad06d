"""RLHFlow's PRM data (Mistral-PRM-Data, Deepseek-PRM-Data): JSON lines of `{"conversations": [{"role", "content"}]}`.

Each user turn is a step and the assistant's answer, "+" or "-", its label, of the source "rlhflow". The first turn
holds the problem before the first step. It ends before "Step 1:"; where no step says so, before the last blank line
(these steps hold none), or else after the only question mark. `problem_ends_at` in the metadata says which it was; a
row with none of them is refused, since nobody could tell a problem from a step.

Taken off are what parts problem and step (the blank line, or one space) and a "ки" at a step's end with the space
before it. "Step k:" stays. A row with one turn that holds several numbered steps is labelled by its final answer: the
steps come without labels, cut before each "Step k:", and the sign says whether the answer is right.
"""

import re
from typing import Literal

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

SOURCE = "rlhflow"
FIRST_STEP = re.compile(r"\bStep 1:")
NEXT_STEP = re.compile(r"\n(?=Step \d+:)")


class _Turn(Struct, forbid_unknown_fields=True):
    role: Literal["user", "assistant"]
    content: str


class _Line(Struct):
    conversations: list[_Turn]


_decoder = msgspec.json.Decoder(_Line)


def parse(line: bytes) -> list[Item]:
    raw = decode(_decoder, line)
    texts, right = _turns(raw.conversations)
    statement, texts[0], by = _split(texts[0])
    problem = ProblemIn(statement)
    check_problem(problem, "conversations[0].content")
    trace = TraceIn(problem, [], metadata={"problem_ends_at": by, **others(line, _Line)})
    if len(texts) == 1 and NEXT_STEP.search(texts[0]):
        trace.steps = text_steps(NEXT_STEP.split(texts[0]), "conversations")
        trace.correct = right[0]
    else:
        trace.steps = text_steps(texts, "conversations")
        trace.labels = [LabelIn(SOURCE, [good_or_bad(sign) for sign in right])]
    return [trace]


def _turns(turns: list[_Turn]) -> tuple[list[str], list[bool]]:
    if not turns or len(turns) % 2:
        raise LineError("invalid", "Each user turn needs an assistant turn with its sign.", "conversations")
    for i, turn in enumerate(turns):
        if turn.role != ("assistant" if i % 2 else "user"):
            message = "Turns alternate: the user's with a step, the assistant's with + or -."
            raise LineError("invalid", message, f"conversations[{i}].role")
        if i % 2 and turn.content not in ("+", "-"):
            raise LineError("invalid", "This must be + or -.", f"conversations[{i}].content")
    steps = []
    for turn in turns[::2]:
        bare = turn.content.rstrip()
        # Only behind a space: Russian words end in the same letters.
        steps.append(bare.removesuffix(" ки") if bare.endswith(" ки") else turn.content)
    return steps, [turn.content == "+" for turn in turns[1::2]]


def _split(first: str) -> tuple[str, str, str]:
    """The statement, the first step, and by what they were told apart."""
    if match := FIRST_STEP.search(first):
        before = first[: match.start()]
        shorter = before.removesuffix("\n\n")
        return shorter if shorter != before else before.removesuffix(" "), first[match.start() :], "Step 1:"
    statement, gap, step = first.rpartition("\n\n")
    if gap and step.strip():
        return statement, step, "blank line"
    statement, mark, step = first.partition("?")
    if mark and step.strip() and "?" not in step:
        return statement + mark, step.removeprefix(" "), "question mark"
    message = 'Where does the problem end? No "Step 1:", no blank line, and not exactly one question mark tells.'
    raise LineError("no-steps", f"{message} Put a blank line before the first step.", "conversations[0].content")


def looks(row: dict[str, object]) -> str:
    turns = row.get("conversations")
    if not isinstance(turns, list) or len(turns) < 2 or not isinstance(turns[1], dict):
        return ""
    return "has `conversations` in which + or - is answered" if turns[1].get("content") in ("+", "-") else ""


FORMAT = Format("rlhflow", "RLHFlow: conversations that answer each step with + or -", parse, looks)
