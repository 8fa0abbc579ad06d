"""What a project asks of its annotators: the content of a `LabelSchema`, its defaults and its rules. Pure.

A definition is a JSON object with all of these, each a list in the order in which it is shown. A `key` is a short
identifier that judgements hold; a `name` is what people read.

- `values`: what a step may be called in every-step mode: `{"key", "name", "means": bad | neutral | good, "hotkey": a
  digit}`. Stored for training is what it means; the project's own word stands beside it where the two differ.
- `rubric`: axes to rate: `{"key", "name", "scope": step | trace, "min", "max", "required"}`, whole numbers.
- `tags`: `{"key", "name"}`, any number of them on each step.
- `premises`: whether annotators say which earlier steps a step rests on.
- `spans`: `{"key", "name"}`: what a stretch of text, in a step or in the problem, may be marked as. [] is off.
- `questions`: `{"key", "name": the question, "scope": step | trace | problem, "kind": choice | rating | number | text |
  formula, "required"}`; a choice has `options`, `{"key", "name"}`, a rating whole numbers from `min` to `max`; both are
  null otherwise, and may be null for a number.
- `confidence`: whether annotators are asked how sure they are.

Whatever is rated or chosen may also be called UNSURE, which is therefore nobody's key.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from annotate.core.errors import Invalid

UNSURE = "unsure"
MEANINGS = ("bad", "neutral", "good")
RUBRIC_SCOPES = ("step", "trace")
SCOPES = ("step", "trace", "problem")
KINDS = ("choice", "rating", "number", "text", "formula")
LONGEST_SCALE = 11
"""Ratings from 0 to 10, or from 1 to 11, at most: each is a button."""

ERROR_TYPES = [
    {"key": "calculation", "name": "Calculation"},
    {"key": "missing_step", "name": "Missing step"},
    {"key": "misread_problem", "name": "Misread problem"},
    {"key": "irrelevant_condition", "name": "Irrelevant condition"},
    {"key": "unjustified", "name": "Unjustified"},
    {"key": "contradiction", "name": "Contradiction"},
    {"key": "wrong_formula", "name": "Wrong formula"},
    {"key": "hallucinated_fact", "name": "Hallucinated fact"},
    {"key": "format", "name": "Format"},
]
VALUES = [
    {"key": "good", "name": "Good", "means": "good", "hotkey": "1"},
    {"key": "neutral", "name": "Neutral", "means": "neutral", "hotkey": "2"},
    {"key": "bad", "name": "Bad", "means": "bad", "hotkey": "3"},
]
DEFAULTS: dict[str, Any] = {
    "values": VALUES,
    "rubric": [],
    "tags": [],
    "premises": False,
    "spans": [],
    "questions": [],
    "confidence": True,
}


def complete(definition: Mapping[str, Any]) -> dict[str, Any]:
    """The definition with defaults for what it does not say: an older version may know less than this one."""
    return {**DEFAULTS, **definition}


def checked_definition(definition: Mapping[str, Any]) -> dict[str, Any]:
    """The whole definition in one form, whatever was left out. Raises Invalid, naming the part that is wrong."""
    whole = complete(definition)
    return {
        "values": _values(whole["values"]),
        "rubric": [_axis(axis, i) for i, axis in enumerate(_keyed(whole["rubric"], "rubric"))],
        "tags": named(whole["tags"], "tags"),
        "premises": bool(whole["premises"]),
        "spans": named(whole["spans"], "spans"),
        "questions": [_question(q, i) for i, q in enumerate(_keyed(whole["questions"], "questions"))],
        "confidence": bool(whole["confidence"]),
    }


def named(things: Sequence[Mapping[str, Any]], field: str) -> list[dict[str, Any]]:
    """Keys and names alone. Raises Invalid unless every key is a short identifier, unique, and not UNSURE."""
    return [{"key": thing["key"], "name": thing["name"]} for thing in _keyed(things, field)]


def _keyed(things: Sequence[Mapping[str, Any]], field: str) -> Sequence[Mapping[str, Any]]:
    keys = [thing["key"] for thing in things]
    for key in keys:
        if not re.fullmatch(r"[a-z][a-z0-9_]{0,39}", key):
            raise Invalid.field(field, f"The key {key!r} must be lower-case letters, digits and _, at most 40.")
        if key == UNSURE:
            raise Invalid.field(field, f"The key {UNSURE!r} is taken: everybody may say that anyway. Choose another.")
    if twice := next((key for i, key in enumerate(keys) if key in keys[:i]), None):
        raise Invalid.field(field, f"Two of the {_words(field)} have the same key, {twice!r}. Rename one.")
    return things


def _words(field: str) -> str:
    return "error types" if field == "error_types" else field.rsplit(".", 1)[-1]


def _values(values: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    _keyed(values, "values")
    meanings = {value["means"] for value in values}
    if "good" not in meanings or "bad" not in meanings:
        raise Invalid.field("values", "At least one value must mean good, and one bad.")
    hotkeys = [value["hotkey"] for value in values]
    for value in values:
        if not re.fullmatch(r"[1-9]", value["hotkey"]):
            raise Invalid.field("values", f"The key to press for {value['name']!r} must be a digit from 1 to 9.")
        # A word of ours must mean what it says: stored values could not be told apart otherwise.
        if value["key"] in MEANINGS and value["key"] != value["means"]:
            raise Invalid.field("values", f"A value with the key {value['key']!r} must mean {value['key']}.")
    if len(set(hotkeys)) < len(hotkeys):
        raise Invalid.field("values", "Two values are given by the same key press. Choose another digit.")
    return [{name: value[name] for name in ("key", "name", "means", "hotkey")} for value in values]


def _axis(axis: Mapping[str, Any], place: int) -> dict[str, Any]:
    low, high = _scale(axis, f"rubric[{place}]")
    return {
        "key": axis["key"],
        "name": axis["name"],
        "scope": axis["scope"],
        "min": low,
        "max": high,
        "required": bool(axis.get("required", False)),
    }


def _scale(axis: Mapping[str, Any], field: str) -> tuple[int, int]:
    low, high = axis.get("min"), axis.get("max")
    if low is None or high is None or low != int(low) or high != int(high):
        raise Invalid.field(field, f"{axis['name']!r} needs whole numbers `min` and `max`, such as 1 and 5.")
    if not 1 <= high - low < LONGEST_SCALE:
        raise Invalid.field(field, f"The scale of {axis['name']!r} must have from 2 to {LONGEST_SCALE} places.")
    return int(low), int(high)


def _question(question: Mapping[str, Any], place: int) -> dict[str, Any]:
    field, kind = f"questions[{place}]", question["kind"]
    options, low, high = None, question.get("min"), question.get("max")
    if kind == "choice":
        options = named(question.get("options") or [], f"{field}.options")
        if len(options) < 2:
            raise Invalid.field(field, f"{question['name']!r} needs two options or more to choose from.")
    elif question.get("options"):
        raise Invalid.field(field, f"Only a choice has options; {question['name']!r} is a {kind}.")
    if kind == "rating":
        low, high = _scale(question, field)
    elif kind != "number" and (low is not None or high is not None):
        raise Invalid.field(field, f"Only ratings and numbers have `min` and `max`; {question['name']!r} is a {kind}.")
    if low is not None and high is not None and low > high:
        raise Invalid.field(field, f"The smallest answer to {question['name']!r} is larger than the largest.")
    return {
        "key": question["key"],
        "name": question["name"],
        "scope": question["scope"],
        "kind": kind,
        "options": options,
        "min": low,
        "max": high,
        "required": bool(question.get("required", False)),
    }


def asks_of_trace(definition: Mapping[str, Any]) -> bool:
    """Whether something about the trace as a whole must be answered: then knowing its first error is not enough."""
    whole = complete(definition)
    asked = [*whole["rubric"], *whole["questions"]]
    return any(one["required"] and one["scope"] == "trace" for one in asked)
