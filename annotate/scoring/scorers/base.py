"""What a scorer is: traces in, probabilities out. Pure: no Django, no database.

A scorer family is a subclass of `BaseScorer`, registered under its key. The machinery around it
(`annotate.scoring.work`) claims traces, calls `score` with a batch of them and stores what comes back.
Everything a scorer needs to know about a trace is in `TraceText`.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class StepText:
    """One step of a trace. `judged` is false for what is shown as context only (observations)."""

    text: str
    kind: str = "reasoning"
    judged: bool = True


@dataclass(frozen=True, slots=True)
class TraceText:
    """One trace as scorers see it: `steps[i]` is the step with 0-based index i."""

    problem: str
    steps: Sequence[StepText]
    reference: str | None = None
    """The reference's final answer."""
    answer: str | None = None
    """The final answer that came with the trace; None: look for it in the last step."""


@dataclass(frozen=True, slots=True)
class Opinion:
    """`value` in [0, 1]: the probability of being right. `reason`: a short sentence for the page, or
    empty.
    """

    value: float
    reason: str = ""

    def __post_init__(self) -> None:
        if not 0 <= self.value <= 1:  # also refuses NaN
            raise ValueError(f"A score is a probability in [0, 1], not {self.value}.")


@dataclass(frozen=True, slots=True)
class Scored:
    """What a scorer says about one trace.

    `trace`: its opinion on the whole, or None. `steps`: opinions by 0-based step index; an index that is
    missing, like None, is "no opinion", which is never the same as "right". `remark`: why there is no
    opinion, where that helps.
    """

    trace: Opinion | None = None
    steps: dict[int, Opinion] = field(default_factory=dict)
    remark: str = ""


@dataclass(frozen=True, slots=True)
class Failed:
    """The scorer could not work on this trace: `reason` is for the page. It may be tried again."""

    reason: str


class BaseScorer(ABC):
    """One scorer, ready to work. Instances are kept by a worker between batches, so they may hold a model."""

    key: ClassVar[str]
    """Stable name, as stored and as written in policies and exports."""
    title: ClassVar[str]
    """One line for people: what it looks at."""
    version: str
    """Names everything that decides the scores: rules, prompt, checkpoint. Another version scores everything
    anew.
    """
    uses_reference: ClassVar[bool] = False
    """Whether its scores depend on the problem's reference answer."""
    batch_size: ClassVar[int] = 64
    """How many traces to claim at once."""

    @abstractmethod
    def score_one(self, trace: TraceText) -> Scored:
        """Scores one trace; any exception fails that trace alone."""

    def score(self, traces: Sequence[TraceText]) -> Iterator[Scored | Failed]:
        """One result for each of `traces`, in their order.

        Lazy, so that the caller can stop at its deadline between traces. Scorers that gain from batches
        override this.
        """
        for trace in traces:
            try:
                yield self.score_one(trace)
            except Exception as error:  # noqa: BLE001 - a poisoned trace must not take its batch with it
                yield Failed(describe(error))


def describe(error: BaseException) -> str:
    """An exception in one line, bounded, for the page."""
    text = " ".join(str(error).split())[:500]
    return f"{type(error).__name__}: {text}" if text else type(error).__name__
