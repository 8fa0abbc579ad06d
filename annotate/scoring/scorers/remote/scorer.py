"""What all scorers have in common that ask a server: their settings, many requests at once, and a budget.

Traces are worked on in threads. Whatever touches the budget is done by the thread that called `score`, which waits
for them anyway: the database knows one connection and one order of events.
"""

from __future__ import annotations

import queue
import threading
import time
from abc import abstractmethod
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, ClassVar, Self, TypeVar

from annotate.scoring.scorers.base import (
    BaseScorer,
    Budget,
    Failed,
    Scored,
    Surroundings,
    TraceText,
    Unavailable,
    describe,
)
from annotate.scoring.scorers.settings import Setting, WrongSettings

from .client import Client, Refused, Trouble
from .hosts import Hosts, NotAllowed, origin_of, secret

T = TypeVar("T")
A_MINUTE = 60.0
"""Seconds. Longer waits are for the next day; a trace that has begun is given back then, too."""

SERVER = (
    Setting(
        "url",
        "Address of the server",
        "Up to and without the last part of the path, such as https://api.example.org/v1. The operator lists which"
        " servers may be asked.",
        type="url",
        required=True,
        decides=False,
    ),
    Setting("model", "Model", "As the server calls it.", required=True),
    Setting(
        "revision",
        "Revision",
        "Whatever else tells this model from another of the same name. A change of it scores everything anew.",
    ),
    Setting(
        "key", "Key", "One of the operator's keys, by name. It is sent to its own server only.", "key", decides=False
    ),
)
LIMITS = (
    Setting("concurrency", "Requests at once", "", "integer", default=4, minimum=1, maximum=64, decides=False),
    Setting("timeout", "Seconds for an answer", "", "number", default=120, minimum=1, maximum=1800, decides=False),
    Setting(
        "requests_per_minute", "Requests per minute", "At most; empty: no limit.", "integer", minimum=1, decides=False
    ),
    Setting(
        "tokens_per_day", "Tokens per day", "Read and written; empty: no limit.", "integer", minimum=1, decides=False
    ),
    Setting("price_in", "Price of a million tokens read", "In any unit.", "number", minimum=0, decides=False),
    Setting("price_out", "Price of a million tokens written", "In the same unit.", "number", minimum=0, decides=False),
    Setting("money_per_day", "Money per day", "In the same unit; empty: no limit.", "number", minimum=0, decides=False),
)
"""Days are UTC. What is on its way when a limit is reached is still finished and counted."""


class Desk:
    """Where one trace's threads ask leave for requests and tell what they took. The clerk answers."""

    def __init__(self, clerk: Clerk, index: int) -> None:
        self._clerk, self.index = clerk, index
        self.begun = False
        """Whether something was asked for this trace already."""
        self.over = False
        """Whether its outcome is known: what is still asked would be for nothing."""

    def admit(self) -> None:
        self._clerk.ask(self)

    def spend(self, **spent: float) -> None:
        self._clerk.inbox.put(("spend", spent))


class Clerk:
    """Does what desks ask for, in the thread that called `score`. With `patient`, a trace that has begun waits for room
    in the next minute: given back, it would begin anew each time, and pay for all of it again.
    """

    def __init__(self, budget: Budget, *, patient: bool) -> None:
        self.inbox: queue.SimpleQueue[tuple[Any, ...]] = queue.SimpleQueue()
        self._budget, self._patient = budget, patient
        self._waiting: deque[tuple[Desk, Future[None]]] = deque()
        self._until = 0.0
        self._refusal: Unavailable | None = None
        """Why a trace was given back; no other one is begun then."""
        self._closed = threading.Event()

    def ask(self, desk: Desk) -> None:
        """From a desk's thread: returns when a request may be made. Raises `Unavailable`."""
        if self._closed.is_set():
            raise Unavailable("The worker went on without it.", 1)
        answer: Future[None] = Future()
        self.inbox.put(("admit", desk, answer))
        if self._closed.is_set():  # between the two lines before: nobody may look at it any more
            self._refuse()
        answer.result()

    def done(self, desk: Desk, outcome: Scored | Failed | Unavailable) -> None:
        self.inbox.put(("done", desk, outcome))

    def outcome(self) -> tuple[int, Scored | Failed | Unavailable]:
        """Answers desks until a trace is done; which one, and its outcome."""
        while True:
            if time.monotonic() >= self._until:
                self._look_again()
            left = max(0.0, self._until - time.monotonic()) if self._waiting else None
            try:
                what, *message = self.inbox.get(timeout=left)
            except queue.Empty:
                continue
            if what == "admit":
                self._admit(*message)
            elif what == "spend":
                self._budget.spend(**message[0])
            else:
                desk, outcome = message
                desk.over = True
                if isinstance(outcome, Unavailable) and self._refusal is None:
                    self._refusal = outcome
                self._look_again()
                return desk.index, outcome

    def _look_again(self) -> None:
        for _ in range(len(self._waiting)):
            self._admit(*self._waiting.popleft())

    def _admit(self, desk: Desk, answer: Future[None]) -> None:
        if desk.over or (self._refusal and not desk.begun):
            answer.set_exception(self._refusal or Unavailable("Its trace is done.", 1))
            return
        try:
            self._budget.admit()
        except Unavailable as error:
            if self._patient and desk.begun and error.wait <= A_MINUTE:
                self._waiting.append((desk, answer))
                self._until = time.monotonic() + error.wait
            else:
                answer.set_exception(error)
        except BaseException as error:
            answer.set_exception(Unavailable(describe(error), 5))
            raise
        else:
            desk.begun = True
            answer.set_result(None)

    def close(self) -> None:
        """Refuses whoever still asks."""
        self._closed.set()
        for _, answer in self._waiting:
            answer.set_exception(Unavailable("The worker went on without it.", 1))
        self._refuse()

    def _refuse(self) -> None:
        while True:
            try:
                what, *message = self.inbox.get_nowait()
            except queue.Empty:
                return
            if what == "admit":
                message[1].set_exception(Unavailable("The worker went on without it.", 1))


