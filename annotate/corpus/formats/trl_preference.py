"""TRL's preference data: JSON lines of `{"prompt", "chosen", "rejected"}`, texts or conversations.

Each row is a choice between two answers, with a preference of the source "trl-preference". As texts: the prompt is the
problem, and nothing has been done yet. Our own export puts the steps so far into the prompt: there they stay.

As lists of `{"role", "content"}`: what `chosen` and `rejected` both begin with goes to the prompt, whether `prompt`
says it as well, leaves it out or is not there. The problem is the prompt up to its first user message, the system
prompt included, joined by a blank line. What comes after it are steps: the assistant's messages reasoning, all others
observations. Then each side must have one message of the assistant's left, with one text.

All other columns are metadata.
"""

from itertools import takewhile
from typing import Any, Literal

import msgspec
from msgspec import Struct

from annotate.corpus.formats.agents import Message, StepList, tell
from annotate.corpus.formats.base import (
    ChoiceIn,
    Format,
    Item,
    LineError,
    PreferenceIn,
    ProblemIn,
    check_metadata,
    check_problem,
    decode,
    others,
    pair_of,
)

SOURCE = "trl-preference"


class _Message(Struct, forbid_unknown_fields=True):
    role: Literal["system", "developer", "user", "assistant", "tool"]
    content: str


Said = str | list[_Message]


class _Line(Struct):
    chosen: Said
    rejected: Said
    prompt: Said | None = None


_decoder = msgspec.json.Decoder(_Line)


def parse(line: bytes) -> list[Item]:
    raw = decode(_decoder, line)
    metadata = others(line, _Line)
    steps = StepList("prompt")
    if isinstance(raw.chosen, str) and isinstance(raw.rejected, str):
        if not isinstance(raw.prompt, str):
            message = "Where `chosen` and `rejected` are texts, `prompt` must be one, too."
            raise LineError("invalid", message, "prompt")
        statement, chosen, rejected = raw.prompt, raw.chosen, raw.rejected
    elif isinstance(raw.chosen, list) and isinstance(raw.rejected, list):
        prompt, chosen, rejected = _told_apart(raw.prompt, raw.chosen, raw.rejected)
        check_metadata([message.content for message in prompt], "prompt")
        told = [Message(message.role, message.content) for message in prompt]
        statement, _, _ = tell(told, [{} for _ in told], steps)
    else:
        raise LineError("invalid", "`chosen` and `rejected` must both be texts, or both lists of messages.", "rejected")
    problem = ProblemIn(statement)
    check_problem(problem, "prompt")
    return [
        ChoiceIn(
            problem=problem,
            prefix=steps.checked(least=0),
            candidates=pair_of(chosen, rejected),
            info=[{}, {}],
            prefix_info=steps.info,
            metadata=metadata,
            preferences=[PreferenceIn(SOURCE, [[0], [1]])],
        )
    ]


def _told_apart(
    prompt: Said | None, chosen: list[_Message], rejected: list[_Message]
) -> tuple[list[_Message], str, str]:
    """The prompt's messages, and the text of each side."""
    if chosen == rejected:
        raise LineError("invalid", "`chosen` and `rejected` are the same: there is nothing to choose.", "rejected")
    pairs = zip(chosen, rejected, strict=False)
    shared = [one for one, _ in takewhile(lambda pair: pair[0] == pair[1], pairs)]
    common = len(shared)
    given = [_Message("user", prompt)] if isinstance(prompt, str) else prompt or []
    asked = [message for message in shared if message.role != "system"] if isinstance(prompt, str) else shared
    if shared and shared[0].role == "assistant":
        shared = given + shared
    elif given and shared and asked[: len(given)] != given:
        message = "`chosen` and `rejected` begin with other messages than `prompt`. Leave one of the two out."
        raise LineError("contradiction", message, "prompt")
    last = []
    for name, side in (("chosen", chosen), ("rejected", rejected)):
        rest = side[common:]
        if len(rest) != 1 or rest[0].role != "assistant":
            message = "After what both sides begin with there must be one message left on each side, the assistant's."
            raise LineError("invalid", message, name)
        last.append(rest[0].content)
    return shared or given, last[0], last[1]


def looks(row: dict[str, Any]) -> str:
    if "initial_reason_steps" in row or "trajectory" in row:
        return ""
    return "has `chosen` and `rejected`" if "chosen" in row and "rejected" in row else ""


FORMAT = Format(SOURCE, "TRL preferences: a better and a worse answer", parse, looks)
