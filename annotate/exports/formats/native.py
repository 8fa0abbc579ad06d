"""Our own format, as `annotate.corpus.formats.native` reads it: all traces, then all choices, a line each.

Nothing is left out: every trace and choice is here, labelled or not, with its texts to the byte. Labels are
`labels` and `preferences` of the sources `person:NAME` (every vote), `resolved`, or the names that they
came in with. A label is written as `first_error` where that says exactly the same as its values. What is
null or empty is not written, which is how the importer reads it.

With `labels=soft`, a trace has one label of the source `soft`: its values are what at least half of the votes say, and
its `details` hold `shares`, of each step the share in [0, 1] that calls it good (or null), and `votes`, how many said
what. Rankings of choices stay one by one.

A preference's `shown` is the order in which its annotator saw the candidates, by index; in a walk's choices the
candidates stand in that order.

Not carried: times, all but the first of several rewrites, versions of guidelines and label schema; scores other than
those that came with the data.
"""

from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from msgspec import UNSET, Raw, Struct, UnsetType

from annotate.corpus.labels import first_error_of, is_first_error_form
from annotate.corpus.models import StepValue
from annotate.exports import options as o
from annotate.exports.formats.base import Format, Takes, encode_json, start_with
from annotate.exports.formats.native_table import TableRow, table_row
from annotate.exports.items import (
    ChoiceItem,
    Item,
    Label,
    Problem,
    Ranking,
    Said,
    Step,
    TraceItem,
)
from annotate.exports.tally import Tally

REASONING = "reasoning"
NAMES = {int(value): value.name.lower() for value in StepValue}


class RowProblem(Struct, gc=False, omit_defaults=True, kw_only=True):
    id: str | None = None
    statement: str
    answer: str | None = None
    solution: str | None = None
    reference_steps: Raw | None = None
    reference_states: Raw | None = None
    material: Raw | None = None
    media: Raw | None = None
    metadata: Raw | None = None


class RowStep(Struct, gc=False, omit_defaults=True):
    text: str
    kind: str = REASONING
    media: Raw | None = None
    data: Raw | None = None
    premises: list[int] | Raw | None = None
    metadata: Raw | None = None


class RowCandidate(Struct, gc=False, omit_defaults=True):
    text: str
    kind: str = REASONING
    media: Raw | None = None
    data: Raw | None = None
    generator: Raw | None = None
    scores: Raw | None = None
    values: Raw | None = None
    premises: Raw | None = None
    metadata: Raw | None = None


class RowLabel(Struct, gc=False, omit_defaults=True):
    source: str
    first_error: int | UnsetType | None = UNSET
    values: list[int | None] | UnsetType = UNSET
    error_types: list[str] = []
    comment: str = ""
    rewrite: str | None = None
    confidence: int | None = None
    details: Raw | None = None


class RowPreference(Struct, gc=False, omit_defaults=True):
    source: str
    ranking: list[list[int]] | UnsetType = UNSET
    none_acceptable: bool = False
    comment: str = ""
    rewrite: str | None = None
    strength: int | None = None
    shown: list[int] | None = None


class TraceRow(Struct, gc=False, omit_defaults=True, kw_only=True):
    id: str | None = None
    version: int = 1
    problem: RowProblem
    generator: str = ""
    steps: list[str | RowStep]
    answer: str | None = None
    correct: bool | None = None
    scores: Raw | None = None
    values: Raw | None = None
    tags: list[str] = []
    metadata: Raw | None = None
    labels: list[RowLabel] = []


class ChoiceRow(Struct, gc=False, omit_defaults=True, kw_only=True):
    id: str | None = None
    version: int = 1
    problem: RowProblem
    prefix: list[str | RowStep]
    candidates: list[str | RowCandidate]
    tags: list[str] = []
    metadata: Raw | None = None
    preferences: list[RowPreference] = []


def rows(item: Item, tally: Tally) -> Iterator[TraceRow | ChoiceRow]:
    for said in item.said:
        tally.use(item, said)
    yield _trace(item) if isinstance(item, TraceItem) else _choice(item)