class RemoteScorer(BaseScorer):
    queue = "remote"
    whole_batches = True
    batch_seconds = 3600.0
    path: ClassVar[str]
    """Of the requests, behind the address."""
    several: ClassVar[bool] = False
    """Whether it makes several requests for a trace."""

    def __init__(self, settings: Mapping[str, Any], around: Surroundings) -> None:
        self.settings, self.budget = settings, around.budget
        self.version = self.version_for(settings, around)
        self.concurrency = self.batch_size = int(settings["concurrency"])
        try:
            self.client = Client(
                settings["url"],
                hosts=Hosts(around.hosts),
                keys=around.keys,
                key=settings["key"],
                timeout=float(settings["timeout"]),
                connections=self.concurrency,
            )
        except NotAllowed as error:
            raise Unavailable(str(error), 300) from error
        self._requests = ThreadPoolExecutor(self.concurrency, thread_name_prefix=self.key)
        self._recent: deque[tuple[float, int]] = deque(maxlen=4096)

    @classmethod
    def made(cls, settings: Mapping[str, Any], around: Surroundings) -> Self:
        return cls(settings, around)

    @classmethod
    def check(cls, settings: Any) -> dict[str, Any]:
        found = super().check(settings)
        try:
            origin_of(found["url"])
        except NotAllowed as error:
            raise WrongSettings([("url", str(error))]) from None
        return found

    @classmethod
    def fits(cls, settings: Mapping[str, Any], around: Surroundings) -> None:
        try:
            origin = Hosts(around.hosts).check(settings["url"])
        except NotAllowed as error:
            raise WrongSettings([("url", str(error))]) from None
        try:
            if settings["key"]:
                secret(around.keys, settings["key"], origin)
        except NotAllowed as error:
            raise WrongSettings([("key", str(error))]) from None

    @abstractmethod
    def ask(self, trace: TraceText, desk: Desk) -> Scored:
        """Scores one trace by any number of requests (`request`, `together`). Raises `Refused`, `Trouble` and
        `Unavailable`; whatever else it raises fails the trace.
        """

    def request(self, body: Mapping[str, Any], desk: Desk) -> dict[str, Any]:
        """One request and its answer. Every try counts, and waits for leave."""
        data = self.client.post(self.path, body, admit=desk.admit)
        usage = data.get("usage")
        read, written = (_whole(usage, name) for name in ("prompt_tokens", "completion_tokens"))
        money = (read * (self.settings["price_in"] or 0) + written * (self.settings["price_out"] or 0)) / 1e6
        self._recent.append((time.monotonic(), read + written))
        desk.spend(tokens_in=read, tokens_out=written, money=money)
        return data

    def together(self, calls: Sequence[Callable[[], T]]) -> list[T]:
        """The results of calls that make requests, run at once as far as the setting allows."""
        futures = [self._requests.submit(call) for call in calls]
        try:
            return [future.result() for future in futures]
        finally:
            for future in futures:
                future.cancel()

    def score_one(self, trace: TraceText) -> Scored:
        outcome = next(self.score([trace]))
        if isinstance(outcome, Unavailable):
            raise outcome
        if isinstance(outcome, Failed):
            raise RuntimeError(outcome.reason)
        return outcome

    def score(self, traces: Sequence[TraceText]) -> Iterator[Scored | Failed | Unavailable]:
        """See the base. All traces are worked on at once; one that had to be left comes out as `Unavailable`."""
        clerk, following = Clerk(self.budget, patient=self.several), 0
        outcomes: dict[int, Scored | Failed | Unavailable] = {}
        pool = ThreadPoolExecutor(max(1, len(traces)), thread_name_prefix="trace")
        try:
            for index, trace in enumerate(traces):
                pool.submit(self._run, clerk, index, trace)
            while following < len(traces):
                index, outcomes[index] = clerk.outcome()
                while following in outcomes:
                    yield outcomes.pop(following)
                    following += 1
        finally:
            clerk.close()
            pool.shutdown(wait=False, cancel_futures=True)

    def _run(self, clerk: Clerk, index: int, trace: TraceText) -> None:
        outcome: Scored | Failed | Unavailable
        desk = Desk(clerk, index)
        try:
            outcome = self.ask(trace, desk)
        except Unavailable as error:
            outcome = error
        except Refused as error:
            outcome = Failed(str(error), final=True)
        except Trouble as error:
            # It may be the server, or this trace: it counts as tried, and the scorer leaves off for a moment.
            outcome = Failed(str(error), wait=5.0)
        except Exception as error:  # noqa: BLE001 - fails this trace alone
            outcome = Failed(describe(error))
        clerk.done(desk, outcome)

    def stats(self) -> dict[str, float]:
        """Over the last minute."""
        since = time.monotonic() - 60
        recent = [tokens for at, tokens in list(self._recent) if at > since]
        return {"requests_per_minute": float(len(recent)), "tokens_per_second": sum(recent) / 60}

    def close(self) -> None:
        self.client.close()
        self._requests.shutdown(wait=False, cancel_futures=True)


def _whole(usage: Any, name: str) -> int:
    value = usage.get(name) if isinstance(usage, Mapping) else None
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**40 else 0
