"""Native rows with one shape for all, as the columns of a table need it. Pure.

Traces and choices have the same columns, `row` says which it is; every step and candidate is an object; a label
has its values always, whichever way the text would say them; what only the data itself understands (metadata,
scores, details of labels) is JSON in a text.
"""

from typing import Any

import msgspec
from msgspec import UNSET, Raw, Struct, field

from annotate.corpus.labels import first_error_of, first_error_values
from annotate.exports.items import OBSERVATION


class TableProblem(Struct, gc=False):
    id: str | None
    statement: str
    answer: str | None
    solution: str | None
    reference_steps: str | None
    reference_states: str | None
    material: str | None
    media: str | None
    metadata: str | None


class TableStep(Struct, gc=False):
    text: str
    kind: str
    media: str | None = None
    data: str | None = None
    premises: list[int] | None = None
    metadata: str | None = None
    generator: str | None = None
    scores: str | None = None
    values: str | None = None


class TableLabel(Struct, gc=False):
    source: str
    first_error: int | None
    values: list[int | None]
    error_types: list[str]
    comment: str
    rewrite: str | None
    confidence: int | None = None
    details: str | None = None


class TablePreference(Struct, gc=False):
    source: str
    ranking: list[list[int]]
    none_acceptable: bool
    comment: str
    rewrite: str | None
    strength: int | None = None
    shown: list[int] | None = None


class TableRow(Struct, gc=False, kw_only=True):
    row: str
    id: str | None
    version: int
    problem: TableProblem
    generator: str | None = None
    prefix: list[TableStep] = field(default_factory=list)
    steps: list[TableStep] = field(default_factory=list)
    answer: str | None = None
    correct: bool | None = None
    scores: str | None = None
    values: str | None = None
    tags: list[str] = field(default_factory=list)
    metadata: str | None = None
    labels: list[TableLabel] = field(default_factory=list)
    candidates: list[TableStep] = field(default_factory=list)
    preferences: list[TablePreference] = field(default_factory=list)


def table_row(row: Any) -> TableRow:
    """Of a row of `annotate.exports.formats.native`."""
    given = row.problem
    more = (given.reference_steps, given.reference_states, given.material, given.media, given.metadata)
    problem = TableProblem(given.id, given.statement, given.answer, given.solution, *map(_json, more))
    if hasattr(row, "steps"):
        steps = [_step(step) for step in row.steps]
        return TableRow(
            row="trace",
            id=row.id,
            version=row.version,
            problem=problem,
            generator=row.generator,
            steps=steps,
            answer=row.answer,
            correct=row.correct,
            scores=_json(row.scores),
            values=_json(row.values),
            tags=row.tags,
            metadata=_json(row.metadata),
            labels=[_label(label, [step.kind != OBSERVATION for step in steps]) for label in row.labels],
        )
    return TableRow(
        row="choice",
        id=row.id,
        version=row.version,
        problem=problem,
        prefix=[_step(step) for step in row.prefix],
        candidates=[_step(step) for step in row.candidates],
        tags=row.tags,
        metadata=_json(row.metadata),
        preferences=[_preference(one) for one in row.preferences],
    )


def _step(step: Any) -> TableStep:
    if isinstance(step, str):
        return TableStep(step, "reasoning")
    generator = getattr(step, "generator", None)
    premises = step.premises
    return TableStep(
        step.text,
        step.kind,
        _json(step.media),
        _json(step.data),
        msgspec.json.decode(premises, type=list[int]) if isinstance(premises, Raw) else premises,
        _json(step.metadata),
        None if generator is None else msgspec.json.decode(generator, type=str),
        _json(getattr(step, "scores", None)),
        _json(getattr(step, "values", None)),
    )


def _label(label: Any, judged: list[bool]) -> TableLabel:
    whole = label.first_error is UNSET
    return TableLabel(
        label.source,
        first_error_of(label.values) if whole else label.first_error,
        label.values if whole else first_error_values(judged, label.first_error),
        label.error_types,
        label.comment,
        label.rewrite,
        label.confidence,
        _json(label.details),
    )


def _preference(one: Any) -> TablePreference:
    ranking = [] if one.ranking is UNSET else one.ranking
    said = (one.none_acceptable, one.comment, one.rewrite, one.strength, one.shown)
    return TablePreference(one.source, ranking, *said)


def _json(raw: Raw | None) -> str | None:
    return None if raw is None else bytes(raw).decode()
