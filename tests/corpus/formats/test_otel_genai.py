import json
from typing import Any

import pytest

from annotate.corpus.formats.base import LabelIn, TraceIn
from tests.corpus.formats.rows import change, parsed, refused, trace

Json = dict[str, Any]


def text(role: str, content: str, **more: Any) -> Json:
    return {"role": role, "parts": [{"type": "text", "content": content}], **more}


def span(
    id: str, start: int, told: list[Json], *said: Json, events: list[Json] | None = None, **attributes: Any
) -> Json:
    """A call of a model as an SDK prints it. Here messages are JSON; on real spans often a text that holds it."""
    return {
        "name": "chat m",
        "context": {"trace_id": "t-1", "span_id": id},
        "start_time": f"2026-01-01T00:00:0{start}Z",
        "attributes": {
            "gen_ai.operation.name": "chat",
            "gen_ai.request.model": "m",
            "gen_ai.input.messages": json.dumps(told),
            "gen_ai.output.messages": list(said),
            **attributes,
        },
        "events": events or [],
    }


def judged(name: str, **said: Any) -> Json:
    attributes = {f"gen_ai.evaluation.{key.replace('_', '.')}": value for key, value in said.items()}
    return {"name": "gen_ai.evaluation.result", "attributes": {"gen_ai.evaluation.name": name, **attributes}}


SYSTEM = [{"type": "text", "content": "You help."}]
ASKED = text("user", "How warm is it?")
CALL = {"type": "tool_call", "id": "c-1", "name": "weather", "arguments": {"at": "Kiel"}}
CALLS = {
    "role": "assistant",
    "parts": [{"type": "reasoning", "content": "Look it up."}, CALL],
    "finish_reason": "tool_call",
}
ANSWER = {"role": "tool", "parts": [{"type": "tool_call_response", "id": "c-1", "response": {"celsius": 21}}]}
# Told again, an answer has lost its finish reason; the spans stand in the order in which they ended.
SECOND = span("s-2", 2, [ASKED, change(CALLS, finish_reason="again"), ANSWER], text("assistant", "21 °C."))
FIRST = span("s-1", 1, [ASKED], CALLS, **{"gen_ai.system_instructions": SYSTEM})
ROW: Json = {"spans": [SECOND, FIRST]}


def steps(item: TraceIn) -> list[tuple[str, str]]:
    return [(step.kind, step.text) for step in item.steps]


def test_spans_that_go_on_from_each_other_are_one_trace():
    item = trace("otel-genai", ROW)
    assert item.problem.statement == "You help.\n\nHow warm is it?"
    assert (item.external_id, item.generator) == ("t-1", "m")
    assert steps(item) == [
        ("thought", "Look it up."),
        ("tool_call", 'weather({"at":"Kiel"})'),
        ("observation", '{"celsius":21}'),
        ("reasoning", "21 °C."),
    ]
    assert item.steps[1].data == {"tool": "weather", "arguments": {"at": "Kiel"}}
    assert item.step_metadata is not None
    called = item.step_metadata[1]
    assert called is not None
    assert (called["id"], called["finish_reason"]) == ("c-1", "tool_call")
    assert called["span"]["attributes"] == {"gen_ai.operation.name": "chat", "gen_ai.request.model": "m"}


def test_otlp_with_its_typed_values_is_the_same():
    def typed(value: Any) -> Json:
        if isinstance(value, str):
            return {"stringValue": value}
        if isinstance(value, list):
            return {"arrayValue": {"values": [typed(v) for v in value]}}
        if isinstance(value, dict):
            return {"kvlistValue": {"values": pairs(value)}}
        return {"doubleValue": value} if isinstance(value, float) else {"intValue": str(value)}

    def pairs(values: Json) -> list[Json]:
        return [{"key": key, "value": typed(value)} for key, value in values.items()]

    def otlp(given: Json, nano: int) -> Json:
        return {
            "traceId": given["context"]["trace_id"],
            "spanId": given["context"]["span_id"],
            "name": given["name"],
            "startTimeUnixNano": str(nano),
            "attributes": pairs(given["attributes"]),
        }

    scope = {"spans": [otlp(SECOND, 10**18 + 2), otlp(FIRST, 10**18 + 1)]}
    resource = {"attributes": pairs({"service.name": "agent", "replicas": 2})}
    log = {
        "traceId": "t-1",
        "spanId": "s-2",
        "eventName": "gen_ai.evaluation.result",
        "attributes": pairs({"gen_ai.evaluation.name": "judge", "gen_ai.evaluation.score.value": 0.25}),
    }
    row = {
        "resourceSpans": [{"resource": resource, "scopeSpans": [scope]}],
        "resourceLogs": [{"scopeLogs": [{"logRecords": [log]}]}],
    }
    item = trace("otel-genai", row)
    assert steps(item) == steps(trace("otel-genai", ROW))
    assert item.metadata["resource"] == {"service.name": "agent", "replicas": 2}
    assert item.scores == {"judge": [None, None, None, 0.25]}


