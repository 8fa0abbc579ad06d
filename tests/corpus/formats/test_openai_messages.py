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
    assert item.metadata == {
        "tools": [{"type": "function"}],
        "without_step": [{"message": 1, "name": "Ann"}],
        "asked": [{"role": "system", "characters": 9}, {"role": "user", "characters": 16}],
    }


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
    assert item.step_metadata == [{"content": [{"type": "text", "cache_control": {}}]}]


def test_a_call_is_data_too():
    item = trace("openai-messages", ROW)
    assert item.steps[1].data == {"tool": "weather", "arguments": {"at": "Kielé"}}
    wild = {"function": {"name": "f", "arguments": '{"a": '}}
    item = trace("openai-messages", messages({"role": "assistant", "tool_calls": [wild]}))
    assert (item.steps[0].text, item.steps[0].data) == ('f({"a": )', {"tool": "f"})
    hidden = {"function": {"name": "f", "arguments": '{"a": "\\u0000"}'}}
    item = trace("openai-messages", messages({"role": "assistant", "tool_calls": [hidden]}))
    assert item.steps[0].data == {"tool": "f"}


PNG_URL = "data:image/png;base64,iVBORw0KGgo="


def test_pictures_go_with_the_text_before_them():
    shown = [
        {"type": "text", "text": "Before"},
        {"type": "image_url", "image_url": {"url": PNG_URL, "detail": "low"}},
        {"type": "image_url", "image_url": {"url": "https://example.org/b.png"}},
        {"type": "text", "text": "After"},
    ]
    alone = {"role": "user", "content": [{"type": "image_url", "image_url": "images/c.png"}]}
    heard = {"type": "input_audio", "input_audio": {"data": "UklGRg==", "format": "wav"}}
    item = trace(
        "openai-messages",
        change(
            ROW, messages=[{"role": "user", "content": [*shown[:2], heard]}, {"role": "tool", "content": shown}, alone]
        ),
    )
    assert item.problem.statement == "Before"
    assert item.problem.media == [{"content": b"\x89PNG\r\n\x1a\n"}, {"content": b"RIFF"}]
    assert [(step.text, step.media) for step in item.steps] == [
        ("Before", [{"content": b"\x89PNG\r\n\x1a\n"}, {"type": "image", "url": "https://example.org/b.png"}]),
        ("After", None),
        ("", [{"file": "images/c.png", "type": "image"}]),
    ]
    assert item.step_metadata is not None
    assert item.step_metadata[1] == {"content": [{"type": "image_url", "image_url": {"detail": "low"}}]}


@pytest.mark.parametrize(
    ("part", "found"),
    [
        ({"type": "input_image", "image_url": "a.png"}, {"file": "a.png", "type": "image"}),
        ({"type": "image", "image": "file://a.png"}, {"file": "a.png", "type": "image"}),
        ({"type": "video_url", "video_url": {"url": "http://e.org/a"}}, {"type": "video", "url": "http://e.org/a"}),
        ({"type": "audio", "path": "a.mp3"}, {"file": "a.mp3", "type": "audio"}),
        ({"type": "file", "file": {"file_data": PNG_URL}}, {"content": b"\x89PNG\r\n\x1a\n"}),
        (
            {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "iVBORw0KGgo="}},
            {"content": b"\x89PNG\r\n\x1a\n"},
        ),
        ({"type": "image", "source": {"media_type": "image/png", "path": "a.png"}}, {"file": "a.png", "type": "image"}),
    ],
)
def test_where_a_part_may_say_that_its_media_are(part, found):
    item = trace("openai-messages", messages({"role": "tool", "content": [part]}))
    assert item.steps[0].media == [found]


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
        (
            messages({"role": "tool", "content": [{"type": "image", "image": "ftp://e.org/a"}]}),
            "bad-url",
            "messages[2].content[0]",
        ),
        (messages({"role": "tool", "content": "\0"}), "nul-character", "messages[2].content"),
        (messages({"role": "assistant", "tool_calls": [{"id": "c"}]}), "invalid", "messages[2].tool_calls[0].function"),
    ],
)
def test_a_broken_row_is_refused(row, code, field):
    assert refused("openai-messages", row) == (code, field)
