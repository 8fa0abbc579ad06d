"""What an answer says of a trace beyond its verdict: later steps' error types, tags, premises, rubric, spans, answers.

Pure. The form is the one that `Judgement.details` documents, in a submit, in the database and in exports alike. Every
error names its place in the answer and what would be right.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NoReturn

from annotate.core.errors import Invalid
from annotate.projects.schema import UNSURE

MAX_SPANS = 200
"""In one text."""


@dataclass(frozen=True)
class Asked:
    """What the details are checked against: the schema in force, and the trace."""

    definition: Mapping[str, Any]
    error_types: Sequence[str]
    judged: Sequence[bool]
    """For each step, whether it may be judged at all."""
    lengths: Sequence[int] = field(default=())
    """Code points of each step's text; nothing can be marked where they are not given."""
    problem_length: int = 0

    def keys(self, name: str) -> list[str]:
        return [one["key"] for one in self.definition[name]]

    def of(self, name: str, *scopes: str) -> dict[str, Mapping[str, Any]]:
        return {one["key"]: one for one in self.definition[name] if one["scope"] in scopes}


def trace_details(answer: Mapping[str, Any], values: Sequence[int | None], asked: Asked) -> dict[str, Any]:
    """The details of an answer whose verdict is `values`, in canonical order and without what is empty.

    `value` is left to the verdict, and so are error types of the first wrong step. Raises Invalid.
    """
    steps = []
    for said in sorted(answer.get("steps") or [], key=lambda one: one["step"]):
        checked = _step(said, values, asked)
        if checked:
            steps.append({"step": said["step"], **checked})
    given = {
        "steps": steps,
        "rubric": _rated(answer.get("rubric"), asked.of("rubric", "trace"), "rubric"),
        "answers": _answered(answer.get("answers"), asked.of("questions", "trace", "problem"), "answers"),
        "problem_spans": _spans(answer.get("problem_spans"), asked.problem_length, asked, "problem_spans"),
    }
    _all_there(given, asked.of("rubric", "trace"), asked.of("questions", "trace", "problem"), "")
    said_of = {one["step"]: one for one in steps}
    for i, value in enumerate(values):
        if value is not None:
            of_step = asked.of("rubric", "step"), asked.of("questions", "step")
            _all_there(said_of.get(i, {}), *of_step, f"steps[{i}].")
    return {name: value for name, value in given.items() if value}


def _step(said: Mapping[str, Any], values: Sequence[int | None], asked: Asked) -> dict[str, Any]:
    i = said["step"]
    at = f"steps[{i}]"
    given = {
        "error_types": _chosen(said.get("error_types"), asked.error_types, f"{at}.error_types", "error type"),
        "tags": _chosen(said.get("tags"), asked.keys("tags"), f"{at}.tags", "tag"),
        "premises": _premises(said.get("premises"), i, asked, f"{at}.premises"),
        "rubric": _rated(said.get("rubric"), asked.of("rubric", "step"), f"{at}.rubric"),
        "spans": _spans(said.get("spans"), (asked.lengths or [0] * len(values))[i], asked, f"{at}.spans"),
        "answers": _answered(said.get("answers"), asked.of("questions", "step"), f"{at}.answers"),
        "comment": (said.get("comment") or "").strip(),
    }
    given = {name: value for name, value in given.items() if value not in ([], {}, "", None)}
    if given and values[i] is None and asked.judged[i]:
        _refuse(at, f"Step {i} comes after the first error and is not judged. Say nothing about it.", "not-judged")
    if "error_types" in given and values[i] != -1:
        message = f"Only a wrong step has error types. Call step {i} wrong, or leave them out."
        _refuse(f"{at}.error_types", message, "needs-wrong-step")
    return given


def _chosen(keys: Sequence[str] | None, known: Sequence[str], field: str, what: str) -> list[str]:
    """In the schema's order, each once."""
    chosen = set(keys or [])
    if unknown := sorted(chosen.difference(known)):
        message = f"There is no {what} {unknown[0]}. This project has: {', '.join(known) or 'none'}."
        _refuse(field, message, "no-longer-asked")
    return [key for key in known if key in chosen]


def _premises(given: Sequence[int] | None, i: int, asked: Asked, field: str) -> list[int] | None:
    """None: nothing was said. [] is not kept apart from it: a step that rests on the problem alone rests on no step."""
    if not given:
        return None
    if not asked.definition["premises"]:
        message = "This project does not ask which steps a step rests on. Leave premises out."
        _refuse(field, message, "no-longer-asked")
    if later := [p for p in given if p >= i]:
        _refuse(field, f"Step {i} can only rest on steps before it, and {later[0]} is not.", "only-steps-before")
    return sorted(set(given))