def test_evaluations_are_scores_values_and_labels_of_what_their_span_said():
    first = span(
        "s-1", 1, [ASKED], CALLS,
        events=[
            judged("judge", score_value=0.5, score_label="Wrong", explanation="No need."),
            judged("q", score_value=-3),
            judged("tone", score_label="rude"),
        ],
    )  # fmt: skip
    tool = {
        "name": "execute_tool weather",
        "context": {"trace_id": "t-1", "span_id": "s-3"},
        "start_time": "2026-01-01T00:00:01Z",
        "attributes": {"gen_ai.tool.call.id": "c-1"},
        "events": [judged("tool", score_label="pass")],
    }
    item = trace("otel-genai", {"spans": [first, SECOND, tool]})
    wrong = {"value": 0.5, "reason": "No need."}
    assert item.scores == {"judge": [wrong, wrong, None, None]}
    assert item.values == {"q": [-3, -3, None, None]}
    assert item.labels == [
        LabelIn("judge", [-1, -1, None, None], comment="No need."),
        LabelIn("tool", [None, 1, None, None]),
    ]
    assert [one["gen_ai.evaluation.name"] for one in item.metadata["evaluations"]] == ["judge", "q", "tone", "tool"]


def test_a_result_that_only_the_tools_span_holds_is_shown():
    tool = {
        "name": "execute_tool weather",
        "trace_id": "t-1",
        "span_id": "s-3",
        "attributes": {"gen_ai.tool.call.id": "c-1", "gen_ai.tool.call.result": "21"},
    }
    item = trace("otel-genai", {"spans": [change(FIRST, trace_id="t-1"), tool]})
    assert steps(item)[-1] == ("observation", "21")


def test_a_result_may_be_named_as_the_newer_text_of_the_conventions_does():
    again = {"role": "tool", "parts": [{"type": "tool_call_response", "id": "c-1", "result": "21"}]}
    item = trace("otel-genai", {"spans": [FIRST, span("s-2", 2, [ASKED, CALLS, again], text("assistant", "21."))]})
    assert steps(item)[2] == ("observation", "21")


def test_several_answers_at_once_begin_alike_and_other_conversations_stand_alone():
    both = span("s-1", 1, [ASKED], text("assistant", "Warm."), text("assistant", "Cold."))
    more = span("s-2", 2, [ASKED, text("assistant", "Cold."), text("user", "Sure?")], text("assistant", "Yes."))
    helper = span("s-3", 3, [text("user", "Find Kiel.")], text("assistant", "Found."))
    items = parsed("otel-genai", {"spans": [both, more, helper]})
    found = {item.external_id: steps(item) for item in items if isinstance(item, TraceIn)}
    assert found == {
        "t-1/s-1": [("reasoning", "Warm.")],
        "t-1/s-1/2": [("reasoning", "Cold."), ("observation", "Sure?"), ("reasoning", "Yes.")],
        "t-1/s-3": [("reasoning", "Found.")],
    }


def test_an_agents_span_counts_where_no_call_of_a_model_tells_more():
    agent = span("s-0", 0, [ASKED], CALLS, ANSWER, text("assistant", "21 °C."))
    agent["attributes"]["gen_ai.operation.name"] = "invoke_agent"
    assert len(trace("otel-genai", {"spans": [agent]}).steps) == 4
    assert (
        trace("otel-genai", {"spans": [agent, FIRST, SECOND]}).step_metadata == trace("otel-genai", ROW).step_metadata
    )


def test_pictures_in_parts():
    seen = [
        {"type": "text", "content": "Here"},
        {"type": "blob", "modality": "image", "mime_type": "image/png", "content": "iVBORw0KGgo="},
        {"type": "uri", "modality": "video", "uri": "https://example.org/a"},
        {"type": "file", "modality": "image", "file_id": "f"},
    ]
    item = trace("otel-genai", span("s", 1, [{"role": "user", "parts": seen}], {"role": "assistant", "parts": seen}))
    media = [{"content": b"\x89PNG\r\n\x1a\n"}, {"type": "video", "url": "https://example.org/a"}]
    assert (item.problem.media, item.steps[0].media) == (media, media)
    assert item.step_metadata is not None
    assert item.step_metadata[0] is not None
    assert item.step_metadata[0]["part"] == seen[3]


@pytest.mark.parametrize(
    ("row", "code", "field"),
    [
        ({"spans": []}, "no-steps", "spans"),
        ({"spans": [7]}, "invalid", "spans[0]"),
        ({"spans": [{"attributes": {"gen_ai.usage.input_tokens": 1}}]}, "no-steps", "spans"),
        ({"spans": [span("s", 1, [], text("assistant", "a"))]}, "no-problem", "spans[0].gen_ai.input.messages"),
        ({"spans": [span("s", 1, [ASKED])]}, "step-count", "spans[0]"),
        ({"spans": [span("s", 1, [{}])]}, "invalid", "spans[0].gen_ai.input.messages"),
        (
            {"spans": [change(FIRST, attributes={"gen_ai.input.messages": "[{"})]},
            "not-json",
            "spans[0].gen_ai.input.messages",
        ),
    ],
)
def test_a_broken_row_is_refused(row: Json, code: str, field: str):
    assert refused("otel-genai", row) == (code, field)
