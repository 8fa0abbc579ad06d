"""AgentProcessBench: JSON lines, each an agent's run as OpenAI's messages, with a value for each assistant message.

Messages become steps as those of `openai-messages` do. `step_labels` has the 0-based index of a message as its key, and
-1 (harms), 0 (explores, to no effect) or 1 (helps) as its value: every step that the message became gets it, as a label
of the source "agent-process-bench". `step_labels` stays in the metadata, too, since it tells what was one message.

`answer_text` is the trace's answer. `final_label`, `ground_truth`, `tools`, `question` (which the first user message
holds, with instructions) and all else are its metadata. Its id is made of `data_source`, `query_index` and
`sample_index`, or is `record_id` where there is one.
"""

from typing import Any, Literal

import msgspec
from msgspec import Struct

from annotate.corpus.formats.agents import Made, Message, StepList, tell
from annotate.corpus.formats.base import (
    Format,
    Item,
    LabelIn,
    LineError,
    ProblemIn,
    TraceIn,
    check_problem,
    check_text,
    decode,
    objects,
    others,
)
from annotate.corpus.formats.openai_messages import has_messages

SOURCE = "agent-process-bench"

Value = Literal[-1, 0, 1]


class _Line(Struct):
    messages: list[Message]
    step_labels: dict[str, Value]
    answer_text: str | None = None
    data_source: str | None = None
    query_index: int | None = None
    sample_index: int | None = None
    record_id: str | int | None = None


class _Placed(Struct):
    """What others than metadata keep; the parts of the id are there, too, to be looked for."""

    messages: Any = None
    answer_text: Any = None


_decoder = msgspec.json.Decoder(_Line)


def parse(line: bytes) -> list[Item]:
    raw = decode(_decoder, line)
    metadata = others(line, _Placed)
    steps = StepList("messages")
    statement, media, made = tell(raw.messages, objects(line, "messages"), steps)
    problem = ProblemIn(statement, media=media)
    check_problem(problem, "messages")
    check_text(raw.answer_text, "answer_text")
    labels = _values(raw, made, len(steps.steps))
    return [
        TraceIn(
            problem=problem,
            steps=steps.checked(),
            external_id=_id(raw),
            answer=raw.answer_text,
            metadata={**metadata, **steps.left_over},
            step_metadata=steps.metadata,
            labels=[LabelIn(SOURCE, labels)] if any(value is not None for value in labels) else [],
        )
    ]


def _values(raw: _Line, made: list[Made], count: int) -> list[int | None]:
    values: list[int | None] = [None] * count
    for key, value in raw.step_labels.items():
        field = f"step_labels.{key}"
        index = int(key) if key.isdecimal() and len(key) < 10 else -1
        if not 0 <= index < len(made) or raw.messages[index].role != "assistant":
            message = "This must be the index of an assistant message, counted from 0. Mend it or leave it out."
            raise LineError("no-such-step", message, field)
        if not made[index]:
            message = "The message has neither text nor calls, so there is no step to label. Leave the label out."
            raise LineError("no-such-step", message, field)
        for step in made[index]:
            values[step] = value
    return values


def _id(raw: _Line) -> str | None:
    if raw.record_id is not None:
        return f"{SOURCE}/{raw.record_id}"
    parts = (raw.data_source, raw.query_index, raw.sample_index)
    return None if None in parts else "/".join([SOURCE, *map(str, parts)])


def looks(row: dict[str, Any]) -> str:
    return "has `messages` with roles, and `step_labels`" if has_messages(row) and "step_labels" in row else ""


FORMAT = Format(SOURCE, "AgentProcessBench: agents' runs with a value for each message", parse, looks)
