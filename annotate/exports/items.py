"""What the export formats see: traces and choices with what was said about them. Pure, no database.

Keys of rows are strings here; `id` of a step tells nodes of the tree apart. JSON that is only passed on
(metadata, scores) stays encoded.
"""

from typing import TypeVar

from msgspec import Raw, Struct

from annotate.corpus.models import StepKind, StepValue

BAD, GOOD = int(StepValue.BAD), int(StepValue.GOOD)
UNSURE = int(StepValue.UNSURE)
OBSERVATION = StepKind.OBSERVATION.value


class Step(Struct, frozen=True):
    id: str
    kind: str
    text: str

    @property
    def judged(self) -> bool:
        return self.kind != OBSERVATION


class Problem(Struct, frozen=True):
    id: str
    external_id: str | None
    statement: str
    answer: str | None
    solution: str | None
    metadata: Raw | None


class Said(Struct, kw_only=True):
    """What every judgement has, whoever gave it. `by` is `person:NAME`, `resolved`, or the name of a
    source.
    """

    by: str
    comment: str = ""
    rewrites: list[Step] = []  # better steps in the place of the wrong one; the most often given first
    said_at: str | None = None  # UTC, ISO 8601 without a zone; None where nobody knows
    active_ms: int | None = None


class Label(Said, kw_only=True):
    """Of a trace. `values` holds a StepValue, or None for not labelled, for each step by index."""

    values: list[int | None]
    error_types: list[str] = []


class Ranking(Said, kw_only=True):
    """Of a choice. `groups` holds 0-based candidate indexes, best first, ties together.

    Candidates left out are worse than all ranked ones and not compared with each other; [] = none is
    acceptable.
    """

    groups: list[list[int]]


class TraceItem(Struct):
    problem: Problem
    id: str
    external_id: str | None
    steps: list[Step]
    generator: str
    answer: str | None
    correct: bool | None
    metadata: Raw | None
    step_metadata: list[Raw | None] | None
    scores: Raw | None
    said: list[Label]


class ChoiceItem(Struct):
    problem: Problem
    id: str
    external_id: str | None
    prefix: list[Step]
    candidates: list[Step]
    info: list[dict[str, Raw]]  # what the data said about each candidate: generator, scores, metadata
    metadata: Raw | None
    said: list[Ranking]


Item = TraceItem | ChoiceItem
SaidT = TypeVar("SaidT", Label, Ranking)


def first_error(steps: list[Step], values: list[int | None]) -> int | None:
    """The 0-based index of the first wrong step, -1 if every judged step is said not to be wrong, None if
    nobody knows.

    It is not known when a step before the first wrong one, or any step of a trace without one, is not
    labelled or labelled "unsure".
    """
    for i, value in enumerate(values):
        if value == BAD:
            return i
        if (value is None or value == UNSURE) and steps[i].judged:
            return None
    return -1


def outcome(item: Item, said: Said) -> str:
    """The judgement in one word, for counting."""
    if isinstance(item, TraceItem):
        assert isinstance(said, Label)  # noqa: S101
        if BAD in said.values:
            return "first_error"
        return "partial" if first_error(item.steps, said.values) is None else "no_error"
    assert isinstance(said, Ranking)  # noqa: S101
    if not said.groups:
        return "none_acceptable"
    return "tie" if len(said.groups[0]) == len(item.candidates) else "preferred"
