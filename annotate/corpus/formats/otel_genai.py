"""Agents' runs as OpenTelemetry's conventions for generative AI write them: a JSON object of spans a line.

The spans that asked a model (`chat` and its like; those of agents only where no other holds messages) are read in the
order in which they began. Each tells in `gen_ai.input.messages` everything before it once more: what goes on from the
messages of an earlier one is its continuation, and each such conversation is a trace. All up to its first user message,
with `gen_ai.system_instructions`, is the problem. Of the assistant's parts, `reasoning` is a thought, `text` reasoning,
a `tool_call` a tool call, written `name(arguments)`; `tool_call_response` (with `response` or `result`) and what others
say are observations. A result that no message holds is taken from its `execute_tool` span. Blobs and addresses of
pictures, sounds and films go with the text before them.

A `gen_ai.evaluation.result`, as an event of a span, a span below it, or a log record in the same line, is a score or,
where it is not from 0 to 1, a value of each step that the span's model said, under its name; the explanation is the
score's reason. A `score.label` that is a plain word for it (correct, wrong, neutral, …) is a label of that source.

The trace's id is the trace id, with the first span's where there are several; its generator is the model. What else a
span says is metadata of the last step that it made; all evaluations as they came, and the resource, of the trace.
"""

from dataclasses import dataclass, field
from typing import Any

import msgspec

from annotate.corpus.formats.agents import Function, Made, StepList
from annotate.corpus.formats.base import (
    Format,
    Item,
    LabelIn,
    LineError,
    ProblemIn,
    TraceIn,
    check_metadata,
    check_problem,
    check_text,
    decode,
)
from annotate.corpus.formats.otel_spans import EVALUATION, Event, Span, Spans, read_spans
from annotate.corpus.formats.parts import Part, otel_parts
from annotate.corpus.models import StepKind, StepValue

INPUT, OUTPUT = "gen_ai.input.messages", "gen_ai.output.messages"
SYSTEM = "gen_ai.system_instructions"
MAX_NAME = 100

WORDS = {
    StepValue.GOOD: {"correct", "right", "good", "pass", "passed", "true", "valid", "+", "1", "+1"},
    StepValue.BAD: {"incorrect", "wrong", "bad", "fail", "failed", "false", "invalid", "error", "-", "-1"},
    StepValue.NEUTRAL: {"neutral", "0"},
    StepValue.UNSURE: {"unsure", "not sure", "unclear"},
}
VALUE_OF = {word: int(value) for value, words in WORDS.items() for word in words}

_anything = msgspec.json.Decoder(dict[str, Any])
_json = msgspec.json.Encoder(order=None).encode

Message = dict[str, Any]


@dataclass
class _Conversation:
    """Messages with the span that said each (None: it was told to the model). `name` is its own among the trace's."""

    name: str
    system: list[Part]
    said: list[tuple[Message, Span | None]] = field(default_factory=list)
    spans: list[Span] = field(default_factory=list)

    def goes_on_in(self, told: list[Message]) -> bool:
        own = [_content(message) for message, _ in self.said]
        return bool(own) and len(told) >= len(own) and [_content(m) for m in told[: len(own)]] == own


def parse(line: bytes) -> list[Item]:
    row = decode(_anything, line)
    check_metadata(row, "")
    found = read_spans(row)
    items: list[Item] = []
    traces: dict[str, list[Span]] = {}
    for span in found.spans:
        traces.setdefault(span.trace, []).append(span)
    for trace, spans in traces.items():
        spans.sort(key=lambda span: span.start)
        conversations = _conversations(spans)
        for one in conversations:
            own = f"/{one.name}" if len(conversations) > 1 else ""
            items.append(_trace(one, f"{trace}{own}" if trace else None, spans, found))
    if not items:
        message = f"No span holds `{INPUT}` or `{OUTPUT}`: what was said was not recorded. Turn its capture on."
        raise LineError("no-steps", message, "spans")
    return items


def _conversations(spans: list[Span]) -> list[_Conversation]:
    speaking = [span for span in spans if INPUT in span.attributes or OUTPUT in span.attributes]
    asking = [span for span in speaking if span.operation not in ("invoke_agent", "create_agent", "invoke_workflow")]
    found: list[_Conversation] = []
    for span in asking or speaking:
        told, said = (_messages(span, name) for name in (INPUT, OUTPUT))
        one = max(
            (c for c in found if c.goes_on_in(told)), key=lambda conversation: len(conversation.said), default=None
        )
        if one is None:
            system = otel_parts(_parsed(span, SYSTEM), f"{span.place}.{SYSTEM}")
            one = _Conversation(span.id, system)
            found.append(one)
        one.said += [(message, None) for message in told[len(one.said) :]]
        one.spans.append(span)
        others: list[Message] = []
        if asking and all(message["role"] == "assistant" for message in said):
            said, others = said[:1], said[1:]
        for i, other in enumerate(others, 2):
            name = f"{span.id}/{i}"
            found.append(_Conversation(name, one.system, [*one.said, (other, span)], list(one.spans)))
        one.said += [(message, span) for message in said]
    return found


