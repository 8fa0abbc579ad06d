"""Agents' runs as OpenTelemetry's spans for generative AI, in OTLP's JSON: an object a line, as its collector
writes files. Labels are `gen_ai.evaluation.result` events.

Each trace is one `invoke_agent` span. Below it, each of the agent's turns (`annotate.exports.turns`) is a `chat`
span, with everything before it in `gen_ai.input.messages` and the turn in `gen_ai.output.messages`, and each call
that was answered an `execute_tool` span. `gen_ai.conversation.id` is the trace's own id. What came as spans keeps the
ids of its `chat` spans, and what they said of model, provider and conversation, so that evaluations find what they
are about; all other ids are made from the trace's own, and a provider that nobody knows is "unknown". Times are 1, 2,
3, … nanoseconds after 1970: they tell the order, since mostly nobody knows more.

A `chat` span has an event for each source that said something of its turn: `gen_ai.evaluation.name` is the
source, `score.label` "correct", "neutral", "incorrect" or "unsure" (the worst that was said of its steps),
`score.value` 1 or 0 for the first and the third, `explanation` the comment, at the first wrong step. Where the span
came with a `gen_ai.response.id`, the event says it, too.

Since every span tells all that came before, as the conventions have it, the file grows with the square of the
number of turns. Left out: traces without labels. Not carried: choices; error types, rewrites; the reference;
scores.

Coming back, problem, steps, kinds, calls and labels are as they were, where no turn holds several steps of
different values. In Parquet, attributes and events are JSON in texts.
"""

from collections.abc import Iterator
from typing import Any

import msgspec
from msgspec import Struct

from annotate.core.digests import digest
from annotate.exports.formats.base import Format, Rows
from annotate.exports.items import BAD, GOOD, Item, Label, Step, TraceItem
from annotate.exports.media import Medium, media_of
from annotate.exports.options import Options
from annotate.exports.tally import Tally
from annotate.exports.turns import WORDS, Call, Turn, asked, turns, value_of

INTERNAL, CLIENT = 1, 3
SCOPE = "stepmark"
PROVIDER, CONVERSATION = "gen_ai.provider.name", "gen_ai.conversation.id"
RESPONSE = "gen_ai.response.id"
OWN = ("gen_ai.operation.name", "gen_ai.request.model", "gen_ai.agent.name")  # said here, whatever came
_text = msgspec.json.Encoder().encode


class Value(Struct, gc=False, omit_defaults=True, rename="camel"):
    string_value: str | None = None
    double_value: float | None = None


class Attribute(Struct, gc=False):
    key: str
    value: Value


class Event(Struct, gc=False, rename="camel"):
    time_unix_nano: str
    name: str
    attributes: list[Attribute]


class Span(Struct, gc=False, rename="camel"):
    trace_id: str
    span_id: str
    parent_span_id: str
    name: str
    kind: int
    start_time_unix_nano: str
    end_time_unix_nano: str
    attributes: list[Attribute]
    events: list[Event]


class Scope(Struct, gc=False):
    name: str


class ScopeSpans(Struct, gc=False):
    scope: Scope
    spans: list[Span]


class Resource(Struct, gc=False):
    attributes: list[Attribute]


class ResourceSpans(Struct, gc=False, rename="camel"):
    resource: Resource
    scope_spans: list[ScopeSpans]


class Row(Struct, gc=False, rename="camel"):
    resource_spans: list[ResourceSpans]


def start(project: str, options: Options) -> Rows:
    resource = Resource([_attribute("service.name", project)])

    def rows(item: Item, tally: Tally) -> Iterator[Row]:
        assert isinstance(item, TraceItem)  # noqa: S101
        if not item.said:
            return
        for said in item.said:
            tally.use(item, said)
        yield Row([ResourceSpans(resource, [ScopeSpans(Scope(SCOPE), _spans(item))])])

    return rows


class _Came(Struct):
    """A `chat` span that a turn came as."""

    trace: str = ""
    id: str = ""
    attributes: dict[str, str] = {}


