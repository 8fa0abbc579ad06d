"""A small tree with every case, in every format that isn't tested elsewhere: right and wrong, neutral, rewritten, tied,
none acceptable, tool steps, CJK, media. The rows are written by hand, not by the code under test.
"""

import json
from typing import Any

import pytest

from annotate.corpus.formats import FORMATS as IMPORT_FORMATS
from annotate.corpus.models import SourceLabel, Trace
from annotate.exports.stream import Stream
from annotate.imports.intake import take_in
from tests.cast import Cast
from tests.exports.every import CALL
from tests.exports.tree import CJK, LATEX, RESULT, SEARCH, Tree, export, rows, take_in_native, wish
from tests.factories import make_project


def of(found: list[Any], name: str, value: Any) -> Any:
    (row,) = [row for row in found if row[name] == value]
    return row


def test_refinement(every: Tree) -> None:
    found = rows(every.project, "refinement")
    assert [row["corrected_step"] for row in found] == ["x = 7", "Found 7", "一只猫"]
    assert found[2] == {
        "question": "What is in it?",
        "answer": "一只猫",
        "draft": ["Look first.", "I look.", CALL["text"], "A cat.", "一只狗"],
        "first_error": 4,
        "error_types": [],
        "critique": "It is a cat.",
        "corrected_step": "一只猫",
        "refined": ["Look first.", "I look.", CALL["text"], "A cat.", "一只猫"],
    }


def test_self_correction_masks_the_wrong_step_alone(every: Tree) -> None:
    (row,) = rows(every.project, "self-correction")
    [[start, end]] = row["loss_mask_spans"]
    assert row["text"][start:end] == row["wrong_step"] == "一只狗"
    assert row["text"] == f"Look first.\nI look.\n{CALL['text']}\nA cat.\n一只狗\nIt is a cat.\n一只猫"
    assert (row["reflection"], row["corrected_step"], len(row["prefix"])) == ("It is a cat.", "一只猫", 4)


