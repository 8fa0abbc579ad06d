"""Trains the model, and finds out on labels that it has not seen whether it is worth anything.

Traces of one problem are either all trained on or all held out: steps of the same problem resemble each other, and a
model tested on them looks better than it is. Five such splits give every trace a score by a model that never saw its
problem. These scores are what is measured, and what the calibration (Platt's: a logistic curve over the model's own
score) is fitted on; the model that is kept is then trained on everything.

The baseline is `length`. Measured over ProcessBench, most of what such a model finds is length and place, and on traces
with the right answer it does not beat "longest first". So it stays off until the difference of the two areas under the
curve, on held-out traces, is above nought with 95 % confidence.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from annotate.scoring.scorers.base import TraceText

from .features import NAMES, features

MIN_TRACES, MIN_ERRORS, MIN_PROBLEMS = 50, 15, 10
FOLDS = 5
RESAMPLES = 400
SEED = 20_230_531
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Example:
    """A labelled trace. `values[i]`: True right, False wrong, None not labelled, by 0-based step index."""

    problem: str
    trace: TraceText
    values: Sequence[bool | None]

    @property
    def wrong(self) -> bool:
        return any(value is False for value in self.values)


@dataclass(frozen=True, slots=True)
class Trained:
    """`model`: the parameters, or None if it stays off; `report`: why, and the figures."""

    model: dict[str, Any] | None
    report: dict[str, Any]


def train(examples: Sequence[Example]) -> Trained:
    """The model for these labels. Deterministic: the same labels in the same order give the same model."""
    examples = [one for one in examples if any(value is not None for value in one.values)]
    wrong = sum(one.wrong for one in examples)
    problems = len({one.problem for one in examples})
    report: dict[str, Any] = {"traces": len(examples), "erroneous": wrong, "problems": problems, "on": False}
    short = [
        f"{have} of {need} {what}"
        for have, need, what in (
            (len(examples), MIN_TRACES, "labelled traces"),
            (wrong, MIN_ERRORS, "traces with an error"),
            (len(examples) - wrong, MIN_ERRORS, "traces without an error"),
            (problems, MIN_PROBLEMS, "problems"),
        )
        if have < need
    ]
    if short:
        return Trained(None, {**report, "why": f"There are not enough labels yet: {', '.join(short)}."})
    data = _Data.of(examples)
    decisions = data.held_out()
    slope, shift = _platt(decisions[data.labelled], data.right[data.labelled])
    report |= data.measure(decisions)
    gain, low, high = report["gain"]
    figures = (
        f"on held-out traces its area under the curve is {report['trace_auc'][0]:.3f}, that of length"
        f" {report['length_auc'][0]:.3f} (difference {gain:+.3f}, 95 % interval {low:+.3f} to {high:+.3f})"
    )
    if low <= 0:
        return Trained(None, {**report, "why": f"It does not surely find errors sooner than length alone: {figures}."})
    mean, scale, weights, bias = _fit(data.rows[data.labelled], data.right[data.labelled])
    model = {
        "features": list(NAMES),
        "mean": _plain(mean),
        "scale": _plain(scale),
        "weights": _plain(weights),
        **dict(zip(("bias", "slope", "shift"), _plain(np.array([bias, slope, shift])), strict=True)),
    }
    return Trained(model, {**report, "on": True, "why": f"It finds errors sooner than length alone: {figures}."})


@dataclass(frozen=True, slots=True)
class _Data:
    """All judged steps of all traces, one row each."""

    rows: Floats
    of_trace: npt.NDArray[np.int64]
    right: npt.NDArray[np.bool_]
    labelled: npt.NDArray[np.bool_]
    groups: npt.NDArray[np.int64]
    """Of each trace."""
    erroneous: npt.NDArray[np.bool_]
    lengths: Floats

    @classmethod
    def of(cls, examples: Sequence[Example]) -> _Data:
        rows, of_trace, right, labelled = [], [], [], []
        for t, one in enumerate(examples):
            for i, row in features(one.trace).items():
                rows.append(row)
                of_trace.append(t)
                right.append(one.values[i] is not False)
                labelled.append(one.values[i] is not None)
        _, groups = np.unique([one.problem for one in examples], return_inverse=True)
        lengths = [sum(len(s.text) for s in one.trace.steps if s.judged) for one in examples]
        return cls(
            np.array(rows),
            np.array(of_trace),
            np.array(right),
            np.array(labelled),
            groups.astype(np.int64),
            np.array([one.wrong for one in examples]),
            np.array(lengths, dtype=float),
        )

    def held_out(self) -> Floats:
        """The score of each step by a model that saw nothing of its problem."""
        order = np.random.default_rng(SEED).permutation(self.groups.max() + 1)
        fold = order[self.groups] % FOLDS
        decisions = np.zeros(len(self.rows))
        for k in range(FOLDS):
            test = fold[self.of_trace] == k
            train_on = ~test & self.labelled
            if not test.any():
                continue
            if len(np.unique(self.right[train_on])) < 2:
                continue  # nothing to tell apart in the rest
            mean, scale, weights, bias = _fit(self.rows[train_on], self.right[train_on])
            decisions[test] = (self.rows[test] - mean) / scale @ weights + bias
        return decisions

    def measure(self, decisions: Floats) -> dict[str, Any]:
        """Areas under the curve with 95 % intervals, by drawing problems anew with repetition."""
        lowest = np.full(len(self.groups), np.inf)
        np.minimum.at(lowest, self.of_trace, decisions)
        generator = np.random.default_rng(SEED)
        steps, traces, lengths = [], [], []
        step_groups = self.groups[self.of_trace][self.labelled]
        step_scores, step_wrong = -decisions[self.labelled], ~self.right[self.labelled]
        problems = self.groups.max() + 1
        everything = np.ones(problems)
        for n in range(RESAMPLES + 1):
            drawn = np.bincount(generator.integers(0, problems, problems), minlength=problems)
            weight = drawn.astype(np.float64) if n else everything
            steps.append(auc(step_scores, step_wrong, weight[step_groups]))
            traces.append(auc(-lowest, self.erroneous, weight[self.groups]))
            lengths.append(auc(self.lengths, self.erroneous, weight[self.groups]))
        gains = [a - b for a, b in zip(traces, lengths, strict=True)]
        return {
            "step_auc": _interval(steps),
            "trace_auc": _interval(traces),
            "length_auc": _interval(lengths),
            "gain": _interval(gains),
        }


def auc(scores: Floats, positive: npt.NDArray[np.bool_], weight: Floats) -> float:
    """The chance that a positive scores above a negative, ties counting one half; 0.5 without both."""
    order = np.argsort(scores, kind="stable")
    scores, positive, weight = scores[order], positive[order], weight[order]
    up, down = np.where(positive, weight, 0.0), np.where(positive, 0.0, weight)
    if not up.sum() or not down.sum():
        return 0.5
    _, group = np.unique(scores, return_inverse=True)
    ups, downs = np.bincount(group, up), np.bincount(group, down)
    below = np.cumsum(downs) - downs
    return float((ups * (below + downs / 2)).sum() / (up.sum() * down.sum()))


def _fit(rows: Floats, right: npt.NDArray[np.bool_]) -> tuple[Floats, Floats, Floats, float]:
    from sklearn.linear_model import LogisticRegression

    mean, scale = rows.mean(axis=0), rows.std(axis=0)
    scale[scale < 1e-9] = 1.0
    fitted = LogisticRegression(C=1.0, max_iter=1000).fit((rows - mean) / scale, right)
    return mean, scale, fitted.coef_[0], float(fitted.intercept_[0])


def _platt(decisions: Floats, right: npt.NDArray[np.bool_]) -> tuple[float, float]:
    from sklearn.linear_model import LogisticRegression

    fitted = LogisticRegression(C=1e3, max_iter=1000).fit(decisions.reshape(-1, 1), right)
    return max(0.0, float(fitted.coef_[0][0])), float(fitted.intercept_[0])


def _plain(values: Floats) -> list[float]:
    """As the database keeps them, which knows no negative zero: the digest must be the same before and after."""
    return [round(float(value), 9) + 0.0 for value in values]


def _interval(values: Sequence[float]) -> list[float]:
    """[the value, lower bound, upper bound]; the first one is of the data as they are."""
    low, high = np.quantile(values[1:], [0.025, 0.975])
    return [round(float(x), 4) for x in (values[0], low, high)]
