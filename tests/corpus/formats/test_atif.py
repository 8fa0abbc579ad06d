import pytest

from tests.corpus.formats.rows import DROP, change, refused, trace

CALL = {"tool_call_id": "c", "function_name": "bash", "arguments": {"cmd": "ls  -F"}}
ROW = {
    "schema_version": "ATIF-v1.7",
    "session_id": "s-1",
    "agent": {"name": "harbor", "version": "1", "model_name": "m", "extra": {}},
    "steps": [
        {"step_id": 1, "source": "system", "message": "You help."},
        {"step_id": 2, "source": "user", "message": "List the files. ", "timestamp": "t"},
        {
            "step_id": 3,
            "source": "agent",
            "message": "I list them.",
            "reasoning_content": "Easy.",
            "tool_calls": [CALL],
            "observation": {"results": [{"source_call_id": "c", "content": "a\n"}, {"content": None}]},
            "metrics": {"cost_usd": 0.5},
        },
        {"step_id": 4, "source": "user", "message": "Go on."},
        {"step_id": 5, "source": "agent", "message": ""},
        {"step_id": 6, "source": "agent", "message": [{"type": "text", "text": "Done."}]},
    ],
    "final_metrics": {"total_steps": 6},
}


def step(**fields):
    return change(ROW, steps=[ROW["steps"][1], {"source": "agent", "message": "a"} | fields])  # type: ignore[index]


def test_a_run_is_what_was_thought_said_called_and_seen():
    item = trace("atif", ROW)
    assert item.problem.statement == "You help.\n\nList the files. "
    assert (item.external_id, item.generator) == ("s-1", "m")
    assert [(one.kind, one.text) for one in item.steps] == [
        ("thought", "Easy."),
        ("reasoning", "I list them."),
        ("tool_call", 'bash({"cmd": "ls  -F"})'),
        ("observation", "a\n"),
        ("observation", "Go on."),
        ("reasoning", "Done."),
    ]


def test_nothing_else_is_lost():
    item = trace("atif", ROW)
    assert item.step_metadata == [
        None,
        None,
        {"tool_call_id": "c", "step_id": 3, "metrics": {"cost_usd": 0.5}},
        {"source_call_id": "c"},
        {"step_id": 4, "source": "user"},
        {"step_id": 6},
    ]
    assert item.metadata == {
        **change(ROW, steps=DROP),
        "without_step": [{"step_id": 1}, {"step_id": 2, "timestamp": "t"}, {"step_id": 5}],
        "asked": [{"role": "system", "characters": 9}, {"role": "user", "characters": 16}],
    }


def test_pictures_and_arguments_are_kept_apart_from_the_text():
    picture = {"type": "image", "source": {"media_type": "image/png", "path": "shots/1.png"}}
    seen = {"results": [{"content": [{"type": "text", "text": "A window"}, picture]}]}
    item = trace("atif", step(tool_calls=[CALL], observation=seen))
    assert item.steps[1].data == {"tool": "bash", "arguments": {"cmd": "ls  -F"}}
    assert item.steps[2].media == [{"file": "shots/1.png", "type": "image"}]
    assert item.step_metadata[2] == {"content": [{"type": "image", "source": {"media_type": "image/png"}}]}


@pytest.mark.parametrize("minor", range(8))
def test_its_versions(minor):
    item = trace("atif", change(ROW, schema_version=f"ATIF-v1.{minor}", trajectory_id="t-1", agent={"name": "a"}))
    assert (item.external_id, item.generator) == ("t-1", "a")


@pytest.mark.parametrize(
    ("row", "code", "field"),
    [
        (change(ROW, schema_version="ATIF-v2.0"), "unknown-version", "schema_version"),
        (change(ROW, schema_version="ATIF-v1.70"), "unknown-version", "schema_version"),
        (change(ROW, steps=[]), "no-problem", "steps"),
        (change(ROW, steps=[{"source": "agent", "message": "a"}]), "no-problem", "steps"),
        (change(ROW, steps=[{"source": "user", "message": " "}]), "empty-statement", "steps.statement"),
        (change(ROW, steps=[{"source": "user", "message": "a"}]), "step-count", "steps"),
        (step(source="robot"), "invalid", "steps[1].source"),
        (step(source="user", tool_calls=[CALL]), "invalid", "steps[1].source"),
        (step(message=[{"type": "image", "source": {}}]), "not-text", "steps[1].message[0]"),
        (step(message="\0"), "nul-character", "steps[1].message"),
        (step(tool_calls=[{}]), "invalid", "steps[1].tool_calls[0].function_name"),
    ],
)
def test_a_broken_row_is_refused(row, code, field):
    assert refused("atif", row) == (code, field)
