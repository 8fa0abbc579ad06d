"""Which tokens go into which forward pass. Pure: numpy only.

A row is a tree of tokens, written down depth first: traces that begin alike share nodes. A trace alone is a tree that
never branches. Token k is an ancestor of token q, or q itself, if `k <= q < ends[k]`, and a token's position is its
depth: that is all that attention needs to compute every trace as if it were alone. A batch is rows side by side, padded
to the longest (rows of like length, so little is padded), or, where the attention keeps sequences apart by itself, rows
end to end.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(slots=True)
class Row:
    """`ids`, `depths`, `ends`: [tokens]. `places[i]`: [tokens of trace], where trace `traces[i]`'s tokens are.

    `branches` is false where the row is a single trace: plain causal attention will do.
    """

    ids: np.ndarray
    depths: np.ndarray
    ends: np.ndarray
    traces: list[int]
    places: list[np.ndarray]
    branches: bool

    def __len__(self) -> int:
        return len(self.ids)


@dataclass(slots=True)
class Batch:
    """`packed`: rows are laid end to end, otherwise side by side."""

    rows: list[Row]
    packed: bool = False

    @property
    def branches(self) -> bool:
        return any(row.branches for row in self.rows)

    @property
    def unique(self) -> int:
        """Tokens that are computed for a purpose."""
        return sum(map(len, self.rows))

    @property
    def asked(self) -> int:
        """Tokens of its traces, counted for each trace."""
        return sum(len(places) for row in self.rows for places in row.places)

    @property
    def computed(self) -> int:
        """Tokens that go through the model, with padding."""
        return self.unique if self.packed else len(self.rows) * max(map(len, self.rows))


@dataclass(frozen=True, slots=True)
class Plan:
    """How to batch. `budget`: computed tokens in a batch; a single trace may exceed it.

    `pair_cost`: what one pair of tokens in the attention costs, in tokens through the rest of the model.
    `longest_shared`: traces longer than this share nothing (sliding windows); None: no limit.
    """

    budget: int
    share: bool = True
    packed: bool = False
    sort: bool = True
    pair_cost: float = 0.0
    max_tree: int = 8192
    longest_shared: int | None = None

    def batches(self, inputs: Sequence[np.ndarray]) -> list[Batch]:
        """Every index of `inputs` ([tokens] ids each, none empty) lies in exactly one row."""
        rows = self._trees(inputs) if self.share else [_row(inputs, [i], [0]) for i in range(len(inputs))]
        if self.sort:
            rows.sort(key=len, reverse=True)
        plain = [row for row in rows if not row.branches]
        trees = [row for row in rows if row.branches]
        return [*self._fill(trees, False), *self._fill(plain, self.packed)]

    def _fill(self, rows: Sequence[Row], packed: bool) -> list[Batch]:
        batches: list[Batch] = []
        width = tokens = 0
        for row in rows:
            width, tokens = max(width, len(row)), tokens + len(row)
            size = tokens if packed else width * (len(batches[-1].rows) + 1 if batches else 1)
            if not batches or size > self.budget:
                batches.append(Batch([row], packed))
                width = tokens = len(row)
            else:
                batches[-1].rows.append(row)
        return batches

    def _trees(self, inputs: Sequence[np.ndarray]) -> list[Row]:
        """Traces in the order of their tokens; neighbours that begin alike go into one tree while that saves more than
        the wider attention costs.
        """
        order = sorted(range(len(inputs)), key=lambda i: inputs[i].astype(">u4").tobytes())
        most = min(self.max_tree, self.budget)
        rows: list[Row] = []
        members: list[int] = []
        commons: list[int] = []
        size = 0
        for i in order:
            common = _common(inputs[members[-1]], inputs[i]) if members else 0
            new = len(inputs[i]) - common
            wider = self.pair_cost * ((size + new) ** 2 - size**2 - len(inputs[i]) ** 2)
            fits = size + new <= most and (self.longest_shared is None or len(inputs[i]) <= self.longest_shared)
            if members and fits and common > wider:
                members.append(i)
                commons.append(common)
                size += new
            else:
                if members:
                    rows.append(_row(inputs, members, commons))
                members, commons, size = [i], [0], len(inputs[i])
        if members:
            rows.append(_row(inputs, members, commons))
        return rows


def _common(a: np.ndarray, b: np.ndarray) -> int:
    """How many tokens two traces share at their beginning."""
    n = min(len(a), len(b))
    different = np.flatnonzero(a[:n] != b[:n])
    return int(different[0]) if len(different) else n


def _row(inputs: Sequence[np.ndarray], members: list[int], commons: list[int]) -> Row:
    """The tree of `members`, which are in order; `commons[j]`: tokens that member j shares with the one before it."""
    ids: list[np.ndarray] = []
    depths: list[np.ndarray] = []
    places: list[np.ndarray] = []
    path = np.empty(0, np.int64)
    total = sum(len(inputs[i]) - common for i, common in zip(members, commons, strict=True))
    ends = np.full(total, total, np.int64)
    size = 0
    for i, common in zip(members, commons, strict=True):
        ends[path[common:]] = size
        new = len(inputs[i]) - common
        ids.append(inputs[i][common:])
        depths.append(np.arange(common, common + new))
        path = np.concatenate([path[:common], np.arange(size, size + new)])
        places.append(path)
        size += new
    return Row(np.concatenate(ids), np.concatenate(depths), ends, list(members), places, len(members) > 1)
