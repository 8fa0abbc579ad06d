"""OpenTelemetry's spans, in the shapes in which they are written to files, as one plain shape.

OTLP's JSON (`{"resourceSpans": [{"scopeSpans": [{"spans"}]}]}`, with its typed values and `resourceLogs` beside it),
what SDKs print (`{"name", "context": {"trace_id", "span_id"}, "attributes": {…}}`, alone or in `{"spans": […]}`), and
the same with names in snake case.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from annotate.corpus.formats.base import LineError

EVALUATION = "gen_ai.evaluation.result"
_WORD = re.compile(r"(?<!^)([A-Z])")


@dataclass(slots=True)
class Event:
    name: str
    attributes: dict[str, Any]


@dataclass(slots=True)
class Span:
    """`place`: where in the line it stands. `rest`: what else it says, as it came."""

    trace: str
    id: str
    parent: str
    name: str
    start: tuple[int, str]
    attributes: dict[str, Any]
    events: list[Event]
    place: str
    rest: dict[str, Any] = field(default_factory=dict)

    @property
    def operation(self) -> str:
        said = self.attributes.get("gen_ai.operation.name")
        return said if isinstance(said, str) else self.name.split(" ")[0]


@dataclass(slots=True)
class Spans:
    spans: list[Span]
    logs: list[tuple[str, str, Event]]  # trace id, span id
    resources: list[dict[str, Any]]


def read_spans(row: dict[str, Any]) -> Spans:
    """All spans of a line, as they stand there. Raises LineError."""
    found = Spans([], [], [])
    if (groups := _get(row, "resourceSpans")) is None:
        given = row.get("spans", [row])
        found.spans = [_span(span, place) for span, place in _objects(given, "spans")]
    else:
        for group, place in _objects(groups, "resourceSpans"):
            if attributes := _attributes(_get(group, "resource"), f"{place}.resource"):
                found.resources.append(attributes)
            for scope, at in _objects(_get(group, "scopeSpans"), f"{place}.scopeSpans"):
                found.spans += [_span(span, it) for span, it in _objects(_get(scope, "spans"), f"{at}.spans")]
    for group, place in _objects(_get(row, "resourceLogs"), "resourceLogs"):
        for scope, at in _objects(_get(group, "scopeLogs"), f"{place}.scopeLogs"):
            for log, it in _objects(_get(scope, "logRecords"), f"{at}.logRecords"):
                event = Event(str(_get(log, "eventName") or ""), _attributes(log, it))
                found.logs.append((str(_get(log, "traceId") or ""), str(_get(log, "spanId") or ""), event))
    return found


def _span(raw: dict[str, Any], place: str) -> Span:
    context = _get(raw, "context")
    context = context if isinstance(context, dict) else raw
    ids = [_get(context, "traceId"), _get(context, "spanId"), _get(raw, "parentSpanId") or _get(raw, "parentId")]
    for one in ids:
        if one is not None and not isinstance(one, str):
            raise LineError("invalid", "A span's ids are texts.", place)
    trace, own, parent = (one or "" for one in ids)
    name = raw.get("name", "")
    if not isinstance(name, str):
        raise LineError("invalid", "A span's name is a text.", f"{place}.name")
    start = next((v for n in ("startTimeUnixNano", "startTime") if (v := _get(raw, n)) is not None), "")
    events = []
    for event, at in _objects(_get(raw, "events"), f"{place}.events"):
        events.append(Event(str(event.get("name", "")), _attributes(event, at)))
    return Span(
        trace=trace,
        id=own,
        parent=parent,
        name=name,
        start=_in_order(start),
        attributes=_attributes(raw, place),
        events=events,
        place=place,
        rest={n: v for n, v in raw.items() if n not in ("attributes", "events")},
    )


def _in_order(time: Any) -> tuple[int, str]:
    """Nanoseconds since 1970, or a text that sorts as times do."""
    text = str(time)
    return (int(text), "") if text.isdecimal() and len(text) < 30 else (0, text)


def _attributes(raw: Any, place: str) -> dict[str, Any]:
    given = raw.get("attributes") if isinstance(raw, dict) else None
    if given is None:
        return {}
    if isinstance(given, dict):
        return given
    return {str(pair.get("key", "")): _value(pair.get("value")) for pair, _ in _objects(given, f"{place}.attributes")}


def _value(raw: Any) -> Any:
    """OTLP's typed value as plain JSON."""
    if not isinstance(raw, dict) or len(raw) != 1:
        return raw if not raw else None
    [(kind, value)] = raw.items()
    if kind in ("intValue", "int_value"):
        return int(value) if isinstance(value, str) and re.fullmatch(r"-?\d{1,30}", value) else value
    if kind in ("arrayValue", "array_value"):
        values = value.get("values") if isinstance(value, dict) else None
        return [_value(inner) for inner in values] if isinstance(values, list) else []
    if kind in ("kvlistValue", "kvlist_value"):
        return _attributes({"attributes": value.get("values")}, "") if isinstance(value, dict) else {}
    return value


def _get(raw: Any, name: str) -> Any:
    """A field by its name in camel case, or in snake case."""
    if not isinstance(raw, dict):
        return None
    return raw[name] if name in raw else raw.get(_WORD.sub(r"_\1", name).lower())


def _objects(values: Any, place: str) -> Iterator[tuple[dict[str, Any], str]]:
    if values is None:
        return
    if not isinstance(values, list):
        raise LineError("invalid", "This must be a list.", place)
    for i, value in enumerate(values):
        if not isinstance(value, dict):
            raise LineError("invalid", "This must be an object.", f"{place}[{i}]")
        yield value, f"{place}[{i}]"