class _Noted(Struct):
    span: Any = None


_noted = msgspec.json.Decoder(_Noted)


def _came_as(item: TraceItem, turn: Turn) -> _Came:
    for i in reversed(turn.steps):
        raw = item.step_metadata[i] if item.step_metadata else None
        span = _noted.decode(raw).span if raw is not None else None
        if isinstance(span, dict):
            context = span["context"] if isinstance(span.get("context"), dict) else span
            trace, id = (str(context.get(a) or context.get(b) or "") for a, b in _IDS)
            given = span["attributes"] if isinstance(span.get("attributes"), dict) else {}
            known = {k: v for k, v in given.items() if k.startswith("gen_ai.") and isinstance(v, str) and k not in OWN}
            return _Came(trace if _is_hex(trace, 32) else "", id if _is_hex(id, 16) else "", known)
    return _Came()


_IDS = (("traceId", "trace_id"), ("spanId", "span_id"))


def _is_hex(text: str, length: int) -> bool:
    return len(text) == length and all(c in "0123456789abcdef" for c in text) and any(c != "0" for c in text)


def _spans(item: TraceItem) -> list[Span]:
    trace = digest((b"trace", item.problem.statement.encode(), item.key.encode(), str(item.version).encode())).hex()
    told_as = [(turn, _came_as(item, turn) if turn.agent else _Came()) for turn in turns(item)]
    known = next((came.trace for _, came in told_as if came.trace), trace[:32])
    provider = next((said for _, came in told_as if (said := came.attributes.get(PROVIDER))), "unknown")
    conversation = next((said for _, came in told_as if (said := came.attributes.get(CONVERSATION))), item.key)
    taken: set[str] = set()
    # Everything said so far, each message encoded once: spans repeat them.
    told = [
        _message(role, [_part_of(text), *(_uris(item.problem.media) if role == "user" else [])])
        for role, text in asked(item)
    ]
    spans: list[Span] = []
    called: dict[str, Call] = {}
    parent = trace[32:48]

    def add(
        name: str, kind: int, under: str, attributes: dict[str, str], events: list[Event] | None = None, own: str = ""
    ) -> None:
        made = parent if not under else digest((parent.encode(), str(len(spans)).encode())).hex()[:16]
        id = own if own and own not in taken else made  # one span may have said several turns
        taken.add(id)
        at = str(len(spans) + 1)
        pairs = [_attribute(key, value) for key, value in attributes.items() if value]
        spans.append(Span(known, id, under, name, kind, at, at, pairs, events or []))

    agent = {
        "gen_ai.operation.name": "invoke_agent",
        "gen_ai.agent.name": item.generator,
        PROVIDER: provider,
        CONVERSATION: conversation,
    }
    add(f"invoke_agent {item.generator}".rstrip(), INTERNAL, "", agent)
    for turn, came in told_as:
        if turn.agent:
            message = _said(turn)
            chat = {
                "gen_ai.operation.name": "chat",
                "gen_ai.request.model": item.generator,
                PROVIDER: provider,
                CONVERSATION: conversation,
                **came.attributes,
                "gen_ai.input.messages": _joined(told),
                "gen_ai.output.messages": _joined([message]),
            }
            events = _events(turn, item.said, str(len(spans) + 1), came.attributes.get(RESPONSE))
            add(f"chat {item.generator}".rstrip(), CLIENT, parent, chat, events, came.id)
            called.update({call.id: call for call in turn.calls})
        else:
            message = _observed(turn)
            if call := called.get(turn.answers):
                tool = {
                    "gen_ai.operation.name": "execute_tool",
                    "gen_ai.tool.name": call.name,
                    "gen_ai.tool.call.id": call.id,
                    "gen_ai.tool.call.arguments": call.arguments,
                    "gen_ai.tool.call.result": turn.text,
                }
                add(f"execute_tool {call.name}", INTERNAL, parent, tool)
        told.append(message)
    spans[0].end_time_unix_nano = str(len(spans))
    return spans


