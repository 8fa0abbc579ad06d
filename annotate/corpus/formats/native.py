"""Our own format: a trace or a choice a line. See docs/api.md for every field.

A trace line: `{"id", "problem": {"id", "statement", "answer", "solution", "reference_steps", "reference_states",
"material", "media", "metadata"}, "generator", "steps": [text or {"text", "kind", "media", "data", "premises":
[0-based indexes of earlier steps], "metadata"}], "answer", "correct", "scores": {scorer: [0..1, {"value", "reason"} or
null for each step]}, "values": {name: [any number or null for each step]}, "tags", "metadata",
"labels": [{"source", "first_error": 0-based or null} or {"source", "values": [-1, 0, 1, 2 or null for each step]}]}`.

A choice line has `"prefix"` and `"candidates"` instead of `"steps"`, and `"preferences": [{"source", "ranking": groups
of 0-based candidate indexes, best first} or {"source", "none_acceptable": true}]`. Candidates that a ranking leaves out
are worse than all that it names. Labels and preferences may have a `"comment"` and a `"rewrite"`, a better step; labels
a `"confidence"` from 1 to 5; preferences a `"strength"` from 1 to 3, and as `"shown"` the order in which the candidates
were seen, by index.
Media, data, material and reference steps are described in `content`.
"""

from collections.abc import Sequence
from typing import Any, Literal

import msgspec
from msgspec import UNSET, Struct, UnsetType

from annotate.corpus.formats.base import (
    MAX_CANDIDATES,
    ChoiceIn,
    Format,
    Item,
    LabelIn,
    LineError,
    PreferenceIn,
    ProblemIn,
    StepIn,
    TraceIn,
    check_metadata,
    check_problem,
    check_steps,
    check_text,
    decode,
)
from annotate.corpus.formats.content import (
    Kind,
    Material,
    MediaRef,
    ReferenceStep,
    check_data,
    check_premises,
    check_tags,
    material_of,
    media_of,
    reference_steps_of,
)
from annotate.corpus.labels import first_error_values
from annotate.corpus.models import StepKind

MAX_SOURCE = 100


class _Score(Struct, forbid_unknown_fields=True):
    value: float | None
    reason: str = ""


Scores = dict[str, list[float | _Score | None]]
Values = dict[str, list[float | None]]


class _Problem(Struct, forbid_unknown_fields=True):
    statement: str
    id: str | None = None
    answer: str | None = None
    solution: str | None = None
    metadata: dict[str, Any] = {}
    reference_steps: list[str | ReferenceStep] = []
    reference_states: list[Any] = []
    material: list[str | Material] = []
    media: list[MediaRef] = []


class _Content(Struct, forbid_unknown_fields=True):
    text: str
    kind: Kind = "reasoning"
    media: list[MediaRef] = []
    data: dict[str, Any] | None = None
    premises: list[int] | None = None
    metadata: dict[str, Any] | None = None


class _Step(_Content):
    pass


class _Label(Struct, forbid_unknown_fields=True):
    source: str
    first_error: int | UnsetType | None = UNSET
    values: list[Literal[-1, 0, 1, 2] | None] | UnsetType = UNSET
    error_types: list[str] = []
    comment: str = ""
    rewrite: str | None = None
    confidence: Literal[1, 2, 3, 4, 5] | None = None
    details: dict[str, Any] | None = None


class _Candidate(_Content):
    generator: str | None = None
    scores: dict[str, float | _Score] | None = None
    values: dict[str, float] | None = None


class _Preference(Struct, forbid_unknown_fields=True):
    source: str
    ranking: list[list[int]] | UnsetType = UNSET
    none_acceptable: bool = False
    comment: str = ""
    rewrite: str | None = None
    strength: Literal[1, 2, 3] | None = None
    shown: list[int] | None = None


class _Line(Struct, forbid_unknown_fields=True):
    problem: _Problem
    id: str | None = None
    version: int = 1
    generator: str = ""
    steps: list[str | _Step] | UnsetType = UNSET
    answer: str | None = None
    correct: bool | None = None
    scores: Scores | None = None
    values: Values | None = None
    tags: list[str] = []
    metadata: dict[str, Any] = {}
    labels: list[_Label] = []
    prefix: list[str | _Step] | UnsetType = UNSET
    candidates: list[str | _Candidate] | UnsetType = UNSET
    preferences: list[_Preference] = []