def test_conversations_alternate_and_both_sides_begin_alike(every: Tree) -> None:
    found = rows(every.project, "trl-preference-conversational")
    assert found[0] == {
        "prompt": [{"role": "user", "content": "What is x?"}],
        "chosen": [{"role": "assistant", "content": f"{CJK}\nx = 7"}],
        "rejected": [{"role": "assistant", "content": f"{CJK}\nx = 8"}],
    }
    run = of(found, "rejected", [{"role": "assistant", "content": "一只狗"}])
    assert run["prompt"] == [
        {"role": "user", "content": "What is in it?"},
        {"role": "assistant", "content": f"Look first.\nI look.\n{CALL['text']}"},
        {"role": "user", "content": "A cat."},
    ]
    for row in found:
        roles = [message["role"] for message in row["prompt"]]
        assert roles == ["user", "assistant"] * (len(roles) // 2) + ["user"]


def test_ultrainteract(every: Tree) -> None:
    found = rows(every.project, "ultrainteract")
    row = of(found, "rejected", "一只狗")
    assert [(turn["from"], turn["value"]) for turn in row["trajectory"]][-2:] == [
        ("assistant", CALL["text"]),
        ("user", "A cat."),
    ]
    assert (row["chosen"], row["task"], row["dataset"]) == ("一只猫", "algebra", "algebra")
    # None of two candidates was acceptable: the rewrite is better than both, after the same turns.
    same = [one for one in found if one["chosen"] == "c"]
    assert [one["rejected"] for one in same] == ["a", "b"]
    assert len({one["parent_id"] for one in same}) == 1
    assert len({one["id"] for one in found}) == len(found)


def test_full_step_dpo_rewards_every_step_of_every_solution(every: Tree) -> None:
    (row,) = rows(every.project, "full-step-dpo")
    assert row == {
        "prompt": "What is x?",
        "gold_answer": "7",
        "responses": [f"{CJK}\n{LATEX}\n7", "No.\n8", f"{CJK}\nx = 8\nSo 8", f"{CJK}\n{LATEX}\n8"],
        "rewards": [1, 0, 0, 0],
        "rewards_list": [[1.0, 1.0, 1.0], [0.0, 0.0], [1.0, 0.0, 0.0], [1.0, 1.0, 0.0]],
    }


def test_full_step_dpo_takes_every_number_of_a_scorer_for_a_reward(cast: Cast) -> None:
    lines = [
        {
            "id": f"t-{i}",
            "problem": {"id": "p", "statement": "?"},
            "steps": ["a", last],
            "correct": not i,
            "values": values,
        }
        | {"labels": [{"source": "z", "first_error": 1 if i else None}]}
        for i, (last, values) in enumerate([("b", {"q": [2.0, 0.5]}), ("c", {"q": [2.0, 2]})])
    ]
    take_in_native(cast.project, *map(json.dumps, lines))
    (row,) = rows(cast.project, "full-step-dpo", "imported", "z", scorer="q")
    assert row["rewards_list"] == [[2.0, 0.5], [2.0, 2.0]]


def test_full_step_dpo_calls_no_solution_wrong_for_a_neutral_step(cast: Cast) -> None:
    lines = [
        {"problem": {"id": "p", "statement": "?"}, "steps": ["a", last], "labels": [{"source": "z", "values": values}]}
        for last, values in (("b", [1, 0]), ("c", [1, -1]))
    ]
    take_in_native(cast.project, *map(json.dumps, lines))
    (row,) = rows(cast.project, "full-step-dpo", "imported", "z")
    assert dict(zip(row["responses"], row["rewards"], strict=True)) == {"a\nb": 1, "a\nc": 0}
    assert sorted(row["rewards_list"]) == [[1.0, 0.0], [1.0, 0.0]]


def test_natural_program_numbers_statements_and_names_premises(cast: Cast) -> None:
    steps = [{"text": "a", "premises": []}, {"text": "b", "premises": [0]}, "c"]
    line = {"id": "t", "problem": {"statement": "?"}, "steps": steps, "labels": [{"source": "z", "first_error": 1}]}
    take_in_native(cast.project, json.dumps(line))
    assert rows(cast.project, "natural-program", "imported", "z") == [
        {
            "question": "?",
            "answer": "#1. ?\n\n#2. (by #1) Step 1: a\n\n#3. (by #2) Step 2: b\n\n#4. Step 3: c",
            "final_answer": None,
            "gt_answer": None,
            "correct": None,
            "flag": 0,
        }
    ]


def test_natural_program_makes_statements_of_numbered_steps_and_none_of_what_looks_like_one(cast: Cast) -> None:
    numbered = [{"text": "1. a", "premises": []}, {"text": "2. b\n\nc", "premises": [0]}]
    label = [{"source": "z", "first_error": None}]
    take_in_native(
        cast.project,
        json.dumps({"id": "t", "problem": {"statement": "?"}, "steps": numbered, "labels": label}),
        json.dumps({"id": "u", "problem": {"statement": "?"}, "steps": ["a\n#3. b"], "labels": label}),
    )
    stream = Stream(wish(cast.project, "natural-program", labels="imported", source="z"))
    (row,) = json.loads(b"".join(stream.chunks()))
    assert row["answer"] == "#1. ?\n\n#2. (by #1) Step 1: 1. a\n\n#3. (by #2) Step 2: 2. b\n\nc"
    assert stream.tally.left_out["holds the format's marks"] == 1


def test_prmbench_lists_all_wrong_steps_and_what_was_never_said_is_no_row(every: Tree) -> None:
    found = rows(every.project, "prmbench", neutral="as-bad")
    assert of(found, "idx", "run") == {
        "original_question": "What is in it?",
        "modified_question": "What is in it?",
        "original_process": [],
        "modified_process": ["Look first.", "I look.", CALL["text"], "A cat.", "一只狗"],
        "modified_steps": [2, 3, 5],
        "error_steps": [2, 3, 5],
        "reason": "It is a cat.",
        "idx": "run",
        "question": "What is in it?",
        "classification": "",
    }
    # Of t-2 the first step is wrong, and nobody knows of the second.
    assert [row["idx"] for row in found] == ["t-1", "t-4", "t-5", "run"]
    wrong = rows(every.project, "prmbench", after_first_error="as-wrong")
    assert of(wrong, "idx", "t-2") | {"error_steps": [1, 2], "classification": "calculation"} in wrong


def test_math_aps_has_the_share_of_labels_of_each_node(every: Tree, cast: Cast) -> None:
    every.say(cast.bob, every.wrong_start, labels=[{"step": 0, "value": "good"}, {"step": 1, "value": "bad"}])
    found = rows(every.project, "math-aps-tree", "all")
    right = [{"text": "7", "mc_value": 1.0, "children": []}, {"text": "8", "mc_value": 0.0, "children": []}]
    begun = [
        {"text": LATEX, "mc_value": 1.0, "children": right},
        {"text": "x = 8", "mc_value": 0.0, "children": []},
    ]
    assert of(found, "question", "What is x?") == {
        "question": "What is x?",
        "final_answer": "7",
        "reasoning_steps": {
            "text": "What is x?",
            "mc_value": None,
            "children": [
                {"text": CJK, "mc_value": 1.0, "children": begun},
                {"text": "No.", "mc_value": 0.5, "children": [{"text": "8", "mc_value": 0.0, "children": []}]},
            ],
        },
        "question_id": None,
    }
    flat = of(rows(every.project, "math-aps", "all"), "question", "What is x?")
    assert flat["reasoning_steps"][:2] == [
        {"solution_prefix": f"What is x?\n\n{CJK}", "mc_value": 1.0},
        {"solution_prefix": f"What is x?\n\n{CJK}\n\n{LATEX}", "mc_value": 1.0},
    ]


def test_agent_process_bench(every: Tree) -> None:
    row = of(rows(every.project, "agent-process-bench"), "question", "What is in it?")
    assert row["messages"] == [
        {"role": "user", "content": "What is in it?"},
        {
            "role": "assistant",
            "content": "I look.",
            "reasoning_content": "Look first.",
            "tool_calls": [
                {"id": "c-1", "type": "function", "function": {"name": "look", "arguments": '{"at": 2.5}'}},
            ],
        },
        {"role": "tool", "content": "A cat.", "tool_call_id": "c-1", "name": "look"},
        {"role": "assistant", "content": "一只狗"},
    ]
    # Of good, neutral and neutral, the worst is neutral.
    assert (row["step_labels"], row["final_label"], row["answer_text"]) == ({"1": 0, "3": -1}, -1, "一只狗")
    assert row["ground_truth"] == {"target": ["一只猫"]}
    search = of(rows(every.project, "agent-process-bench"), "question", "苹果?")
    assert search["messages"][1]["tool_calls"][0]["function"] == {
        "name": "tool",
        "arguments": '{"input":"search(\\"x\\")"}',
    }
    assert search["messages"][2] == {"role": "tool", "content": RESULT[0], "tool_call_id": "call_0", "name": "tool"}
    assert search["step_labels"] == {"1": 1, "3": -1}
    assert SEARCH[0] == 'search("x")'


def test_atif(every: Tree) -> None:
    row = of(rows(every.project, "atif"), "session_id", "run")
    picture = {"type": "image", "source": {"media_type": "image/png", "path": "https://example.org/a.png"}}
    assert row["schema_version"] == "ATIF-v1.7"
    assert row["agent"] == {"name": "m", "version": "", "model_name": "m"}
    assert row["steps"] == [
        {"step_id": 1, "source": "user", "message": [{"type": "text", "text": "What is in it?"}, picture]},
        {
            "step_id": 2,
            "source": "agent",
            "message": "I look.",
            "reasoning_content": "Look first.",
            "tool_calls": [{"tool_call_id": "c-1", "function_name": "look", "arguments": {"at": 2.5}}],
            "observation": {
                "results": [{"content": [{"type": "text", "text": "A cat."}, picture], "source_call_id": "c-1"}]
            },
            "extra": {"labels": [{"source": "resolved", "value": "neutral"}]},
        },
        {
            "step_id": 3,
            "source": "agent",
            "message": "一只狗",
            "extra": {"labels": [{"source": "resolved", "value": "incorrect"}]},
        },
    ]
    assert row["extra"]["labels"] == [
        {"source": "resolved", "first_error": 3, "error_types": [], "comment": "It is a cat.", "rewrite": "一只猫"}
    ]


def test_otel_genai(every: Tree) -> None:
    def attributes(span: dict[str, Any]) -> dict[str, Any]:
        return {a["key"]: next(iter(a["value"].values())) for a in span["attributes"]}

    found = [row["resourceSpans"][0]["scopeSpans"][0]["spans"] for row in rows(every.project, "otel-genai")]
    (spans,) = [one for one in found if "What is in it?" in str(one)]
    assert [span["name"] for span in spans] == ["invoke_agent m", "chat m", "execute_tool look", "chat m"]
    assert {span["parentSpanId"] for span in spans[1:]} == {spans[0]["spanId"]}
    assert {(len(s["traceId"]), len(s["spanId"])) for s in spans} == {(32, 16)}
    assert len({span["spanId"] for span in spans}) == 4
    said = json.loads(attributes(spans[1])["gen_ai.output.messages"])
    assert [part["type"] for part in said[0]["parts"]] == ["reasoning", "text", "tool_call"]
    told = json.loads(attributes(spans[3])["gen_ai.input.messages"])
    assert [message["role"] for message in told] == ["user", "assistant", "tool"]
    (event,) = spans[3]["events"]
    assert event["name"] == "gen_ai.evaluation.result"
    assert attributes(event) == {
        "gen_ai.evaluation.name": "resolved",
        "gen_ai.evaluation.score.value": 0.0,
        "gen_ai.evaluation.score.label": "incorrect",
        "gen_ai.evaluation.explanation": "It is a cat.",
    }
    known = {"gen_ai.provider.name": "unknown", "gen_ai.conversation.id": "run"}
    assert known.items() <= attributes(spans[1]).items() & attributes(spans[0]).items()
    assert attributes(spans[2])["gen_ai.tool.call.result"] == "A cat."


SOUND = {"type": "audio", "url": "https://example.org/a.mp3"}
LATE: dict[str, Any] = {
    "id": "late",
    "problem": {"id": "p-7", "statement": "Listen.", "media": [SOUND]},
    "steps": [
        {"text": 'look({"at": 1})', "kind": "tool_call", "metadata": {"id": "c-1"}},
        {
            "text": "look([2])",
            "kind": "tool_call",
            "data": {"tool": "look", "arguments": [2]},
            "metadata": {"id": "c-1"},
        },
        "Meanwhile.",
        {"text": "A dog.", "kind": "observation", "media": [SOUND], "metadata": {"tool_call_id": "c-1"}},
    ],
    "metadata": {"agent": {"name": "a", "version": "2.1", "model_name": "m-2"}},
    "labels": [{"source": "z", "first_error": None}],
}


def test_atif_holds_nothing_that_its_readers_refuse(cast: Cast) -> None:
    """Fields that they don't know, answers to calls of another step, two calls of one id, arguments that are no object,
    parts that are neither text nor a picture.
    """
    take_in_native(cast.project, json.dumps(LATE))
    (row,) = rows(cast.project, "atif", "imported", "z", provenance="1", split="train:1")
    assert list(row) == ["schema_version", "session_id", "trajectory_id", "agent", "steps", "extra"]
    assert row["agent"] == {"name": "a", "version": "2.1", "model_name": "m-2"}
    assert (row["extra"]["provenance"]["source"], row["extra"]["split"]) == ("z", "train")
    sound = [{"type": "audio", "media_type": "", "path": SOUND["url"]}]
    right = {"labels": [{"source": "z", "value": "correct"}]}
    assert row["steps"] == [
        {"step_id": 1, "source": "user", "message": "Listen.", "extra": {"media": sound}},
        {
            "step_id": 2,
            "source": "agent",
            "message": "",
            "tool_calls": [
                {"tool_call_id": "c-1", "function_name": "look", "arguments": {"at": 1}},
                {"tool_call_id": "c-1/1", "function_name": "look", "arguments": {"input": [2]}},
            ],
            "extra": right,
        },
        {
            "step_id": 3,
            "source": "agent",
            "message": "Meanwhile.",
            "observation": {"results": [{"content": "A dog."}]},
            "extra": {**right, "media": sound},
        },
    ]


def test_spans_that_came_keep_the_ids_that_evaluations_are_found_by(cast: Cast) -> None:
    asked = {"role": "user", "parts": [{"type": "text", "content": "?"}]}
    said = {"role": "assistant", "parts": [{"type": "text", "content": "x"}]}
    attributes = {
        "gen_ai.operation.name": "chat",
        "gen_ai.provider.name": "openai",
        "gen_ai.request.model": "m",
        "gen_ai.response.id": "r-1",
        "gen_ai.input.messages": json.dumps([asked]),
        "gen_ai.output.messages": json.dumps([said]),
    }
    event = {"name": "gen_ai.evaluation.result", "attributes": {"gen_ai.evaluation.name": "z"}}
    event["attributes"]["gen_ai.evaluation.score.label"] = "wrong"  # type: ignore[index]
    span = {"traceId": "a" * 32, "spanId": "b" * 16, "name": "chat m", "attributes": attributes, "events": [event]}
    report = take_in(cast.project, IMPORT_FORMATS["otel-genai"], [json.dumps({"spans": [span]}).encode()])
    assert report.errors == []
    (row,) = rows(cast.project, "otel-genai", "imported", "z")
    root, chat = row["resourceSpans"][0]["scopeSpans"][0]["spans"]
    assert (chat["traceId"], chat["spanId"], root["traceId"]) == ("a" * 32, "b" * 16, "a" * 32)
    told = {a["key"]: a["value"].get("stringValue") for a in chat["attributes"]}
    assert (told["gen_ai.provider.name"], told["gen_ai.response.id"]) == ("openai", "r-1")
    (event,) = chat["events"]
    assert {"key": "gen_ai.response.id", "value": {"stringValue": "r-1"}} in event["attributes"]


def test_a_run_of_the_benchmark_keeps_all_that_it_had(cast: Cast) -> None:
    line = {
        "total_index": 5,
        "query_index": 1,
        "sample_index": 0,
        "question": "Both?",
        "data_source": "hotpotqa",
        "ground_truth": {"target": ["no"]},
        "answer_text": "No.",
        "messages": [
            {"role": "system", "content": "Be kind."},
            {"role": "user", "content": "Answer.\n\nBoth?"},
            {"role": "assistant", "content": "No."},
        ],
        "tools": [{"type": "function", "function": {"name": "search", "parameters": {}}}],
        "tool_metrics": {"search": [{"status": "success"}]},
        "step_labels": {"2": 1},
        "final_label": 1,
    }
    report = take_in(cast.project, IMPORT_FORMATS["agent-process-bench"], [json.dumps(line).encode()])
    assert report.errors == []
    assert rows(cast.project, "agent-process-bench", "imported", "agent-process-bench") == [line]


@pytest.mark.parametrize("format", ["agent-process-bench", "atif", "otel-genai"])
def test_runs_come_back_with_their_steps_and_labels(every: Tree, cast: Cast, format: str) -> None:
    project = make_project("again", admin=cast.max)
    report = take_in(project, IMPORT_FORMATS[format], [export(every.project, format).encode()])
    assert (report.errors, report.accepted) == ([], 6)
    trace = next(t for t in Trace.objects.filter(project=project) if "cat" in str(steps(t)))
    assert steps(trace) == [
        ("thought", "Look first."),
        ("reasoning", "I look."),
        ("tool_call", CALL["text"] if format != "otel-genai" else 'look({"at":2.5})'),
        ("observation", "A cat."),
        ("reasoning", "一只狗"),
    ]
    if format != "atif":
        label = SourceLabel.objects.get(trace=trace)
        assert label.values == [0, 0, 0, None, -1]


def steps(trace: Trace) -> list[tuple[str, str]]:
    known = {step.pk: step for step in trace.problem.steps.all()}
    return [(known[pk].kind, known[pk].text) for pk in trace.path]