def _messages(span: Span, name: str) -> list[Message]:
    messages = _parsed(span, name)
    for message in messages:
        parts = message.get("parts", message.get("content")) if isinstance(message, dict) else False
        if not isinstance(parts, list | str | None) or not isinstance(message.get("role"), str):
            raise LineError("invalid", "A message is an object with a `role` and `parts`.", f"{span.place}.{name}")
    return messages


def _parsed(span: Span, name: str) -> list[Any]:
    """A list; on spans it may be a text that holds it."""
    value = span.attributes.get(name, [])
    if isinstance(value, str):
        try:
            value = msgspec.json.decode(value)
        except (msgspec.DecodeError, RecursionError):
            raise LineError("not-json", f"The text of `{name}` is no JSON.", f"{span.place}.{name}") from None
        check_metadata(value, f"{span.place}.{name}")
    if not isinstance(value, list):
        raise LineError("invalid", "This must be a list.", f"{span.place}.{name}")
    return value


def _content(message: Message) -> Any:
    """What tells whether a message is the same when it is told again: an answer has its finish reason only once."""
    return message["role"], message.get("parts", message.get("content"))


def _trace(one: _Conversation, id: str | None, spans: list[Span], found: Spans) -> TraceIn:
    field = one.spans[0].place
    asked = next((i + 1 for i, (m, _) in enumerate(one.said) if m["role"] == "user"), 0)
    before = [told["role"] for told, _ in one.said[:asked]]
    if not asked or "assistant" in before:
        why = "Nothing says what the agent was to do: there is no user message before its first one. Add one."
        raise LineError("no-problem", why, f"{field}.{INPUT}")
    contents = [one.system, *(otel_parts(m.get("parts", m.get("content")), field) for m, _ in one.said[:asked])]
    steps = StepList(field)
    roles = (["system"] if one.system else []) + before
    statement, media = steps.asked(roles, contents if one.system else contents[1:])
    problem = ProblemIn(statement, media=media or None)
    check_problem(problem, field)

    made_by: dict[str, Made] = {}
    calls: dict[str, Made] = {}
    results = _results(one, spans)
    for message, span in one.said[asked:]:
        made, called = _add(steps, message, field)
        calls |= called
        for call in called:
            if call in results:
                steps.note(*_observed(steps, results[call]))
        if span is not None:
            made_by.setdefault(span.id, []).extend(made)
            steps.note(made, _about(span, message))
        else:
            more = {name: value for name, value in message.items() if name not in ("role", "parts", "content")}
            steps.note(made, more if message["role"] in ("tool", "assistant") else {"role": message["role"], **more})
    for tool in spans:
        id_of_call = tool.attributes.get("gen_ai.tool.call.id")
        if isinstance(id_of_call, str):
            made_by.setdefault(tool.id, []).extend(calls.get(id_of_call, []))
    checked = steps.checked()
    evaluated = _Evaluated(len(checked))
    for span_id, event in _evaluations(spans, found):
        evaluated.add(event, [k for k in made_by.get(span_id, []) if StepKind(checked[k].kind).judged])
    metadata: dict[str, Any] = dict(steps.left_over)
    if found.resources:
        metadata["resource"] = found.resources[0] if len(found.resources) == 1 else found.resources
    if evaluated.raw:
        metadata["evaluations"] = evaluated.raw
    model = next(
        (m for n in ("gen_ai.response.model", "gen_ai.request.model", "gen_ai.agent.name") if (m := _said(one, n))), ""
    )
    check_text(model, field)
    return TraceIn(
        problem=problem,
        steps=checked,
        external_id=id,
        generator=model,
        metadata=metadata,
        step_metadata=steps.metadata,
        scores=evaluated.scores or None,
        values=evaluated.values or None,
        labels=evaluated.labels(),
    )


def _add(steps: StepList, message: Message, field: str) -> tuple[Made, dict[str, Made]]:
    """The steps of a message, and those of its calls by their ids."""
    made: Made = []
    calls: dict[str, Made] = {}
    agent = message["role"] == "assistant"
    for part in otel_parts(message.get("parts", message.get("content")), field):
        if part.call is not None:
            name, arguments = part.call
            step = steps.call(Function(name, msgspec.Raw(_json(arguments) if arguments is not None else b"")))
            if isinstance(part.id, str):
                calls[part.id] = step
        else:
            kind = StepKind.THOUGHT if part.thought else StepKind.REASONING if agent else StepKind.OBSERVATION
            step = steps.add(StepKind.OBSERVATION if part.result else kind, part.text, part.media)
        if part.id is not None:
            steps.note(step, {"id": part.id})
        if part.rest:
            steps.note(step, {"part": part.rest[0] if len(part.rest) == 1 else part.rest})
        made += step
    return made, calls


