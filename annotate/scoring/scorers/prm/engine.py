"""Runs inputs through a model in batches, whatever the memory allows. Workers only: this needs torch."""

from __future__ import annotations

import gc
import logging
import resource
import sys
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import torch

from annotate.scoring.scorers.base import describe

from .backbone import Backbone, device_lost, out_of_memory
from .batches import Batch, Plan
from .heads import LogProbabilities, Scores
from .tokens import Input

BUDGET = {"cuda": 16_384, "cpu": 2_048}
"""Tokens in a pass: enough for large matrix products; more only takes memory."""
MAX_TREE = 8_192
REMEMBERED = 64

log = logging.getLogger(__name__)


class DeviceLost(Exception):
    """The device failed in a way that only a new process mends."""


@dataclass(frozen=True, slots=True)
class Record:
    """One pass. `asked` ≥ `unique` ≤ `computed`, in tokens; see `Batch`. `peak`: bytes of memory."""

    asked: int
    unique: int
    computed: int
    seconds: float
    peak: int


class Engine:
    """`parts`: the model with its head; for an implicit PRM, also the reference with its own.

    `budget` shrinks when memory runs out, and stays so for this process.
    """

    def __init__(
        self,
        parts: Sequence[tuple[Backbone, Scores | LogProbabilities]],
        *,
        share: bool = True,
        packed: bool | None = None,
        budget: int | None = None,
        beta: float = 1.0,
        sort: bool = True,
    ) -> None:
        self.parts = parts
        self.beta = beta
        first = parts[0][0]
        self.device = first.device
        checks = [backbone.check() for backbone, _ in parts]
        may_share, may_pack = (all(found) for found in zip(*checks, strict=True))
        windows = [backbone.window for backbone, _ in parts if backbone.window]
        wanted = first.attention in ("flash_attention_2", "flash_attention_3", "flex_attention")
        self.share = share and may_share
        self.packed = (wanted if packed is None else packed) and may_pack
        if packed and not may_pack:
            log.warning("Traces can't be laid end to end with %s: they are padded instead.", first.attention)
        self.sort = sort
        self.longest_shared = min(windows, default=None)
        self.pair_cost = max(backbone.pair_cost for backbone, _ in parts)
        self.vocabulary = min(n for backbone, head in parts for n in (backbone.vocabulary, *_rows(head)))
        self.budget = budget or BUDGET.get(self.device.type, 2_048)
        self.shrunk = 0
        self.records: deque[Record] = deque(maxlen=REMEMBERED)

    def run(self, inputs: Sequence[Input]) -> list[np.ndarray | str]:
        """For each input the probability at each of its reads, or why there is none. Raises `DeviceLost`.

        In attention a masked NaN is still a NaN: whatever shared a pass with one is computed again by itself.
        """
        results = self._run(inputs, self._plan())
        for i, found in enumerate(results):
            if not isinstance(found, str) and not np.isfinite(found).all():
                (again,) = self._run([inputs[i]], self._plan()) if len(inputs) > 1 else (found,)
                if not isinstance(again, str) and not np.isfinite(again).all():
                    again = "The model's answer is no number (NaN or infinite)."
                results[i] = again
        return results

    def _run(self, inputs: Sequence[Input], plan: Plan) -> list[np.ndarray | str]:
        results: list[np.ndarray | str] = ["It was not computed."] * len(inputs)
        pending = list(range(len(inputs)))
        while pending:
            batches = plan.batches([inputs[i].ids for i in pending])
            rest: list[int] = []
            for n, batch in enumerate(batches):
                members = [pending[i] for row in batch.rows for i in row.traces]
                found = self._try(batch, [inputs[i] for i in members])
                if found is not None:
                    for i, values in zip(members, found, strict=True):
                        results[i] = values if isinstance(values, str) else np.clip(values, 0.0, 1.0)  # keeps NaN
                    continue
                self._forget()
                if len(members) == 1:
                    results[members[0]] = (
                        f"{len(inputs[members[0]].ids):,} tokens need more memory than the device has."
                    )
                    members = []
                else:
                    self.budget = max(1, min(self.budget, batch.computed) // 2)
                    self.shrunk += 1
                    log.warning("Out of memory: from now on %d tokens in a pass", self.budget)
                rest = members + [pending[i] for later in batches[n + 1 :] for row in later.rows for i in row.traces]
                plan = self._plan()
                break
            pending = rest
        return results

    def _plan(self) -> Plan:
        return Plan(self.budget, self.share, self.packed, self.sort, self.pair_cost, MAX_TREE, self.longest_shared)

    def _try(self, batch: Batch, inputs: Sequence[Input]) -> Sequence[np.ndarray | str] | None:
        """None: out of memory. The exception is let go of here, since its frames hold on to memory. What breaks a pass
        otherwise is looked for trace by trace, so that the one that does it fails alone.
        """
        try:
            return self._pass(batch, inputs)
        except Exception as error:
            if out_of_memory(error):
                return None
            if device_lost(error):
                raise DeviceLost(str(error)) from error
            reason = describe(error)
        if len(inputs) == 1:
            return [reason]
        log.warning("A pass of %d traces broke, so each is computed alone: %s", len(inputs), reason)
        return [self._run([one], self._plan())[0] for one in inputs]

    @torch.inference_mode()
    def _pass(self, batch: Batch, inputs: Sequence[Input]) -> list[np.ndarray]:
        start = time.perf_counter()
        if self.device.type == "cuda":
            torch.cuda.reset_peak_memory_stats(self.device)
        asked = _Asked(batch, inputs)
        values = self._values(batch, asked, 0)
        if len(self.parts) > 1:
            values = values - self._values(batch, asked, 1)
        copied = values.cpu().numpy()
        found = []
        for item, places in zip(inputs, asked.by_input, strict=True):
            own = copied[places]
            found.append(own if item.counted is None else _sums(own, item, self.beta))
        seconds = time.perf_counter() - start
        self.records.append(Record(batch.asked, batch.unique, batch.computed, seconds, self._peak()))
        return found

    def _values(self, batch: Batch, asked: _Asked, part: int) -> torch.Tensor:
        backbone, head = self.parts[part]
        hidden = backbone.hidden(batch, asked.flat)
        if isinstance(head, Scores):
            return head(hidden)
        return head(hidden, torch.from_numpy(asked.targets).to(self.device))

    def _peak(self) -> int:
        if self.device.type == "cuda":
            return int(torch.cuda.max_memory_allocated(self.device))
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)

    def _forget(self) -> None:
        gc.collect()
        if self.device.type == "cuda":
            torch.cuda.empty_cache()

    def stats(self) -> dict[str, float]:
        """Over the last passes."""
        if not self.records:
            return {}
        asked, unique, computed = (
            sum(getattr(r, name) for r in self.records) for name in ("asked", "unique", "computed")
        )
        found = {
            "tokens_per_second": unique / max(1e-9, sum(r.seconds for r in self.records)),
            "padding_share": 1 - unique / computed,
            "shared_share": 1 - unique / asked,
            "memory_bytes": float(max(r.peak for r in self.records)),
            "batch_tokens": float(self.budget),
            "memory_ran_out": float(self.shrunk),
        }
        if self.device.type == "cuda":
            found["memory_total_bytes"] = float(torch.cuda.get_device_properties(self.device).total_memory)
        return found


