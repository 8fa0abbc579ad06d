"""What the export formats see: traces and choices with what was said about them. Pure, no database.

Keys of rows are strings here; `id` of a step tells nodes of the tree apart. JSON that is only passed on
(metadata, scores) stays encoded.
"""

from collections.abc import Iterable
from typing import Any, TypeVar

from msgspec import Raw, Struct

from annotate.corpus.models import StepKind, StepValue

BAD, GOOD = int(StepValue.BAD), int(StepValue.GOOD)
NEUTRAL, UNSURE = int(StepValue.NEUTRAL), int(StepValue.UNSURE)
OBSERVATION = StepKind.OBSERVATION.value


class Step(Struct, frozen=True, gc=False):
    id: str
    kind: str
    text: str
    media: Raw | None = None
    data: Raw | None = None

    @property
    def judged(self) -> bool:
        return self.kind != OBSERVATION


class Problem(Struct, frozen=True, gc=False):
    id: str
    external_id: str | None
    statement: str
    answer: str | None
    solution: str | None
    metadata: Raw | None
    reference_steps: Raw | None = None
    reference_states: Raw | None = None
    material: Raw | None = None
    media: Raw | None = None


def raw(text: str | None) -> Raw | None:
    """JSON that is only passed on; None where there is nothing in it."""
    return None if text is None or text == "{}" else Raw(text.encode())


def steps_of(rows: Iterable[tuple[Any, ...]]) -> dict[str, Step]:
    """By key, of rows as `queries.STEPS` gives them."""
    return {row[0]: Step(row[0], row[1], row[2], raw(row[3]), raw(row[4])) for row in rows}


def problems_of(rows: Iterable[tuple[Any, ...]]) -> dict[str, Problem]:
    """By key, of rows as `queries.PROBLEMS` gives them."""
    return {row[0]: Problem(*row[:5], *map(raw, row[5:])) for row in rows}


class Said(Struct, kw_only=True, gc=False):
    """What every judgement has, whoever gave it. `by` is `person:NAME`, `resolved`, `soft`, or the name of a
    source. `made_of`: the judgements that it stands on, where it is none itself, out of `votes`. Of one vote of several
    `votes` may be how many there were on `of`, and `alike` how many of them gave the same answer.
    """

    by: str
    comment: str = ""
    rewrites: list[Step] = []  # better steps in the place of the wrong one; the most often given first
    said_at: str | None = None  # UTC, ISO 8601 without a zone; None where nobody knows
    active_ms: int | None = None
    who: str = ""  # the username; "" for labels that came with the data
    guidelines: int | None = None  # the version in force when it was said
    schema: int | None = None
    made_of: list["Said"] = []
    votes: int = 1
    alike: int = 1
    of: str = ""
    suggested: bool = False  # its rewrite is the connected model's, word for word


class Label(Said, kw_only=True, gc=False):
    """Of a trace. `values` holds a StepValue, or None for not labelled, for each step by index; `as_said` what
    they were where options changed them. `shares`: of a soft label, the share of votes in [0, 1] that call the
    step good, or None. `confidence`: 1 a guess to 5 certain.
    """

    values: list[int | None]
    error_types: list[str] = []
    as_said: list[int | None] | None = None
    shares: list[float | None] | None = None
    details: Raw | None = None  # what was said of single steps and beyond; `derived_from`: another trace's label
    confidence: int | None = None


class Ranking(Said, kw_only=True, gc=False):
    """Of a choice. `groups` holds 0-based candidate indexes, best first, ties together.

    Candidates left out are worse than all ranked ones and not compared with each other; [] = none is
    acceptable. `strength`: how much better, 1 slightly to 3 much. `shown`: all candidate indexes in the order in
    which they were shown to whoever said it; None where nobody knows.
    """

    groups: list[list[int]]
    strength: int | None = None
    shown: list[int] | None = None


class TraceItem(Struct, gc=False):
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
    version: int = 1
    tags: list[str] = []
    premises: list[list[int] | None] | None = None
    values: Raw | None = None
    digest: str = ""
    lot: int = 0  # the problem's, in [0, 2**52): decides its split and shard
    known: dict[str, dict[str, float]] = {}  # scorer → node of the tree → value, as far as they were asked for
    probability: float | None = None  # provenance: the chance that its task had to be drawn at random, if it was

    @property
    def key(self) -> str:
        """The id that it came with; without one, a digest of its content."""
        return self.digest if self.external_id is None else self.external_id


class ChoiceItem(Struct, gc=False):
    problem: Problem
    id: str
    external_id: str | None
    prefix: list[Step]
    candidates: list[Step]
    info: list[dict[str, Raw]]  # what the data said about each candidate: generator, scores, premises, metadata, …
    metadata: Raw | None
    said: list[Ranking]
    version: int = 1
    tags: list[str] = []
    prefix_info: list[dict[str, Raw]] | None = None
    digest: str = ""
    lot: int = 0
    known: dict[str, dict[str, float]] = {}
    probability: float | None = None

    @property
    def key(self) -> str:
        return self.digest if self.external_id is None else self.external_id


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


def said_wrong(label: Label) -> int | None:
    """The 0-based index of the first step that was called wrong, whatever options make of the label: it is the one that
    comment and rewrite are of. None if there is none.
    """
    values = label.values if label.as_said is None else label.as_said
    return values.index(BAD) if BAD in values else None


def is_suggested(said: Said, rewrite: Step) -> bool:
    """Whether nobody wrote this rewrite: all who gave it took it from the connected model, word for word."""
    gave = [vote for vote in said.made_of or [said] if rewrite in vote.rewrites]
    return bool(gave) and all(vote.suggested for vote in gave)


def outcome(item: Item, said: Said) -> str:
    """The judgement in one word, for counting."""
    if isinstance(item, TraceItem):
        assert isinstance(said, Label)  # noqa: S101
        values = said.values if said.as_said is None else said.as_said[: len(item.steps)]
        if BAD in values:
            return "first_error"
        return "partial" if first_error(item.steps, values) is None else "no_error"
    assert isinstance(said, Ranking)  # noqa: S101
    if not said.groups:
        return "none_acceptable"
    return "tie" if len(said.groups[0]) == len(item.candidates) else "preferred"
