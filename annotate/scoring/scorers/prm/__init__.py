"""Process reward models from checkpoints, by transformers, on a GPU or a processor.

The web server imports this module to show its settings; everything that needs torch is imported when a scorer is made,
which only workers do.
"""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from annotate.scoring.scorers.base import BaseScorer, Failed, Opinion, Scored, Surroundings, TraceText, Unavailable
from annotate.scoring.scorers.settings import fingerprint

from .settings import FIELDS, PrmSettings

if TYPE_CHECKING:
    from .loading import Loaded
    from .tokens import BadInput, Input

log = logging.getLogger(__name__)

SECONDS_AT_ONCE = 5.0
"""How long the traces claimed at once should take."""
CHARACTERS_A_TOKEN = 3
PASSES_A_WINDOW = 4
MOST_AT_ONCE = 1024
VERSION = "prm1"
"""Goes up when the code changes scores: the form that traces are written in, or how a head is read."""


class PrmScorer(BaseScorer):
    """A checkpoint, loaded. `made` reads it; the constructor takes what is read already."""

    key = "prm"
    title = "A process reward model on the installation's own machines"
    needs = "A worker with the model: see `make prm-worker` in the operators' guide."
    version = VERSION
    fields = FIELDS
    queue = "gpu"
    whole_batches = True

    def __init__(self, loaded: Loaded, version: str) -> None:
        self.loaded = loaded
        self.version = version
        # One on a processor, which may take minutes for it, until its pace is known.
        on_gpu = loaded.engine.device.type == "cuda"
        self.batch_size, self.batch_seconds = (64, 900.0) if on_gpu else (1, 3600.0)
        self._ahead = ThreadPoolExecutor(1, thread_name_prefix="tokenizer")
        self._lock = threading.Lock()

    @classmethod
    def version_for(cls, settings: Mapping[str, Any], around: Surroundings) -> str:
        """What the web server knows; the worker adds `+`, the family and the checkpoint's digest."""
        return f"{VERSION}-{fingerprint(cls.fields, settings)}"

    @classmethod
    def made(cls, settings: Mapping[str, Any], around: Surroundings) -> PrmScorer:
        """Loads the model. Raises `Unavailable` for what a person must put right first."""
        from .checkpoint import Unusable

        try:
            from .backbone import out_of_memory
            from .loading import load
        except ImportError as error:
            raise Unavailable(
                f"This worker has no {error.name}: install requirements-prm.txt where models are to run.", 300
            ) from error
        try:
            loaded = load(PrmSettings.of(settings).on_this_machine())
        except Unusable as error:
            raise Unavailable(str(error), 300) from error
        except Exception as error:
            if out_of_memory(error):
                raise Unavailable("The device has not enough free memory for the model.", 60) from error
            raise
        found = loaded.settings
        digests = "-".join(digest[:16] for digest in (found.digest, found.reference_digest) if digest)
        return cls(loaded, f"{cls.version_for(settings, around)}+{found.family}-{digests}")

    def stats(self) -> dict[str, float]:
        """Of the last passes: `tokens_per_second` (unpadded, shared ones once), `padding_share`, `shared_share` (of
        the traces' tokens, what was computed for another trace already), `memory_bytes` at most, `batch_tokens` allowed
        in a pass, `memory_ran_out`: how often that was halved; on a GPU `memory_total_bytes`.
        """
        return self.loaded.engine.stats()

    def hung(self) -> None:
        """Nothing can interrupt a card that does not answer."""
        log.critical("A batch did not end within %g s: this process ends with it.", self.batch_seconds)
        end_process()

    def close(self) -> None:
        self._ahead.shutdown(cancel_futures=True)
        del self.loaded
        from .release import release_memory

        release_memory()

    def score_one(self, trace: TraceText) -> Scored:
        """Raises ValueError with the reason where there is no score."""
        outcome = next(self.score([trace]))
        if isinstance(outcome, Failed):
            raise ValueError(outcome.reason)
        return outcome

    def score(self, traces: Sequence[TraceText]) -> Iterator[Scored | Failed]:
        """Window by window: while one is computed, the next is tokenised in a thread. Its results come in order."""
        start = time.monotonic()
        with self._lock:
            windows = self._windows(traces)
            coming: Future[list[Input | BadInput]] = self._ahead.submit(self._inputs, windows[0])
            for n, window in enumerate(windows):
                inputs = coming.result()
                if n + 1 < len(windows):
                    coming = self._ahead.submit(self._inputs, windows[n + 1])
                outcomes = self._computed(window, inputs)
                if n + 1 == len(windows):  # before the last result is out: nobody asks for one more
                    self._pace(len(traces) / max(1e-3, time.monotonic() - start))
                yield from outcomes

    def _pace(self, per_second: float) -> None:
        """How many to claim from now on."""
        self.batch_size = max(1, min(MOST_AT_ONCE, round(per_second * SECONDS_AT_ONCE), 2 * self.batch_size))

    def _windows(self, traces: Sequence[TraceText]) -> list[Sequence[TraceText]]:
        """Enough for several passes each, so that traces of like length find each other."""
        most = PASSES_A_WINDOW * self.loaded.engine.budget * CHARACTERS_A_TOKEN
        windows: list[list[TraceText]] = [[]]
        size = 0
        for trace in traces:
            length = len(trace.problem) + sum(len(step.text) for step in trace.steps)
            if windows[-1] and size + length > most:
                windows.append([])
                size = 0
            windows[-1].append(trace)
            size += length
        return list(windows)

    def _inputs(self, traces: Sequence[TraceText]) -> list[Input | BadInput]:
        from .forms import build

        return build(self.loaded.form, traces)

    def _computed(self, traces: Sequence[TraceText], inputs: Sequence[Input | BadInput]) -> list[Scored | Failed]:
        from .engine import DeviceLost
        from .tokens import BadInput

        outcomes: list[Scored | Failed | None] = [None] * len(traces)
        ready: list[tuple[int, Input]] = []
        for i, item in enumerate(inputs):
            if isinstance(item, BadInput):
                outcomes[i] = Failed(str(item), final=True)
            elif not item.reads:
                outcomes[i] = Scored(remark="None of its steps is judged.")
            elif (worst := int(item.ids.max())) >= self.loaded.engine.vocabulary:
                outcomes[i] = Failed(
                    f"Its text has token {worst:,}, and the model knows {self.loaded.engine.vocabulary:,} only.",
                    final=True,
                )
            elif len(item.ids) > self.loaded.max_tokens:
                outcomes[i] = Failed(
                    f"It is too long for this model: {len(item.ids):,} tokens, of which it reads at most"
                    f" {self.loaded.max_tokens:,}. Nothing was cut off to make it fit.",
                    final=True,
                )
            else:
                ready.append((i, item))
        try:
            found = self.loaded.engine.run([item for _, item in ready])
        except DeviceLost as error:
            log.critical("The device is lost, and this process with it: %s", error)
            end_process()
            raise
        for (i, item), values in zip(ready, found, strict=True):
            if isinstance(values, str):
                outcomes[i] = Failed(values)
            else:
                pairs = zip(item.steps, values.tolist(), strict=True)
                outcomes[i] = Scored(steps={step: Opinion(float(value)) for step, value in pairs})
        return [outcome or Failed("It was not computed.") for outcome in outcomes]


def end_process() -> None:
    """At once: a device that failed keeps failing until its process is gone. Whoever watches it starts a new one, and
    what it held comes back when the leases run out.
    """
    logging.shutdown()
    os._exit(70)