class _Asked:
    """Which hidden states a batch is asked for, each once, though traces may share it.

    `flat`: [n] places for `Backbone.hidden`. `targets`: [n] the token whose probability is asked for there. `by_input`:
    for each input, in the order of the rows' traces, indexes into the n.
    """

    def __init__(self, batch: Batch, inputs: Sequence[Input]) -> None:
        width = 0 if batch.packed else max(map(len, batch.rows))
        starts = np.cumsum([0, *map(len, batch.rows)]) if batch.packed else np.arange(len(batch.rows)) * width
        left = iter(inputs)
        keys: list[np.ndarray] = []
        flats: list[np.ndarray] = []
        targets: list[np.ndarray] = []
        for start, row in zip(starts, batch.rows, strict=False):
            for places in row.places:
                item = next(left)
                if item.counted is None:
                    flat = key = start + places[item.reads]
                    target = np.zeros(len(flat), np.int64)
                else:  # a token's probability is read where the one before it stands
                    counted = np.flatnonzero(item.counted)
                    flat, key, target = start + places[counted - 1], start + places[counted], item.ids[counted]
                keys.append(key)
                flats.append(flat)
                targets.append(target)
        _, first, back = np.unique(np.concatenate(keys), return_index=True, return_inverse=True)
        self.flat = np.concatenate(flats)[first]
        self.targets = np.concatenate(targets)[first]
        ends = np.cumsum([0, *map(len, keys)])
        self.by_input = [back[begin:end] for begin, end in pairwise(ends)]


def _rows(head: Scores | LogProbabilities) -> list[int]:
    """How many tokens a head knows, if it is one over the vocabulary."""
    return [len(head.weight)] if isinstance(head, LogProbabilities) else []


def _sums(ratios: np.ndarray, item: Input, beta: float) -> np.ndarray:
    """Log ratios [counted tokens] to a value at each read: the sigmoid of β times their sum so far."""
    counted = np.flatnonzero(item.counted) if item.counted is not None else np.arange(len(item.ids))
    sums = np.concatenate([[0.0], np.cumsum(ratios, dtype=np.float64)])
    upto = np.searchsorted(counted, np.asarray(item.reads), side="right")
    with np.errstate(over="ignore"):
        return 1 / (1 + np.exp(-beta * sums[upto]))