_decoder = msgspec.json.Decoder(_Line)


def parse(line: bytes) -> list[Item]:
    raw = decode(_decoder, line)
    problem = _problem(raw.problem)
    check_tags(raw.tags)
    check_text(raw.id, "id")
    if raw.id == "" or raw.problem.id == "":
        raise LineError("invalid", "An id is not empty. Leave it out if there is none.", "id")
    if raw.version != 1 and (raw.id is None or not 1 <= raw.version < 2**31):
        raise LineError("invalid", "A version counts from 1, and needs an `id` that it is a version of.", "version")
    if raw.metadata:
        check_metadata(raw.metadata, "metadata")
    if raw.candidates is not UNSET:
        return [_choice(raw, problem, raw.candidates)]
    if raw.steps is UNSET:
        raise LineError("invalid", "A trace needs `steps`; a choice needs `candidates`.", "steps")
    return [_trace(raw, problem, raw.steps)]


def _problem(raw: _Problem) -> ProblemIn:
    check_metadata(raw.reference_states, "problem.reference_states")
    problem = ProblemIn(
        statement=raw.statement,
        external_id=raw.id,
        answer=raw.answer,
        solution=raw.solution,
        metadata=raw.metadata,
        reference_steps=reference_steps_of(raw.reference_steps, "problem.reference_steps"),
        reference_states=raw.reference_states or None,
        material=material_of(raw.material, "problem.material"),
        media=media_of(raw.media, "problem.media"),
    )
    check_problem(problem)
    return problem


def _trace(raw: _Line, problem: ProblemIn, raw_steps: list[str | _Step]) -> TraceIn:
    _refuse(raw, "a trace", prefix=raw.prefix, preferences=raw.preferences)
    steps = _steps(raw_steps, "steps")
    check_steps(steps)
    check_text(raw.generator, "generator")
    check_text(raw.answer, "answer")
    step_metadata = _given(raw_steps, "metadata")
    for i, metadata in enumerate(step_metadata):
        if metadata:
            check_metadata(metadata, f"steps[{i}].metadata")
    scores = {name: _scores(name, given, len(steps)) for name, given in (raw.scores or {}).items()}
    for name, values in (raw.values or {}).items():
        _check_name(name, values, len(steps), f"values.{name}")
    _check_sources(raw.labels, "labels")
    return TraceIn(
        problem=problem,
        steps=steps,
        external_id=raw.id,
        version=raw.version,
        generator=raw.generator,
        answer=raw.answer,
        correct=raw.correct,
        metadata=raw.metadata,
        step_metadata=step_metadata if any(m is not None for m in step_metadata) else None,
        scores=scores or None,
        values=raw.values or None,
        premises=check_premises(_given(raw_steps, "premises")),
        tags=raw.tags,
        labels=[_label(label, steps, f"labels[{i}]") for i, label in enumerate(raw.labels)],
    )


def _choice(raw: _Line, problem: ProblemIn, raw_candidates: list[str | _Candidate]) -> ChoiceIn:
    _refuse(
        raw,
        "a choice",
        steps=raw.steps,
        generator=raw.generator,
        answer=raw.answer,
        correct=raw.correct,
        scores=raw.scores,
        values=raw.values,
        labels=raw.labels,
    )
    given_prefix = raw.prefix if raw.prefix is not UNSET else []
    prefix = _steps(given_prefix, "prefix")
    candidates = _steps(raw_candidates, "candidates")
    check_steps(prefix, "prefix", least=0)
    check_steps(candidates, "candidates", least=2, most=MAX_CANDIDATES)
    if any(candidate in candidates[:i] for i, candidate in enumerate(candidates)):
        raise LineError("invalid", "Two candidates are the same step: there is nothing to choose.", "candidates")
    before = _given(given_prefix, "premises")
    check_premises(before, "prefix")
    info = [_info(given, len(prefix), f"candidates[{i}]") for i, given in enumerate(raw_candidates)]
    prefix_info = [_info(given, i, f"prefix[{i}]") for i, given in enumerate(given_prefix)]
    _check_sources(raw.preferences, "preferences")
    return ChoiceIn(
        problem=problem,
        prefix=prefix,
        candidates=candidates,
        info=info,
        prefix_info=prefix_info if any(prefix_info) else None,
        external_id=raw.id,
        version=raw.version,
        metadata=raw.metadata,
        tags=raw.tags,
        preferences=[_preference(p, candidates, f"preferences[{i}]") for i, p in enumerate(raw.preferences)],
    )