def _rated(given: Mapping[str, Any] | None, axes: Mapping[str, Mapping[str, Any]], field: str) -> dict[str, Any]:
    return _by_key(given, axes, field, "axis", _on_scale)


def _answered(
    given: Mapping[str, Any] | None, questions: Mapping[str, Mapping[str, Any]], field: str
) -> dict[str, Any]:
    return _by_key(given, questions, field, "question", _answer)


def _by_key(
    given: Mapping[str, Any] | None,
    known: Mapping[str, Mapping[str, Any]],
    field: str,
    what: str,
    check: Callable[[Any, Mapping[str, Any], str], Any],
) -> dict[str, Any]:
    said = {key: value for key, value in (given or {}).items() if value is not None and value != ""}
    if unknown := sorted(set(said).difference(known)):
        here = ", ".join(known) or "none"
        message = f"There is no {what} {unknown[0]} to answer here. Here there are: {here}."
        _refuse(f"{field}.{unknown[0]}", message, "no-longer-asked")
    return {key: check(said[key], one, f"{field}.{key}") for key, one in known.items() if key in said}


def _on_scale(value: Any, axis: Mapping[str, Any], field: str) -> Any:
    if value == UNSURE:
        return value
    if isinstance(value, bool) or not isinstance(value, int) or not axis["min"] <= value <= axis["max"]:
        _refuse(field, f'Send a whole number from {axis["min"]} to {axis["max"]}, or "{UNSURE}".', "not-on-scale")
    return value


def _answer(value: Any, question: Mapping[str, Any], field: str) -> Any:
    kind = question["kind"]
    if kind == "rating":
        return _on_scale(value, question, field)
    if kind == "choice":
        known = [option["key"] for option in question["options"]]
        if value not in [*known, UNSURE]:
            _refuse(field, f'Send one of {", ".join(known)}, or "{UNSURE}".', "no-longer-asked")
        return value
    if kind == "number":
        if value == UNSURE:
            return value
        low, high = question["min"], question["max"]
        number = isinstance(value, int | float) and not isinstance(value, bool)
        if not number or (low is not None and value < low) or (high is not None and value > high):
            between = "".join(f" {word} {n}" for word, n in (("from", low), ("to", high)) if n is not None)
            _refuse(field, f'Send a number{between}, or "{UNSURE}".', "not-on-scale")
        return value
    if not isinstance(value, str):
        _refuse(field, "Send a text.", "no-longer-asked")
    return value.strip()


def _spans(given: Sequence[Mapping[str, Any]] | None, length: int, asked: Asked, field: str) -> list[dict[str, Any]]:
    """In the order of the text, each once."""
    if not given:
        return []
    labels = asked.keys("spans")
    if len(given) > MAX_SPANS:
        _refuse(field, f"There may be {MAX_SPANS} marks in one text at most.", "max-length")
    found = set()
    for span in given:
        if span["label"] not in labels:
            message = f"There is no mark {span['label']}. This project has: {', '.join(labels) or 'none'}."
            _refuse(field, message, "no-longer-asked")
        if not span["start"] < span["end"] <= length:
            _refuse(field, f"A mark has 0 ≤ start < end ≤ {length}, in code points of the text.", "outside")
        found.add((span["start"], span["end"], span["label"]))
    return [{"start": start, "end": end, "label": label} for start, end, label in sorted(found)]


def _all_there(
    given: Mapping[str, Any],
    axes: Mapping[str, Mapping[str, Any]],
    questions: Mapping[str, Mapping[str, Any]],
    at: str,
) -> None:
    for name, known in (("rubric", axes), ("answers", questions)):
        for key, one in known.items():
            if one["required"] and given.get(name, {}).get(key) in (None, ""):
                _refuse(f"{at}{name}.{key}", f"{one['name']!r} must be answered.", "required")


def has_marks(answer: Mapping[str, Any]) -> bool:
    """Whether stretches of text are marked: only then do the texts' lengths matter."""
    return bool(answer.get("problem_spans") or any(said.get("spans") for said in answer.get("steps") or []))


def _refuse(field: str, message: str, code: str) -> NoReturn:
    raise Invalid.field(field, message, code)


def up_to(details: Mapping[str, Any], last: int, problem_questions: Sequence[str]) -> dict[str, Any]:
    """What of a trace's details holds for every other one that begins with the same steps up to `last`."""
    answers = {key: value for key, value in details.get("answers", {}).items() if key in problem_questions}
    kept = {
        "steps": [said for said in details.get("steps", []) if said["step"] <= last],
        "answers": answers,
        "problem_spans": details.get("problem_spans", []),
    }
    return {name: value for name, value in kept.items() if value}