def _results(one: _Conversation, spans: list[Span]) -> dict[str, Span]:
    """The spans of tools, by call id, whose results no message of the conversation holds."""
    told = [
        part.get("id")
        for message, _ in one.said
        for part in (message.get("parts") or ())
        if isinstance(part, dict) and str(part.get("type", "")).endswith("tool_call_response")
    ]
    with_result = [span for span in spans if "gen_ai.tool.call.result" in span.attributes]
    found = {id: span for span in with_result if isinstance(id := span.attributes.get("gen_ai.tool.call.id"), str)}
    return {id: span for id, span in found.items() if id not in told}


def _observed(steps: StepList, tool: Span) -> tuple[Made, dict[str, Any]]:
    result = tool.attributes["gen_ai.tool.call.result"]
    text = result if isinstance(result, str) else _json(result).decode()
    return steps.add(StepKind.OBSERVATION, text), _about(tool, {})


def _about(span: Span, message: Message) -> dict[str, Any]:
    """What a span says beside the messages; the message's own fields, too."""
    heavy = (INPUT, OUTPUT, SYSTEM, "gen_ai.tool.call.result", "gen_ai.tool.call.arguments")
    attributes = {name: value for name, value in span.attributes.items() if name not in heavy}
    events = [{"name": e.name, "attributes": e.attributes} for e in span.events if e.name != EVALUATION]
    more = {name: value for name, value in message.items() if name not in ("role", "parts", "content")}
    return {"span": span.rest | {"attributes": attributes} | ({"events": events} if events else {}), **more}


def _said(one: _Conversation, name: str) -> str:
    return next((v for span in reversed(one.spans) if isinstance(v := span.attributes.get(name), str) and v), "")


def _evaluations(spans: list[Span], found: Spans) -> list[tuple[str, Event]]:
    """Each with the id of the span that it is about."""
    about = [(span.id, event) for span in spans for event in span.events if event.name == EVALUATION]
    about += [(span.parent, Event(span.name, span.attributes)) for span in spans if span.name == EVALUATION]
    by_response = {r: s.id for s in spans if isinstance(r := s.attributes.get("gen_ai.response.id"), str)}
    for trace, span_id, event in found.logs:
        response = event.attributes.get("gen_ai.response.id")
        if event.name == EVALUATION and trace in ("", spans[0].trace):
            about.append((span_id or by_response.get(response if isinstance(response, str) else "", ""), event))
    return about


class _Evaluated:
    """What evaluations say about steps, gathered by their names."""

    def __init__(self, steps: int) -> None:
        self.steps = steps
        self.scores: dict[str, list[Any]] = {}
        self.values: dict[str, list[float | None]] = {}
        self.raw: list[dict[str, Any]] = []
        self._labels: dict[str, tuple[list[int | None], list[str]]] = {}

    def add(self, event: Event, about: Made) -> None:
        attributes = event.attributes
        self.raw.append(attributes | ({"steps": about} if about else {}))
        name = str(attributes.get("gen_ai.evaluation.name") or "evaluation")[:MAX_NAME]
        reason = attributes.get("gen_ai.evaluation.explanation")
        reason = reason if isinstance(reason, str) else ""
        value = attributes.get("gen_ai.evaluation.score.value")
        if isinstance(value, int | float) and not isinstance(value, bool):
            into: dict[str, list[Any]] = self.scores if 0 <= value <= 1 else self.values
            row = into.setdefault(name, [None] * self.steps)
            for k in about:
                row[k] = {"value": value, "reason": reason} if reason and into is self.scores else value
        word = VALUE_OF.get(str(attributes.get("gen_ai.evaluation.score.label", "")).strip().lower())
        if word is not None and about:
            values, comments = self._labels.setdefault(name, ([None] * self.steps, []))
            for k in about:
                values[k] = word
            if reason:
                comments.append(reason)

    def labels(self) -> list[LabelIn]:
        return [LabelIn(name, values, comment="\n".join(said)) for name, (values, said) in self._labels.items()]


def looks(row: dict[str, Any]) -> str:
    if isinstance(row.get("resourceSpans", row.get("resource_spans")), list):
        return "has `resourceSpans`"
    spans = row.get("spans")
    first = spans[0] if isinstance(spans, list) and spans else row
    attributes = first.get("attributes") if isinstance(first, dict) else None
    names = attributes if isinstance(attributes, dict) else {}
    if isinstance(attributes, list):
        names = {str(pair.get("key")): None for pair in attributes if isinstance(pair, dict)}
    return "has spans with `gen_ai` attributes" if any(name.startswith("gen_ai.") for name in names) else ""


FORMAT = Format("otel-genai", "OpenTelemetry: agents' runs as spans with messages", parse, looks)
