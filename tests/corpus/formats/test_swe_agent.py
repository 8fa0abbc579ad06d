import pytest

from tests.corpus.formats.rows import DROP, change, refused, trace

SYSTEM = {"role": "system", "content": "You are a programmer.", "message_type": "system_prompt"}
DEMO = {"role": "user", "content": "Here is a demonstration.", "message_type": "demonstration"}
ISSUE = {"role": "user", "content": "ISSUE:\nIt breaks. \n", "message_type": "observation"}
ROW = {
    "environment": "main",
    "trajectory": [
        {
            "thought": "Look first.",
            "action": "ls -F\n",
            "observation": "src/\r\n",
            "response": "Look first.\n```\nls -F\n```",
            "state": {"working_dir": "/repo"},
            "execution_time": 0.5,
        },
        {"thought": "\n", "action": "submit", "observation": "", "response": "\n", "state": '{"open_file": "n/a"}'},
    ],
    "history": [SYSTEM, DEMO, ISSUE, {"role": "assistant", "content": "Look first."}],
    "info": {"submission": "diff", "exit_status": "submitted"},
}
CALL = {"function": {"name": "bash", "arguments": "{}"}, "id": "c", "type": "function"}
TOLD = {
    "history": [
        SYSTEM,
        {**ISSUE, "is_demo": True},
        ISSUE,
        {"role": "assistant", "content": "both", "thought": "Try it.", "action": "run", "tool_calls": [CALL]},
        {"role": "tool", "content": [{"type": "text", "text": "ok\n"}], "tool_call_ids": ["c"]},
        DEMO,
        {"role": "assistant", "content": "Done."},
    ]
}


PICTURE = {"role": "tool", "content": [{"type": "image_url"}]}


def steps(row):
    return [(step.kind, step.text) for step in trace("swe-agent", row).steps]


def test_an_entry_is_a_thought_an_action_and_what_came_of_it():
    item = trace("swe-agent", ROW)
    assert item.problem.statement == "ISSUE:\nIt breaks. \n"
    assert item.answer == "diff"
    assert steps(ROW) == [
        ("thought", "Look first."),
        ("tool_call", "ls -F\n"),
        ("observation", "src/\r\n"),
        ("tool_call", "submit"),
    ]


def test_nothing_else_is_lost():
    item = trace("swe-agent", change(ROW, replay_config="{}"))
    assert item.step_metadata == [
        None,
        None,
        {"response": "Look first.\n```\nls -F\n```", "state": {"working_dir": "/repo"}, "execution_time": 0.5},
        {"state": '{"open_file": "n/a"}'},
    ]
    assert item.metadata == {name: ROW[name] for name in ("environment", "history", "info")} | {"replay_config": "{}"}


@pytest.mark.parametrize("name", ["query", "messages"])
def test_without_a_history_the_first_entry_says_what_was_asked(name):
    entry = {**ROW["trajectory"][0], name: [SYSTEM, ISSUE]}
    item = trace("swe-agent", change(ROW, history=DROP, trajectory=[entry]))
    assert item.problem.statement == ISSUE["content"]
    assert item.step_metadata is not None
    assert name not in (item.step_metadata[-1] or {})


def test_a_demonstration_has_only_its_history():
    item = trace("swe-agent", TOLD)
    assert item.problem.statement == ISSUE["content"]
    assert steps(TOLD) == [("thought", "Try it."), ("tool_call", "run"), ("observation", "ok\n"), ("thought", "Done.")]
    assert item.metadata == TOLD


@pytest.mark.parametrize(
    ("row", "code", "field"),
    [
        (change(ROW, history=[SYSTEM, DEMO]), "no-problem", "history"),
        (change(ROW, history=DROP), "no-problem", "trajectory[0].messages"),
        (change(ROW, history=[{"role": "user", "content": " "}]), "empty-statement", "history[0].content.statement"),
        (change(ROW, trajectory=[{"action": " "}]), "step-count", "trajectory"),
        (change(ROW, trajectory=[{"action": 7}]), "invalid", "trajectory[0].action"),
        ({"history": [ISSUE]}, "step-count", "history"),
        ({"history": [ISSUE, PICTURE]}, "not-text", "history[1].content[0]"),
        ({"history": [ISSUE, {"role": "tool", "content": 7}]}, "invalid", "history[1].content"),
    ],
)  # fmt: skip
def test_a_broken_row_is_refused(row, code, field):
    assert refused("swe-agent", row) == (code, field)
