"""An agent's run as messages of OpenAI's chat API: JSON lines of `{"messages": [{"role", "content", "tool_calls"}]}`.

The problem is all up to the first user message: the system prompt and that message, joined by a blank line. Of each
assistant message, `reasoning_content` is a thought, `content` reasoning, and each of its `tool_calls` (or its
`function_call`) a tool call, written `name(arguments)` with the arguments to the byte. Tool messages, and what users
say later, are observations. Blank texts are no steps, and each part of a content in parts is one.

Everything else that a message has is metadata of its last step: the `tool_call_id` and `name` of a result, the `role`
of what is not a tool's; a call's `id` and `type` are its own step's. Messages that became no step leave theirs in the
trace's metadata, as `without_step` with the 0-based index as `message`. A segmenter, if one is chosen, cuts what the
assistant thinks and says. `id` names the trace, `model` its generator,
and all other fields are its metadata.
"""

from typing import Any

import msgspec
from msgspec import Struct

from annotate.corpus.formats.agents import Message, StepList, tell
from annotate.corpus.formats.base import (
    Format,
    Item,
    ProblemIn,
    TraceIn,
    check_problem,
    check_text,
    decode,
    objects,
    others,
)


class _Line(Struct):
    messages: list[Message]
    id: str | None = None
    model: str | None = None


SEGMENTER = "none"

_decoder = msgspec.json.Decoder(_Line)


def cut(line: bytes, segmenter: str) -> list[Item]:
    raw = decode(_decoder, line)
    steps = StepList("messages", segmenter)
    statement, media, _ = tell(raw.messages, objects(line, "messages"), steps)
    problem = ProblemIn(statement, media=media)
    check_problem(problem, "messages")
    check_text(raw.id, "id")
    check_text(raw.model, "model")
    return [
        TraceIn(
            problem=problem,
            steps=steps.checked(),
            external_id=raw.id,
            generator=raw.model or "",
            metadata={**others(line, _Line), **steps.left_over},
            step_metadata=steps.metadata,
        )
    ]


def parse(line: bytes) -> list[Item]:
    return cut(line, SEGMENTER)


def has_messages(row: dict[str, Any]) -> bool:
    messages = row.get("messages")
    return isinstance(messages, list) and bool(messages) and isinstance(messages[0], dict) and "role" in messages[0]


def looks(row: dict[str, Any]) -> str:
    # Rows of pairs often hold the better side once more as `messages`.
    other = "step_labels" in row or "chosen" in row
    return "has `messages` with roles" if has_messages(row) and not other else ""


FORMAT = Format(
    "openai-messages",
    "OpenAI's messages: an agent's run with tool calls and their results",
    parse,
    looks,
    cut=cut,
    segmenter=SEGMENTER,
)
