"""SWE-agent's trajectories: a JSON object a run (a .traj file), in the generations that the program has written.

The problem is what the agent was first told after the system prompt, whole: the issue's text with the instructions that
came with it. That is the first user message of `history` which is no demonstration or, in a file without `history`, of
the first entry's `query` (before version 1.1: `messages`).

Each entry of `trajectory` becomes up to three steps: its thought, its action (a tool call) and its observation. A
blank one is no step. `response` is kept where it is another text than the thought; it, `state` (an object, or a text in
old files), `execution_time` and all else are metadata of the entry's last step. Only `query` and `messages` are left
out: in each entry they tell everything before it once more, and `history` does so, too. `history`, `info` and the rest
are the trace's metadata; `info.submission` is also its answer.

A file with nothing but `history`, as SWE-agent's own demonstrations are, is read from it: what the assistant says is a
thought and an action (its `thought` and `action`, or its `content` where it has neither), what comes back an
observation. The messages marked as demonstrations stay in the metadata only.
"""

from typing import Any

import msgspec
from msgspec import Struct

from annotate.corpus.formats.agents import StepList
from annotate.corpus.formats.base import (
    Format,
    Item,
    LineError,
    ProblemIn,
    TraceIn,
    check_problem,
    decode,
    objects,
    others,
    unnamed,
)
from annotate.corpus.formats.parts import Media, joined, parts_of
from annotate.corpus.models import StepKind


class _Message(Struct):
    role: str
    content: Any = None
    thought: str | None = None
    action: str | None = None
    message_type: str = ""
    is_demo: bool = False

    @property
    def demonstrates(self) -> bool:
        return self.is_demo or self.message_type == "demonstration"


class _Entry(Struct):
    action: str | None = None
    observation: str | None = None
    thought: str | None = None
    response: str | None = None
    query: list[_Message] | None = None
    messages: list[_Message] | None = None


class _Line(Struct):
    trajectory: list[_Entry] = []
    history: list[_Message] = []


_decoder = msgspec.json.Decoder(_Line)


def parse(line: bytes) -> list[Item]:
    raw = decode(_decoder, line)
    told, field = raw.history, "history"
    if not told and raw.trajectory:
        told = raw.trajectory[0].query or raw.trajectory[0].messages or []
        field = f"trajectory[0].{'query' if raw.trajectory[0].query else 'messages'}"
    first, statement, media = _first_told(told, field)
    problem = ProblemIn(statement, media=media or None)
    check_problem(problem, f"{field}[{first}].content")
    steps = StepList("trajectory" if raw.trajectory else "history")
    if raw.trajectory:
        _from_entries(steps, raw.trajectory, objects(line, "trajectory"))
    else:
        _from_history(steps, raw.history[first + 1 :], first + 1)
    # All that the shape doesn't name, and `history` as it is.
    metadata = {**others(line, _Rest), **steps.left_over}
    info = metadata.get("info")
    answer = info.get("submission") if isinstance(info, dict) else None
    return [
        TraceIn(
            problem=problem,
            steps=steps.checked(),
            answer=answer if isinstance(answer, str) and answer.strip() else None,
            metadata=metadata,
            step_metadata=steps.metadata,
        )
    ]


class _Rest(Struct):
    trajectory: Any = None


def _first_told(messages: list[_Message], field: str) -> tuple[int, str, Media]:
    """The index of the message that sets the problem, its text and its media."""
    for i, message in enumerate(messages):
        if message.role == "user" and not message.demonstrates:
            return i, *joined([parts_of(message.content, f"{field}[{i}].content")])
    text = "Nothing says what the agent was to do: there is no user message that is not a demonstration."
    raise LineError("no-problem", f"{text} Add one before the first action.", field)


def _from_entries(steps: StepList, entries: list[_Entry], given: list[dict[str, Any]]) -> None:
    for entry, fields in zip(entries, given, strict=True):
        rest = unnamed(fields, _Entry)
        made = steps.add(StepKind.THOUGHT, entry.thought or "")
        made += steps.add(StepKind.TOOL_CALL, entry.action or "")
        made += steps.add(StepKind.OBSERVATION, entry.observation or "")
        if entry.response not in (None, "", entry.thought):
            rest = {"response": entry.response, **rest}
        steps.note(made, rest)


def _from_history(steps: StepList, messages: list[_Message], start: int) -> None:
    for i, message in enumerate(messages, start):
        if message.demonstrates:
            continue
        if message.role != "assistant":
            steps.add_parts(StepKind.OBSERVATION, parts_of(message.content, f"history[{i}].content"))
            continue
        if message.thought is None and message.action is None:
            steps.add_parts(StepKind.THOUGHT, parts_of(message.content, f"history[{i}].content"))
        steps.add(StepKind.THOUGHT, message.thought or "")
        steps.add(StepKind.TOOL_CALL, message.action or "")


def looks(row: dict[str, Any]) -> str:
    if _has_objects(row, "trajectory", "action"):
        return "has a `trajectory` of entries with `action`"
    return "has a `history` of messages" if _has_objects(row, "history", "role") else ""


def _has_objects(row: dict[str, Any], name: str, key: str) -> bool:
    value = row.get(name)
    return isinstance(value, list) and bool(value) and isinstance(value[0], dict) and key in value[0]


FORMAT = Format("swe-agent", "SWE-agent: a software agent's thoughts, actions and observations", parse, looks)