def _events(turn: Turn, said: list[Label], at: str, response: str | None) -> list[Event]:
    found = []
    for label in said:
        value = value_of(turn, label.values)
        if value is None:
            continue
        attributes = [_attribute("gen_ai.evaluation.name", label.by)]
        if value in (GOOD, BAD):
            score = Value(double_value=1.0 if value == GOOD else 0.0)
            attributes.append(Attribute("gen_ai.evaluation.score.value", score))
        attributes.append(_attribute("gen_ai.evaluation.score.label", WORDS[value]))
        if label.comment and BAD in label.values and label.values.index(BAD) in turn.steps:
            attributes.append(_attribute("gen_ai.evaluation.explanation", label.comment))
        if response:
            attributes.append(_attribute(RESPONSE, response))
        found.append(Event(at, "gen_ai.evaluation.result", attributes))
    return found


def _said(turn: Turn) -> bytes:
    parts: list[dict[str, Any]] = []
    if turn.thought:
        parts.append({"type": "reasoning", "content": turn.thought})
    for step in turn.said:
        parts += _parts(step)
    for call in turn.calls:
        arguments = msgspec.Raw((call.arguments or "{}").encode())
        parts.append({"type": "tool_call", "id": call.id, "name": call.name, "arguments": arguments})
    return _text({"role": "assistant", "parts": parts, "finish_reason": "tool_call" if turn.calls else "stop"})


def _observed(turn: Turn) -> bytes:
    if not turn.answers:
        return _message("user", [part for step in turn.said for part in _parts(step)])
    media = [uri for step in turn.said for uri in _uris(step.media)]
    return _message("tool", [{"type": "tool_call_response", "id": turn.answers, "response": turn.text}, *media])


def _message(role: str, parts: list[dict[str, Any]]) -> bytes:
    return _text({"role": role, "parts": parts})


def _parts(step: Step) -> list[dict[str, Any]]:
    return [_part_of(step.text), *_uris(step.media)]


def _part_of(text: str) -> dict[str, Any]:
    return {"type": "text", "content": text}


def _uris(raw: msgspec.Raw | None) -> list[dict[str, Any]]:
    return [_uri(one) for one in media_of(raw)]


def _uri(one: Medium) -> dict[str, Any]:
    mime = {"mime_type": one.mime} if one.mime else {}
    return {"type": "uri", "modality": one.type, **mime, "uri": one.path}


def _joined(messages: list[bytes]) -> str:
    return f"[{b','.join(messages).decode()}]"


def _attribute(key: str, value: str) -> Attribute:
    return Attribute(key, Value(value))


class TableEvent(Struct, gc=False):
    name: str
    attributes: str


class TableSpan(Struct, gc=False):
    trace_id: str
    span_id: str
    parent_span_id: str
    name: str
    start: int
    attributes: str
    events: list[TableEvent]


class TableRow(Struct, gc=False):
    service: str
    spans: list[TableSpan]


def _table_row(row: Row) -> TableRow:
    group = row.resource_spans[0]
    spans = [
        TableSpan(
            span.trace_id,
            span.span_id,
            span.parent_span_id,
            span.name,
            int(span.start_time_unix_nano),
            _plain(span.attributes),
            [TableEvent(event.name, _plain(event.attributes)) for event in span.events],
        )
        for span in group.scope_spans[0].spans
    ]
    return TableRow(group.resource.attributes[0].value.string_value or "", spans)


def _plain(attributes: list[Attribute]) -> str:
    values = {
        one.key: one.value.string_value if one.value.double_value is None else one.value.double_value
        for one in attributes
    }
    return _text(values).decode()


FORMAT = Format(
    "otel-genai",
    "OpenTelemetry: agents' runs as spans with evaluations",
    start=start,
    rows=(Row,),
    table=(TableRow, _table_row),
    whole_items=True,
    names_media=True,
    imports_back=True,
)
