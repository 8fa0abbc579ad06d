"""A run of an agent with everything in it, and one more choice: see the fixture `every`."""

from typing import Any

PICTURE = {"type": "image", "url": "https://example.org/a.png"}
CALL = {"text": 'look({"at": 2.5})', "kind": "tool_call", "data": {"tool": "look", "arguments": {"at": 2.5}}}
AGENT: dict[str, Any] = {
    "id": "run",
    "problem": {"id": "p-9", "statement": "What is in it?", "answer": "一只猫", "media": [PICTURE]},
    "generator": "m",
    "steps": [
        {"text": "Look first.", "kind": "thought"},
        "I look.",
        {**CALL, "metadata": {"id": "c-1"}},
        {"text": "A cat.", "kind": "observation", "media": [PICTURE], "metadata": {"tool_call_id": "c-1"}},
        "一只狗",
    ],
    "answer": "一只狗",
    "correct": False,
}
NONE_ACCEPTABLE = {"problem": {"statement": "苹果?", "id": "p-2"}, "prefix": ["Let me see."], "candidates": ["a", "b"]}
