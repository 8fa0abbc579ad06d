import json

import pytest

from annotate.corpus.formats import FORMATS
from annotate.corpus.formats.base import TraceIn
from tests.corpus.formats.rows import change, refused, trace

SYSTEM = {"role": "system", "content": "You help."}
USER = {"role": "user", "content": "How warm is it? ", "name": "Ann"}
CALL = {"id": "call_1", "type": "function", "function": {"name": "weather", "arguments": '{"at":  "Kiel\\u00e9"}'}}
ROW = {
    "id": "run-1",
    "model": "m",
    "messages": [
        SYSTEM,
        USER,
        {"role": "assistant", "content": "", "reasoning_content": "Look it up.", "tool_calls": [CALL]},
        {"role": "tool", "tool_call_id": "call_1", "name": "weather", "content": "21 °C\n"},
        {"role": "assistant", "content": "It is 21 °C.", "refusal": None},
        {"role": "user", "content": "Sure?"},
        {"role": "assistant", "content": "Yes."},
    ],
    "tools": [{"type": "function"}],
}


def messages(*after):
    return change(ROW, messages=[SYSTEM, USER, *after])


def steps(row):
    return [(step.kind, step.text) for step in trace("openai-messages", row).steps]


def test_what_was_asked_is_the_problem_and_the_rest_are_steps():
    item = trace("openai-messages", ROW)
    assert item.problem.statement == "You help.\n\nHow warm is it? "
    assert (item.external_id, item.generator) == ("run-1", "m")
    assert steps(ROW) == [
        ("thought", "Look it up."),
        ("tool_call", 'weather({"at":  "Kiel\\u00e9"})'),
        ("observation", "21 °C\n"),
        ("reasoning", "It is 21 °C."),
        ("observation", "Sure?"),
        ("reasoning", "Yes."),
    ]


def test_nothing_else_is_lost():
    item = trace("openai-messages", ROW)
    assert item.step_metadata == [
        None,
        {"id": "call_1", "type": "function"},
        {"tool_call_id": "call_1", "name": "weather"},
        {"refusal": None},
        {"role": "user"},
        None,
    ]
    assert item.metadata == {"tools": [{"type": "function"}], "without_step": [{"message": 1, "name": "Ann"}]}


def test_arguments_may_be_json_itself_which_stays_as_it_was_written():
    row = messages({"role": "assistant", "tool_calls": [{"function": {"name": "f", "arguments": "HERE"}}]})
    line = json.dumps(row).replace('"HERE"', '{"a" :1.0, "b": "\\u00e9"}').encode()
    [item] = FORMATS["openai-messages"].parse(line)
    assert isinstance(item, TraceIn)
    assert [step.text for step in item.steps] == ['f({"a" :1.0, "b": "\\u00e9"})']


@pytest.mark.parametrize(
    ("message", "found"),
    [
        ({"content": "a", "tool_calls": [CALL, CALL]}, ["reasoning", "tool_call", "tool_call"]),
        ({"content": None, "function_call": {"name": "f", "arguments": "{}"}}, ["tool_call"]),
        ({"tool_calls": [{"function": {"name": "f"}}]}, ["tool_call"]),
        ({"content": [{"type": "text", "text": "a"}, {"type": "text", "text": "b"}]}, ["reasoning", "reasoning"]),
        ({"content": "a", "tool_calls": None}, ["reasoning"]),
    ],
)
def test_what_an_assistant_message_becomes(message, found):
    assert [kind for kind, _ in steps(messages({"role": "assistant", **message}))] == found


def test_a_message_without_text_leaves_what_it_has_to_the_trace():
    item = trace("openai-messages", messages({"role": "assistant", "content": " ", "refusal": "no"}, SYSTEM))
    assert item.metadata["without_step"][1:] == [{"message": 2, "refusal": "no"}]
    assert item.step_metadata == [{"role": "system"}]


def test_what_a_part_says_beside_its_text_is_kept():
    content = [{"type": "text", "text": "a", "cache_control": {}}]
    item = trace("openai-messages", messages({"role": "tool", "content": content}))
    assert item.step_metadata == [{"content": content}]


@pytest.mark.parametrize(
    ("row", "code", "field"),
    [
        (change(ROW, messages=[]), "no-problem", "messages"),
        (change(ROW, messages=[SYSTEM, {"role": "assistant", "content": "a"}]), "no-problem", "messages"),
        (change(ROW, messages=[{"role": "user", "content": ""}]), "empty-statement", "messages.statement"),
        (messages(), "step-count", "messages"),
        (messages({"role": "robot"}), "invalid", "messages[2].role"),
        (messages({"role": "tool", "content": 7}), "invalid", "messages[2].content"),
        (messages({"role": "tool", "content": [{"type": "image_url"}]}), "not-text", "messages[2].content[0]"),
        (messages({"role": "tool", "content": "\0"}), "nul-character", "messages[2].content"),
        (messages({"role": "assistant", "tool_calls": [{"id": "c"}]}), "invalid", "messages[2].tool_calls[0].function"),
    ],
)
def test_a_broken_row_is_refused(row, code, field):
    assert refused("openai-messages", row) == (code, field)
