"""What a scorer is: traces in, probabilities out. Pure: no Django, no database.

A scorer family is a subclass of `BaseScorer`, registered under its kind. The machinery around it
(`annotate.scoring.work`) claims traces, calls `score` with a batch of them and stores what comes back.
Everything a scorer needs to know about a trace is in `TraceText`, and everything it needs of the installation
comes to it as `Surroundings` when it is made.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Protocol, Self

from .settings import Setting, checked, fingerprint


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
    scores: Mapping[str, Sequence[float | None]] = field(default_factory=dict)
    """Of the scorers that this one asked for (`BaseScorer.depends_on`): key → score by 0-based step index."""


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
    """The scorer could not work on this trace: `reason` is for the page.

    It is tried again a few times, unless it is `final`: another attempt would fail in the same way. `wait`: seconds
    that the scorer should leave off before it goes on, for a fault that may not be the trace's.
    """

    reason: str
    final: bool = False
    wait: float = 0.0


class Unavailable(Exception):
    """The scorer can't work just now, and it is not the trace's fault: its server is away, its budget is spent, its
    memory is taken. Nothing counts as tried; work goes on after `wait` seconds. The message is for the page.
    """

    def __init__(self, reason: str, wait: float = 30.0) -> None:
        super().__init__(reason)
        self.reason, self.wait = reason, wait


class Budget(Protocol):
    """What a scorer may spend, counted over all workers. To be called from the thread that calls `score`."""

    def admit(self, requests: int = 1) -> None:
        """Counts requests that are about to be made. Raises `Unavailable` when that would be too many."""

    def spend(self, *, requests: int = 0, tokens_in: int = 0, tokens_out: int = 0, money: float = 0.0) -> None:
        """Counts what requests took, and requests that were made again."""


class NoLimits:
    """A budget that allows everything and counts nothing."""

    def admit(self, requests: int = 1) -> None: ...

    def spend(self, *, requests: int = 0, tokens_in: int = 0, tokens_out: int = 0, money: float = 0.0) -> None: ...


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the installation gives to a scorer when it is made."""

    budget: Budget = field(default_factory=NoLimits)
    hosts: Sequence[str] = ()
    """Where it may connect to, as the operator wrote them; see `remote.hosts`."""
    keys: Mapping[str, Any] = field(default_factory=dict)
    """The operator's secrets by name; see `remote.hosts`."""
    model: Mapping[str, Any] | None = None
    """A model's parameters that were learned here, for `learned`."""
    versions: Mapping[str, str] = field(default_factory=dict)
    """Versions in force of the project's scorers, by key."""


class BaseScorer(ABC):
    """One scorer, ready to work. Instances are kept by a worker between batches, so they may hold a model."""

    key: ClassVar[str]
    """Stable name of the family; for one that is configured, its kind. A project may give its scorer another name."""
    title: ClassVar[str]
    """One line for people: what it looks at."""
    needs: ClassVar[str] = ""
    """What has to be there before it can work, in a sentence for whoever sets it up."""
    version: str
    """Names everything that decides the scores: rules, prompt, checkpoint. Another version scores everything
    anew. Of the class: the version of the code's part in it.
    """
    fields: ClassVar[Sequence[Setting]] = ()
    """What a project may choose."""
    queue: ClassVar[str] = "celery"
    """The Celery queue in which it is woken: `celery` for what computes here, `remote` for what waits for a server,
    `gpu` for what needs a card of its own.
    """
    uses_reference: ClassVar[bool] = False
    """Whether its scores depend on the problem's reference answer."""
    judges_steps: ClassVar[bool] = True
    """Whether it has opinions on steps. One that has not is never asked about a choice's candidates."""
    batch_size: int = 64
    """How many traces to claim at once."""
    whole_batches: ClassVar[bool] = False
    """A batch is computed together: it is not left in the middle when the time is up."""
    batch_seconds: float = 0.0
    """How long a batch may take without a result before the worker counts as hung; 0: no longer than a lease."""

    @classmethod
    def check(cls, settings: Any) -> dict[str, Any]:
        """Settings with their defaults. Raises `WrongSettings`. Never connects or loads: the web server calls it."""
        return checked(cls.fields, settings)

    @classmethod  # noqa: B027 - most need nothing
    def fits(cls, settings: Mapping[str, Any], around: Surroundings) -> None:
        """Raises `WrongSettings` for checked settings that this installation does not allow."""

    @classmethod
    def version_for(cls, settings: Mapping[str, Any], around: Surroundings) -> str:
        """The version that a scorer with these checked settings has, as far as the web server can tell.

        One that only its worker knows wholly (the digest of a checkpoint) is corrected by the worker: see `version`.
        """
        return f"{cls.version}-{fingerprint(cls.fields, settings)}" if cls.fields else cls.version

    @classmethod
    def depends_on(cls, settings: Mapping[str, Any]) -> Sequence[str]:
        """Keys of the project's scorers whose scores it reads: a trace waits until they have seen it."""
        return ()

    @classmethod
    def made(cls, settings: Mapping[str, Any], around: Surroundings) -> Self:
        """The scorer with these checked settings. May take long (loading a model) and may raise `Unavailable`."""
        return cls()

    def stats(self) -> dict[str, float]:
        """How it does, for the page; any of `tokens_per_second`, `padding_share` and `shared_share` (0 to 1),
        `memory_bytes`, `memory_total_bytes`, `batch_tokens`, `memory_ran_out` (times), `requests_per_minute`. Called
        after each batch.
        """
        return {}

    def hung(self) -> None:  # noqa: B027 - most can be left alone: their claims go to others
        """A batch has taken longer than `batch_seconds`. Called from another thread, once for a batch."""

    def close(self) -> None:  # noqa: B027 - most hold nothing
        """Lets go of what it holds (a model's memory, connections). It is not used afterwards."""

    @abstractmethod
    def score_one(self, trace: TraceText) -> Scored:
        """Scores one trace; any exception fails that trace alone, but for `Unavailable`."""

    def score(self, traces: Sequence[TraceText]) -> Iterator[Scored | Failed | Unavailable]:
        """One result for each of `traces`, in their order. Raises `Unavailable` when the rest can't be worked on;
        as a result it means one trace, which is given back.

        Lazy, so that the caller can stop at its deadline between traces. Scorers that gain from batches
        override this.
        """
        for trace in traces:
            try:
                yield self.score_one(trace)
            except Unavailable:
                raise
            except Exception as error:  # noqa: BLE001 - a poisoned trace must not take its batch with it
                yield Failed(describe(error))


def describe(error: BaseException) -> str:
    """An exception in one line, bounded, for the page."""
    text = " ".join(str(error).split())[:500]
    return f"{type(error).__name__}: {text}" if text else type(error).__name__
