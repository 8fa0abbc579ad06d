import pytest

from tests.corpus.formats.rows import DROP, change, refused, trace

CALL = {"id": "c", "type": "function", "function": {"name": "search", "arguments": '{"query": "x"}'}}
ROW = {
    "total_index": 5,
    "query_index": 1,
    "sample_index": 0,
    "question": "Is it so?",
    "data_source": "hotpotqa",
    "ground_truth": {"target": ["no"]},
    "answer_text": "No.",
    "messages": [
        {"role": "system", "content": "You help."},
        {"role": "user", "content": "Answer: Is it so?"},
        {"role": "assistant", "content": "I look.", "tool_calls": [CALL]},
        {"role": "tool", "tool_call_id": "c", "name": "search", "content": "It is not."},
        {"role": "assistant", "content": "Yes."},
        {"role": "assistant", "content": ""},
    ],
    "tools": [],
    "step_labels": {"2": 1, "4": -1},
    "final_label": -1,
}


def test_each_step_of_a_message_has_the_message_s_value():
    item = trace("agent-process-bench", ROW)
    assert [(step.kind, step.text) for step in item.steps] == [
        ("reasoning", "I look."),
        ("tool_call", 'search({"query": "x"})'),
        ("observation", "It is not."),
        ("reasoning", "Yes."),
    ]
    assert [(label.source, label.values) for label in item.labels] == [("agent-process-bench", [1, 1, None, -1])]
    assert item.problem.statement == "You help.\n\nAnswer: Is it so?"
    assert (item.external_id, item.answer, item.correct) == ("agent-process-bench/hotpotqa/1/0", "No.", None)
    asked = [{"role": message["role"], "characters": len(message["content"])} for message in ROW["messages"][:2]]
    assert item.metadata == {n: v for n, v in ROW.items() if n not in ("messages", "answer_text")} | {"asked": asked}


@pytest.mark.parametrize(
    ("row", "external_id"),
    [
        (change(ROW, record_id="r-1"), "agent-process-bench/r-1"),
        (change(ROW, record_id=7), "agent-process-bench/7"),
        (change(ROW, sample_index=DROP), None),
    ],
)
def test_its_id(row, external_id):
    assert trace("agent-process-bench", row).external_id == external_id


def test_without_labels_there_is_no_label():
    assert trace("agent-process-bench", change(ROW, step_labels={})).labels == []


@pytest.mark.parametrize("key", ["1", "3", "6", "-1", "x", "5", "²", "9" * 5000])
def test_a_label_of_what_is_no_step_of_the_agent_s_is_refused(key):
    code, _ = refused("agent-process-bench", change(ROW, step_labels={key: 1}))
    assert code == "no-such-step"


@pytest.mark.parametrize(
    ("row", "code", "field"),
    [
        (change(ROW, step_labels={"2": 2}), "invalid", "step_labels[...]"),
        (change(ROW, messages=ROW["messages"][:2], step_labels={}), "step-count", "messages"),  # type: ignore[index]
        (change(ROW, step_labels=None), "invalid", "step_labels"),
    ],
)
def test_a_broken_row_is_refused(row, code, field):
    assert refused("agent-process-bench", row) == (code, field)
