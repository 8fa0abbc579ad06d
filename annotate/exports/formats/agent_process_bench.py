"""AgentProcessBench: an agent's run as OpenAI's messages, with a value for each assistant message.

`messages` begins with the problem: as the messages that it came as, or else as the user's. Then come the agent's
turns, as `annotate.exports.turns` tells them: `reasoning_content` (only where there is a thought), `content` and
`tool_calls`, whose `arguments` are JSON in a text. What a call was answered is a message of the tool's, other
observations are the user's. `step_labels` has the 0-based index of a message as its key; the value is -1, 0 or 1, the
worst of the message's steps. A message of which nothing was said, or only "unsure", has none.

`final_label` and all else that the format has (`total_index`, `question`, `data_source`, `ground_truth`, `tools`,
`tool_metrics`, …) are those that came with the trace in its metadata; without, `question` is the problem,
`data_source` the project, `ground_truth` the reference answer, `final_label` 1 or -1 where the data says whether the
answer is right.

One row for each label. Left out: labels that say nothing of any step ("empty"). Not carried: choices; media;
comments, error types, rewrites; who said it.

Coming back: an empty `content` is "", steps of one message stay one turn; in Parquet, `step_labels` is a list of
`{"message", "value"}`, and `ground_truth`, `tools` and `tool_metrics` are JSON in texts.
"""

from collections.abc import Iterator
from typing import Any

import msgspec
from msgspec import Raw, Struct

from annotate.exports import options as o
from annotate.exports.formats.base import Format, Rows
from annotate.exports.items import UNSURE, Item, TraceItem
from annotate.exports.options import Options
from annotate.exports.tally import Tally
from annotate.exports.turns import Turn, asked, turns, value_of


class Function(Struct, gc=False):
    name: str
    arguments: str


class ToolCall(Struct, gc=False):
    id: str
    type: str
    function: Function


class Message(Struct, gc=False, omit_defaults=True):
    role: str
    content: str
    reasoning_content: str | None = None
    tool_calls: list[ToolCall] | None = None
    tool_call_id: str | None = None
    name: str | None = None


class Row(Struct, gc=False, kw_only=True):
    total_index: int | None
    query_index: int | None
    sample_index: int | None
    question: str
    data_source: str
    ground_truth: Raw | None
    answer_text: str | None
    messages: list[Message]
    tools: Raw | None
    tool_metrics: Raw | None
    step_labels: dict[str, int]
    final_label: int | None


class TableValue(Struct, gc=False):
    message: int
    value: int


class TableRow(Struct, gc=False, kw_only=True):
    total_index: int | None
    query_index: int | None
    sample_index: int | None
    question: str
    data_source: str
    ground_truth: str | None
    answer_text: str | None
    messages: list[Message]
    tools: str | None
    tool_metrics: str | None
    step_labels: list[TableValue]
    final_label: int | None


class _Metadata(Struct):
    total_index: Any = None
    query_index: Any = None
    sample_index: Any = None
    question: Any = None
    data_source: Any = None
    ground_truth: Raw = Raw(b"")
    tools: Raw = Raw(b"")
    tool_metrics: Raw = Raw(b"")
    final_label: Any = None


_metadata = msgspec.json.Decoder(_Metadata)


def start(project: str, options: Options) -> Rows:
    def rows(item: Item, tally: Tally) -> Iterator[Row]:
        assert isinstance(item, TraceItem)  # noqa: S101
        told = turns(item)
        before = [Message(role, text) for role, text in asked(item)]
        messages = [*before, *map(message_of, told)]
        given = _metadata.decode(item.metadata) if item.metadata is not None else _Metadata()
        for said in item.said:
            values = {str(i): value_of(turn, said.values) for i, turn in enumerate(told, len(before)) if turn.agent}
            labels = {i: value for i, value in values.items() if value is not None and value != UNSURE}
            if not labels:
                tally.leave_out("empty")
                continue
            tally.use(item, said)
            yield Row(
                total_index=_whole(given.total_index),
                query_index=_whole(given.query_index),
                sample_index=_whole(given.sample_index),
                question=given.question if isinstance(given.question, str) else item.problem.statement,
                data_source=given.data_source if isinstance(given.data_source, str) else project,
                ground_truth=_given(given.ground_truth) or _target(item),
                answer_text=item.answer,
                messages=messages,
                tools=_given(given.tools),
                tool_metrics=_given(given.tool_metrics),
                step_labels=labels,
                final_label=_final(given, item),
            )

    return rows


def message_of(turn: Turn) -> Message:
    if not turn.agent:
        if not turn.answers:
            return Message("user", turn.text)
        return Message("tool", turn.text, tool_call_id=turn.answers, name=turn.name or None)
    calls = [ToolCall(call.id, "function", Function(call.name, call.arguments)) for call in turn.calls]
    return Message("assistant", turn.text, turn.thought or None, calls or None)


def _given(raw: Raw) -> Raw | None:
    return raw if bytes(raw) not in (b"", b"null") else None


def _target(item: TraceItem) -> Raw | None:
    if item.problem.answer is None:
        return None
    return Raw(msgspec.json.encode({"target": [item.problem.answer]}))


def _whole(value: Any) -> int | None:
    return value if isinstance(value, int) else None


def _final(given: _Metadata, item: TraceItem) -> int | None:
    if given.final_label in (-1, 0, 1):
        return int(given.final_label)
    return None if item.correct is None else 1 if item.correct else -1


def _table_row(row: Row) -> TableRow:
    return TableRow(
        total_index=row.total_index,
        query_index=row.query_index,
        sample_index=row.sample_index,
        question=row.question,
        data_source=row.data_source,
        ground_truth=_as_text(row.ground_truth),
        answer_text=row.answer_text,
        messages=row.messages,
        tools=_as_text(row.tools),
        tool_metrics=_as_text(row.tool_metrics),
        step_labels=[TableValue(int(i), value) for i, value in row.step_labels.items()],
        final_label=row.final_label,
    )


def _as_text(raw: Raw | None) -> str | None:
    return None if raw is None else bytes(raw).decode()


FORMAT = Format(
    "agent-process-bench",
    "AgentProcessBench: agents' runs with a value for each message",
    start=start,
    rows=(Row,),
    table=(TableRow, _table_row),
    neutral=(o.KEEP, o.DROP, o.AS_GOOD, o.AS_BAD),
    after_first_error=(o.AS_SAID, o.UNLABELLED, o.TRUNCATE, o.AS_WRONG),
    imports_back=True,
)