def _steps(raw: Sequence[str | _Content], field: str) -> list[StepIn]:
    return [StepIn(s) if isinstance(s, str) else _step(s, f"{field}[{i}]") for i, s in enumerate(raw)]


def _step(raw: _Content, field: str) -> StepIn:
    return StepIn(raw.text, raw.kind, media_of(raw.media, f"{field}.media"), check_data(raw.data, f"{field}.data"))


def _given(raw: Sequence[str | _Content], name: str) -> list[Any]:
    return [None if isinstance(step, str) else getattr(step, name) for step in raw]


def _info(raw: str | _Content, depth: int, field: str) -> dict[str, Any]:
    """What the data says about a step of a choice, beside its content. `depth`: how many steps are before it."""
    if isinstance(raw, str):
        return {}
    names = ("generator", "scores", "values", "premises", "metadata")
    given = {name: value for name in names if (value := getattr(raw, name, None)) is not None}
    check_premises([*[None] * depth, raw.premises], field)
    if "scores" in given:
        given["scores"] = {name: _scores(name, [s], 1, f"{field}.scores")[0] for name, s in given["scores"].items()}
    for name, value in given.get("values", {}).items():
        _check_name(name, [value], 1, f"{field}.values.{name}")
    check_metadata(given, field)
    return given


def _refuse(raw: _Line, what: str, **fields: object) -> None:
    """A field that would be dropped without a word is told instead."""
    for name, value in fields.items():
        if value is not UNSET and value not in (None, "", []):
            raise LineError("invalid", f"`{name}` means nothing on the line of {what}.", name)


def _scores(scorer: str, given: Sequence[float | _Score | None], n: int, field: str = "scores") -> list[Any]:
    """As they are stored: a score with a reason as `{"value", "reason"}`, others as numbers."""
    field = f"{field}.{scorer}"
    _check_name(scorer, given, n, field)
    scores: list[Any] = []
    for i, score in enumerate(given):
        value, reason = (score.value, score.reason) if isinstance(score, _Score) else (score, "")
        if value is not None and not 0 <= value <= 1:
            message = "A score is a probability from 0 to 1, or null. Numbers on other scales go into `values`."
            raise LineError("invalid", message, f"{field}[{i}]")
        check_text(reason, f"{field}[{i}].reason")
        scores.append({"value": value, "reason": reason} if reason else value)
    return scores


def _check_name(scorer: str, given: Sequence[object], n: int, field: str) -> None:
    check_text(scorer, field)
    if not 0 < len(scorer) <= MAX_SOURCE:
        raise LineError("invalid", f"A scorer's name has from 1 to {MAX_SOURCE} characters.", field)
    if len(given) != n:
        raise LineError("score-count", f"There must be one number or null for each of {n} steps.", field)


def _check_source(source: str, field: str) -> None:
    check_text(source, field)
    if not 0 < len(source) <= MAX_SOURCE:
        raise LineError("invalid", f"A source's name has from 1 to {MAX_SOURCE} characters.", f"{field}.source")


def _check_sources(said: Sequence[_Label | _Preference], field: str) -> None:
    sources = [one.source for one in said]
    if len(set(sources)) < len(sources):
        raise LineError("invalid", f"Two {field} have the same source. Give each vote a source of its own.", field)