def _trace(item: TraceItem) -> TraceRow:
    given = item.step_metadata or [None] * len(item.steps)
    premises = item.premises or [None] * len(item.steps)
    return TraceRow(
        id=item.external_id,
        version=item.version,
        problem=_problem(item.problem),
        generator=item.generator,
        steps=[_step(*one) for one in zip(item.steps, given, premises, strict=True)],
        answer=item.answer,
        correct=item.correct,
        scores=item.scores,
        values=item.values,
        tags=item.tags,
        metadata=item.metadata,
        labels=[_label(item.steps, label) for label in item.said],
    )


def _choice(item: ChoiceItem) -> ChoiceRow:
    before = item.prefix_info or [{}] * len(item.prefix)
    return ChoiceRow(
        id=item.external_id,
        version=item.version,
        problem=_problem(item.problem),
        prefix=[
            _step(step, info.get("metadata"), info.get("premises"))
            for step, info in zip(item.prefix, before, strict=True)
        ],
        candidates=[_candidate(step, info) for step, info in zip(item.candidates, item.info, strict=True)],
        tags=item.tags,
        metadata=item.metadata,
        preferences=[_preference(ranking) for ranking in item.said],
    )


def _problem(problem: Problem) -> RowProblem:
    return RowProblem(
        id=problem.external_id,
        statement=problem.statement,
        answer=problem.answer,
        solution=problem.solution,
        reference_steps=problem.reference_steps,
        reference_states=problem.reference_states,
        material=problem.material,
        media=problem.media,
        metadata=problem.metadata,
    )


def _step(step: Step, metadata: Raw | None, premises: list[int] | Raw | None) -> str | RowStep:
    plain = metadata is None and premises is None and step.media is None and step.data is None
    if plain and step.kind == REASONING:
        return step.text
    return RowStep(step.text, _kind(step), step.media, step.data, premises, metadata)


def _candidate(step: Step, info: dict[str, Raw]) -> str | RowCandidate:
    if step.kind == REASONING and not info and step.media is None and step.data is None:
        return step.text
    return RowCandidate(step.text, _kind(step), step.media, step.data, **info)


def _kind(step: Step) -> str:
    return REASONING if step.kind == REASONING else step.kind  # msgspec knows defaults by identity


def _label(steps: list[Step], label: Label) -> RowLabel:
    row = RowLabel(
        label.by,
        error_types=label.error_types,
        comment=label.comment,
        rewrite=_rewrite(label),
        confidence=label.confidence,
    )
    row.details = label.details if label.shares is None else Raw(encode_json(_counted(label)))
    row.first_error = _first_error(tuple([step.judged for step in steps]), tuple(label.values))
    if row.first_error is UNSET:
        row.values = label.values
    return row


def _counted(label: Label) -> dict[str, Any]:
    """Of a soft label: shares, and all votes on each step by what they say."""
    votes = [one.values for one in label.made_of if isinstance(one, Label)]
    said = [Counter(NAMES[value] for value in of if value is not None) for of in zip(*votes, strict=True)]
    return {"shares": label.shares, "votes": [dict(sorted(one.items())) for one in said]}


@lru_cache(maxsize=10_000)  # most labels of a project are one of few
def _first_error(judged: tuple[bool, ...], values: tuple[int | None, ...]) -> int | UnsetType | None:
    return first_error_of(values) if is_first_error_form(judged, values) else UNSET


def _preference(ranking: Ranking) -> RowPreference:
    row = RowPreference(
        ranking.by,
        comment=ranking.comment,
        rewrite=_rewrite(ranking),
        strength=ranking.strength,
        shown=ranking.shown,
    )
    if ranking.groups:
        row.ranking = ranking.groups
    else:
        row.none_acceptable = True
    return row


def _rewrite(said: Said) -> str | None:
    return said.rewrites[0].text if said.rewrites else None


FORMAT = Format(
    "native",
    "Stepmark's own: every trace and choice with its labels",
    start=start_with(rows),
    rows=(TraceRow, ChoiceRow),
    table=(TableRow, table_row),
    whole_items=True,
    names_media=True,
    kinds=("trace", "choice"),
    takes=Takes.EVERYTHING,
    soft_rows=(TraceRow, ChoiceRow),
    labels=o.LABELS,
    imports_back=True,
)
