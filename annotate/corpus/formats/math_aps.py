"""MATH-APS (OpenR, after OmegaPRM): JSON lines of problems, each with many solutions, with a Monte Carlo value a node.

Two shapes. The tree: `reasoning_steps` is a node `{"text", "mc_value", "children"}`, whose root is the question. Flat:
it is a list of `{"solution_prefix", "mc_value"}`, where a prefix is the question and a part of a solution in one text.
What a flat prefix adds to the longest other one of the row that it goes on from after a blank line is its step; a
prefix that goes on from no other one is a first step. That blank line is the format's frame and goes, all other white
space is text: pieces that the file does not tell apart stay one step.

Each way from the question to an end of the tree is a trace, and traces share the steps that they share. `mc_value` is
how many of the tries from there came to the answer: a score of the scorer "mc" for each step, not a label. Equal nodes
at one place are one step. Where their values differ, the score is the mean, and all values are the step's metadata
`mc_values`. A row with a value that is not from 0 to 1 (a Q value, an advantage) gives values of their own scale by the
same name instead of scores. The question's own value is `mc_value` in the metadata of the trace, beside `question_id`,
which does not name a problem: other files use it again.
"""

from collections.abc import Iterator
from typing import Any

import msgspec
from msgspec import Struct

from annotate.corpus.formats.base import (
    Format,
    Item,
    LineError,
    ProblemIn,
    StepIn,
    TraceIn,
    check_problem,
    check_steps,
    decode,
    others,
)

SCORER = "mc"
GAP = "\n\n"
MAX_ON_PATHS = 200_000  # steps in all traces of a row: one node may lie on very many of them

Value = float | None


class _Node(Struct, forbid_unknown_fields=True):
    text: str
    mc_value: Value
    children: list["_Node"] = []


class _Prefix(Struct, forbid_unknown_fields=True):
    solution_prefix: str
    mc_value: Value


class _Line(Struct):
    question: str
    reasoning_steps: _Node | list[_Prefix]
    final_answer: str | int | float | None = None


class _Place(Struct):
    """A node with what all equal ones said."""

    values: list[float] = []
    below: dict[str, "_Place"] = {}

    def say(self, value: float | None) -> None:
        if value is not None:
            self.values.append(value)

    def under(self, text: str) -> "_Place":
        return self.below.setdefault(text, _Place())

    @property
    def score(self) -> float | None:
        return sum(self.values) / len(self.values) if self.values else None


_decoder = msgspec.json.Decoder(_Line)


def parse(line: bytes) -> list[Item]:
    raw = decode(_decoder, line)
    answer = None if raw.final_answer is None else str(raw.final_answer)
    problem = ProblemIn(raw.question, answer=answer)
    check_problem(problem, "question")
    root = _Place()
    if isinstance(raw.reasoning_steps, list):
        _grow_from_prefixes(root, raw.question, raw.reasoning_steps)
    else:
        if raw.reasoning_steps.text != raw.question:
            message = "The root's text must be the question, to the letter."
            raise LineError("label-mismatch", message, "reasoning_steps.text")
        _grow(root, raw.reasoning_steps, "reasoning_steps")
    metadata = others(line, _Line)
    if root.values:
        metadata |= {"mc_value": root.score} | _all_values(root)
    items: list[Item] = []
    likely = all(0 <= value <= 1 for value in _said(root))
    on_paths = 0
    for path in _ways(root):
        on_paths += len(path)
        if on_paths > MAX_ON_PATHS:
            message = f"The traces of this tree have over {MAX_ON_PATHS} steps in all. Split it into several rows."
            raise LineError("step-count", message, "reasoning_steps")
        steps = [StepIn(text) for text, _ in path]
        check_steps(steps, "reasoning_steps")
        of_path = [place.score for _, place in path]
        notes: list[dict[str, Any] | None] = [_all_values(place) or None for _, place in path]
        items.append(
            TraceIn(
                problem=problem,
                steps=steps,
                metadata=metadata,
                step_metadata=notes if any(notes) else None,
                scores={SCORER: of_path} if likely else None,
                values=None if likely else {SCORER: of_path},
            )
        )
    if not items:
        raise LineError("no-steps", "Nothing follows the question: there are no steps.", "reasoning_steps")
    return items


def _grow(place: _Place, node: _Node, field: str) -> None:
    place.say(node.mc_value)
    for i, child in enumerate(node.children):
        at = f"{field}.children[{i}]"
        if not child.text.strip():
            raise LineError("empty-step", "The node has no text: there is nothing to judge.", f"{at}.text")
        _grow(place.under(child.text), child, at)


def _grow_from_prefixes(root: _Place, question: str, prefixes: list[_Prefix]) -> None:
    for i, prefix in enumerate(prefixes):
        if not prefix.solution_prefix.startswith(question):
            message = "A prefix must begin with the question, to the letter."
            raise LineError("label-mismatch", message, f"reasoning_steps[{i}].solution_prefix")
    # In this order, whatever a text goes on from comes before it, with nothing but its own continuations between.
    above: list[tuple[str, _Place]] = []
    for prefix in sorted(prefixes, key=lambda prefix: prefix.solution_prefix):
        text = prefix.solution_prefix
        while above and not text.startswith(above[-1][0]):
            above.pop()
        if text == question:
            place = root
        elif above and above[-1][0] == text:
            place = above[-1][1]
        else:
            shorter, parent = next((one for one in reversed(above) if text.startswith(GAP, len(one[0]))), ("", root))
            place = parent.under(text[len(shorter or question) :].removeprefix(GAP))
        place.say(prefix.mc_value)
        above.append((text, place))


def _said(root: _Place) -> Iterator[float]:
    todo = [root]
    while todo:
        place = todo.pop()
        yield from place.values
        todo += place.below.values()


def _ways(root: _Place) -> Iterator[list[tuple[str, _Place]]]:
    """Every path from below the root to an end. With a stack of its own, since a flat row may be very deep."""
    path: list[tuple[str, _Place]] = []
    nodes = [iter(root.below.items())]
    while nodes:
        if (node := next(nodes[-1], None)) is None:
            nodes.pop()
            del path[-1:]
            continue
        path.append(node)
        if node[1].below:
            nodes.append(iter(node[1].below.items()))
        else:
            yield list(path)
            path.pop()


def _all_values(place: _Place) -> dict[str, Any]:
    return {"mc_values": place.values} if len(set(place.values)) > 1 else {}


def looks(row: dict[str, Any]) -> str:
    steps = row.get("reasoning_steps")
    if "question" not in row:
        return ""
    if isinstance(steps, dict) and "mc_value" in steps:
        return "has `question`, and `reasoning_steps` that are a tree with `mc_value`"
    first = steps[0] if isinstance(steps, list) and steps else None
    flat = isinstance(first, dict) and "solution_prefix" in first
    return "has `question`, and `reasoning_steps` with `solution_prefix`" if flat else ""


FORMAT = Format("math-aps", "MATH-APS: trees of solutions with Monte Carlo values", parse, looks)