def _label(raw: _Label, steps: list[StepIn], field: str) -> LabelIn:
    _check_source(raw.source, field)
    check_text(raw.comment, f"{field}.comment")
    for error_type in raw.error_types:
        check_text(error_type, f"{field}.error_types")
    judged = [StepKind(step.kind).judged for step in steps]
    if (raw.first_error is UNSET) == (raw.values is UNSET):
        raise LineError("invalid", "A label has either `first_error` (0-based, null for none) or `values`.", field)
    if raw.values is not UNSET:
        values: list[int | None] = list(raw.values)
        if len(values) != len(steps):
            raise LineError("invalid", f"There must be one value or null for each of {len(steps)} steps.", field)
        for i, value in enumerate(values):
            if value is not None and not judged[i]:
                raise LineError("invalid", "An observation carries no label: use null.", f"{field}.values[{i}]")
    else:
        assert raw.first_error is not UNSET  # noqa: S101
        try:
            values = first_error_values(judged, raw.first_error)
        except ValueError as error:
            raise LineError("invalid", str(error), f"{field}.first_error") from None
    if raw.rewrite is not None:
        check_text(raw.rewrite, f"{field}.rewrite")
        if -1 not in values or not raw.rewrite.strip():
            raise LineError("invalid", "A rewrite is a text that replaces the first wrong step.", f"{field}.rewrite")
        if raw.rewrite == steps[values.index(-1)].text:
            raise LineError("invalid", "The rewrite is the wrong step itself.", f"{field}.rewrite")
    if raw.details:
        _check_details(raw.details, len(steps), f"{field}.details")
    details = raw.details or None
    return LabelIn(raw.source, values, raw.error_types, raw.comment, raw.rewrite, details, raw.confidence)


def _check_details(details: dict[str, Any], n: int, field: str) -> None:
    """What it says of steps is about steps that are there; the rest is the source's own."""
    check_metadata(details, field)
    said = details.get("steps", [])
    indexes = [one.get("step") if isinstance(one, dict) else None for one in said] if isinstance(said, list) else [None]
    if not all(type(index) is int and 0 <= index < n for index in indexes) or len(set(indexes)) < len(indexes):
        message = f'`steps` is a list of objects, each with another "step" from 0 to {n - 1}.'
        raise LineError("invalid", message, f"{field}.steps")


def _preference(raw: _Preference, candidates: list[StepIn], field: str) -> PreferenceIn:
    _check_source(raw.source, field)
    check_text(raw.comment, f"{field}.comment")
    if raw.none_acceptable is (raw.ranking is not UNSET):
        raise LineError("invalid", "A preference has either `ranking` or `none_acceptable: true`.", field)
    ranking = [] if raw.ranking is UNSET else raw.ranking
    ranked = [i for group in ranking for i in group]
    n = len(candidates)
    if len(set(ranked)) < len(ranked) or not all(0 <= i < n for i in ranked) or not all(ranking):
        message = f"A ranking names candidates from 0 to {n - 1}, each at most once, in groups."
        raise LineError("invalid", message, f"{field}.ranking")
    if raw.ranking == []:
        raise LineError("invalid", "The ranking is empty. Is `none_acceptable: true` meant?", f"{field}.ranking")
    if raw.rewrite is not None:
        check_text(raw.rewrite, f"{field}.rewrite")
        if not raw.rewrite.strip() or raw.rewrite in [candidate.text for candidate in candidates]:
            raise LineError("invalid", "A rewrite is a text that no candidate has.", f"{field}.rewrite")
    if raw.shown is not None and sorted(raw.shown) != list(range(n)):
        raise LineError("invalid", f"It names each candidate from 0 to {n - 1} once.", f"{field}.shown")
    if raw.strength is not None and (not ranking or len(ranking[0]) == n):
        raise LineError("invalid", "Strength says how much better one candidate is; none is.", f"{field}.strength")
    return PreferenceIn(raw.source, ranking, raw.comment, raw.rewrite, raw.strength, raw.shown)


def looks(row: dict[str, Any]) -> str:
    if not isinstance(row.get("problem"), dict):
        return ""
    return next(
        (f"has a `problem` that is an object, and `{name}`" for name in ("steps", "candidates") if name in row), ""
    )


FORMAT = Format("native", "Stepmark's own: one trace or choice a line", parse, looks)
